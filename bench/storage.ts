/**
 * What spans with 20 attributes take on disk, and how long questions about them take: a filter on a key with a column
 * of its own, a filter on a key that shares a map, and a trace by its id. Spans go in as they do in production: decoded,
 * spooled, inserted.
 *
 *   node bench/storage.ts [--spans 10000000] [--tries 7] [--seed 1] [--json]
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { shopRequest } from '../src/otlp/testing/shop-spans.ts'
import { createRandom } from '../src/stats/random.ts'
import { openStore } from '../src/store/store.ts'

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '10000000' },
    tries: { type: 'string', default: '7' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.spans)
const tries = Number(values.tries)
const random = createRandom(Number(values.seed))
const perRequest = 2048

const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-storage-'))
// without new columns: the keys of the cart stay in the map
const store = await openStore({
  dataFolder: folder,
  log: console.error,
  columns: { every: 2 ** 31 - 1 },
})
try {
  await fill()
  const [size] = await store.query<{ rows: number; bytes: number; parts: number }>(
    `SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts FROM system.parts
     WHERE active AND database = {database: String} AND table = 'spans'`,
    { database: store.database },
    { as: 'admin' },
  )
  const columns = await store.query<{ column: string; bytes: number }>(
    `SELECT column, sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns
     WHERE active AND database = {database: String} AND table = 'spans'
     GROUP BY column ORDER BY bytes DESC LIMIT 8`,
    { database: store.database },
    { as: 'admin' },
  )
  const questions = await ask()
  report(size!, columns, questions)
} finally {
  await store.close()
  await rm(folder, { recursive: true })
}

async function fill(): Promise<void> {
  const started = performance.now()
  for (let sent = 0; sent < wanted; sent += perRequest) {
    const body = shopRequest(perRequest, () => random.uniform())
    const id = createHash('sha1').update(body).digest('hex')
    await store.ingest('traces', `traces-${id}`, (batch) =>
      decodeExport('traces', 'protobuf', body, batch),
    )
    if (sent % (perRequest * 200) === 0) {
      const seconds = Math.round((performance.now() - started) / 1000)
      process.stderr.write(
        `\r${Math.round((sent / wanted) * 100)} % of ${wanted} spans, ${seconds} s`,
      )
    }
  }
  await store.drained()
  process.stderr.write('\nmerging\n')
  await store.query(
    `OPTIMIZE TABLE ${store.database}.spans FINAL`,
    {},
    { as: 'admin', maxSeconds: 600 },
  )
}

interface Question {
  name: string
  rows: number
  /** Milliseconds, warm. */
  median: number
  least: number
  most: number
}

async function ask(): Promise<Question[]> {
  const [known] = await store.query<{ trace_id: string }>(
    `SELECT trace_id FROM ${store.database}.spans LIMIT 1`,
  )
  const status = store.attribute('traces', 'http.response.status_code', 'int')
  const user = store.attribute('traces', 'user.id', 'string')
  const currency = store.attribute('traces', 'app.cart.currency', 'string')
  const total = store.attribute('traces', 'app.cart.total', 'double')
  const conditions: Readonly<Record<string, string>> = {
    'own column, number': `${status} >= 500`,
    'own column, string': `${user} = 'user-77'`,
    'map, string': `${currency} = 'CHF'`,
    'map, number': `${total} > 999`,
    'trace by id': `trace_id = '${known!.trace_id}'`,
  }
  const answers: Question[] = []
  for (const [name, condition] of Object.entries(conditions)) {
    const times: number[] = []
    let rows = 0
    for (let i = 0; i <= tries; i++) {
      const before = performance.now()
      const [row] = await store.query<{ n: number }>(
        `SELECT count() AS n FROM ${store.database}.spans WHERE ${condition}`,
      )
      // the first one warms the caches
      if (i > 0) times.push(performance.now() - before)
      rows = row!.n
    }
    times.sort((a, b) => a - b)
    answers.push({
      name,
      rows,
      median: times[times.length >> 1]!,
      least: times[0]!,
      most: times.at(-1)!,
    })
  }
  return answers
}

function report(
  size: { rows: number; bytes: number; parts: number },
  columns: { column: string; bytes: number }[],
  questions: Question[],
): void {
  const bytesPerSpan = size.bytes / size.rows
  if (values.json) {
    console.log(JSON.stringify({ ...size, bytesPerSpan, columns, questions }))
    return
  }
  console.log(
    `${size.rows} spans in ${size.parts} parts: ${bytesPerSpan.toFixed(1)} bytes a span on disk`,
  )
  for (const { column, bytes } of columns) {
    console.log(`  ${column.padEnd(24)} ${(bytes / size.rows).toFixed(1)}`)
  }
  console.log(`Filters over all of them, warm, median of ${tries}:`)
  for (const { name, rows, median, least, most } of questions) {
    console.log(
      `  ${name.padEnd(20)} ${median.toFixed(0).padStart(5)} ms  (${least.toFixed(0)} to ${most.toFixed(0)}; ${rows} rows)`,
    )
  }
}
