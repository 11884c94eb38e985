/**
 * What a span costs the engine, with the merges that follow its insert: the tables' settings against the engine's own
 * defaults, in one run. Every variant gets the same blocks, in the order of time.
 *
 *   node bench/parts.ts [--blocks 36] [--rows 60000] [--rounds 3] [--seed 1] [--json]
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { shopRequest } from '../src/otlp/testing/shop-spans.ts'
import { createRandom } from '../src/stats/random.ts'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import type { NativeBlock } from '../src/store/native/encode-native.ts'
import { encodeNative } from '../src/store/native/encode-native.ts'
import { createTableStatements } from '../src/store/tables/create-table-statements.ts'
import { initialLayout } from '../src/store/tables/table-layout.ts'

const { values } = parseArgs({
  options: {
    blocks: { type: 'string', default: '36' },
    rows: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const blocks = Number(values.blocks)

const defaults = (ddl: string): string =>
  ddl.replace(/(min_bytes_for_wide_part|merge_selector_base) = \d+, /g, '')
const variants: Readonly<Record<string, (ddl: string) => string>> = {
  'as shipped': (ddl) => ddl,
  "engine's defaults": defaults,
  'compact parts only': (ddl) => ddl.replace(/merge_selector_base = \d+, /, ''),
  'late merges only': (ddl) => ddl.replace(/min_bytes_for_wide_part = \d+, /, ''),
}

const random = createRandom(Number(values.seed))
const encoded = Array.from({ length: Math.min(blocks, 6) }, encodeBlock)

const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-parts-'))
const engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: console.error })
const client = await engine.client('admin')
const measured: Record<string, number[]> = {}
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, change] of Object.entries(variants)) {
      ;(measured[name] ??= []).push(await microsecondsPerSpan(`${round}-${name}`, change))
      process.stderr.write('.')
    }
  }
  process.stderr.write('\n')
} finally {
  await engine.close()
  await rm(folder, { recursive: true })
}
report()

function encodeBlock(): NativeBlock {
  const batch = new ColumnBatch('traces')
  while (batch.rows < rows) {
    decodeExport(
      'traces',
      'protobuf',
      shopRequest(512, () => random.uniform()),
      batch,
    )
  }
  return encodeNative(batch, initialLayout('traces'))
}

async function microsecondsPerSpan(name: string, change: (ddl: string) => string): Promise<number> {
  await client.command({ query: 'CREATE DATABASE IF NOT EXISTS aftergreen' })
  await client.command({ query: 'DROP TABLE IF EXISTS aftergreen.spans SYNC' })
  const ddl = createTableStatements('aftergreen').find((statement) => statement.includes('.spans'))
  await client.command({ query: change(ddl!) })
  const before = cpuSeconds()
  for (let i = 0; i < blocks; i++) {
    const { columns, bytes } = encoded[i % encoded.length]!
    const result = await client.exec({
      query: `INSERT INTO aftergreen.spans (${columns.map((column) => `\`${column}\``).join(', ')}) FORMAT Native`,
      values: Readable.from([bytes]),
      clickhouse_settings: { insert_deduplication_token: `${name}-${i}` },
    })
    for await (const _ of result.stream) {
      // an insert answers nothing
    }
  }
  // the merges that these inserts cause
  await sleep(6000)
  return ((cpuSeconds() - before) / (rows * blocks)) * 1e6
}

/** CPU time of the engine's process so far. */
function cpuSeconds(): number {
  const [, fields = ''] = readFileSync(`/proc/${engine.health().pid}/stat`, 'utf8').split(') ')
  const [user, system] = fields.split(' ').slice(11, 13).map(Number)
  return (user! + system!) / 100
}

function report(): void {
  const result = Object.entries(measured).map(([name, all]) => {
    const sorted = all.toSorted((a, b) => a - b)
    return { name, median: sorted[sorted.length >> 1]!, least: sorted[0]!, most: sorted.at(-1)! }
  })
  if (values.json) {
    console.log(JSON.stringify({ spans: rows * blocks, microsecondsPerSpan: result }))
    return
  }
  console.log(
    `${rows * blocks} spans in ${blocks} inserts; CPU time of the engine per span, merges included:`,
  )
  for (const { name, median, least, most } of result) {
    console.log(
      `  ${name.padEnd(20)} ${median.toFixed(2)} us  (${least.toFixed(2)} to ${most.toFixed(2)})`,
    )
  }
}
