import { ColumnBatch } from '../../src/otlp/column-batch.ts'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { encodeMessage, requestTypes } from '../../src/otlp/testing/otlp-proto.ts'
import { createRandom, type Random } from '../../src/stats/random.ts'
import { attributeExpression } from '../../src/store/attribute-expression.ts'
import type { NativeBlock } from '../../src/store/native/encode-native.ts'
import { encodeNative } from '../../src/store/native/encode-native.ts'
import { initialColumns, promotedColumn } from '../../src/store/tables/attribute-columns.ts'
import { eventTables } from '../../src/store/tables/event-tables.ts'
import { columnDefinition } from '../../src/store/tables/table-column.ts'
import { readLayout, type TableLayout } from '../../src/store/tables/table-layout.ts'
import type { MeasuredEngine } from './measured-engine.ts'

export interface ColumnsFigures {
  promoted: number
  /** Node's CPU time to encode, and the engine's to insert and to merge, in microseconds a span. */
  encode: number
  insert: number
  merge: number
  bytesPerSpan: number
  /** A group-by over all rows on the 10th, 50th, 100th and 200th key by frequency, in ms. */
  groupBy: Record<`key${number}`, number>
}

const keyCount = 400
const keysPerSpan = 20
const operations = 60
const asked = [10, 50, 100, 200] as const
const perRequest = 1000
const perBlock = 40_000

/** What insert, merge and disk cost, and a group-by takes, when the most frequent keys have columns of their own. */
export async function measureColumns(
  engine: MeasuredEngine,
  rows: number,
  seed: number,
  promoted: readonly number[],
  orderBy = eventTables.traces.orderBy,
): Promise<ColumnsFigures[]> {
  const { requests, ranked } = traffic(rows, createRandom(seed))
  const figures: ColumnsFigures[] = []
  for (const count of promoted) {
    const table = `bench.columns_${count}`
    const layout = await createTable(engine, table, ranked.slice(0, count), orderBy)
    await engine.command(`SYSTEM STOP MERGES ${table}`)
    let encode = 0
    let insert = 0
    for (const blockRequests of chunks(requests, perBlock / perRequest)) {
      const batch = new ColumnBatch('traces')
      for (const request of blockRequests) decodeExport('traces', 'protobuf', request, batch)
      const before = process.cpuUsage()
      const block = encodeNative(batch, layout)
      const { user, system } = process.cpuUsage(before)
      encode += (user + system) / 1e6
      const copy: NativeBlock = { columns: block.columns, bytes: Buffer.from(block.bytes) }
      insert += await engine.cpu(() => engine.insert(table, copy))
    }
    await engine.command(`SYSTEM START MERGES ${table}`)
    const merge = await engine.cpu(() => engine.command(`OPTIMIZE TABLE ${table} FINAL`))
    const bytes = await engine.bytes(table)
    const groupBy: ColumnsFigures['groupBy'] = {}
    for (const rank of asked) {
      const value = attributeExpression(layout, keyName(ranked[rank] ?? 0), 'string')
      const { ms } = await engine.ask(`SELECT ${value} AS v, count() FROM ${table} GROUP BY v`)
      groupBy[`key${rank}`] = ms
    }
    const perSpan = 1e6 / rows
    figures.push({
      promoted: count,
      encode: encode * perSpan,
      insert: insert * perSpan,
      merge: merge * perSpan,
      bytesPerSpan: bytes / rows,
      groupBy,
    })
    await engine.command(`DROP TABLE ${table} SYNC`)
  }
  return figures
}

const keyName = (key: number): string => `app.module${key % 23}.field.${key}`

/** Like `bench.spans`, with these keys in columns in place of the initial ones. */
async function createTable(
  engine: MeasuredEngine,
  table: string,
  keys: readonly number[],
  orderBy: string,
): Promise<TableLayout> {
  await engine.command(`CREATE TABLE ${table} AS bench.spans ${await engine.sorted(orderBy)}`)
  const initial = initialColumns.map(({ name }) => name)
  await engine.command(
    `ALTER TABLE ${table} ${initial.map((name) => `DROP COLUMN ${name}`).join(', ')}`,
  )
  const columns = keys.map((key) => promotedColumn('string', keyName(key)))
  if (columns.length > 0) {
    const additions = columns.map((column) => `ADD COLUMN ${columnDefinition(column)}`)
    await engine.command(`ALTER TABLE ${table} ${additions.join(', ')}`)
  }
  return readLayout('traces', columns)
}

/**
 * Spans of 60 operations with 20 string attributes each, drawn from 400 keys of which few are common and most are rare;
 * from 2 to 2000 values a key.
 */
function traffic(rows: number, random: Random): { requests: Uint8Array[]; ranked: number[] } {
  const keysOf = Array.from({ length: operations }, () => {
    const keys = new Set<number>()
    while (keys.size < keysPerSpan) keys.add(zipf(random, keyCount))
    return [...keys]
  })
  const counts = new Uint32Array(keyCount)
  const values = Array.from({ length: keyCount }, () =>
    Math.floor(2 * 10 ** (random.uniform() * 3)),
  )
  let time = 1_700_000_000_000_000_000n
  const span = () => {
    const operation = zipf(random, operations)
    const keys = keysOf[operation] ?? []
    for (const key of keys) counts[key]!++
    time += 500_000n
    return {
      traceId: identifier(random, 16),
      spanId: identifier(random, 8),
      name: `operation ${operation}`,
      kind: 2,
      startTimeUnixNano: String(time),
      endTimeUnixNano: String(time + BigInt(random.integer(1_000_000_000))),
      attributes: keys.map((key) => ({
        key: keyName(key),
        value: { stringValue: `value-${zipf(random, values[key] ?? 2)}-of-${key}` },
      })),
    }
  }
  const requests = Array.from({ length: Math.ceil(rows / perRequest) }, () =>
    encodeMessage(requestTypes.traces, {
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeSpans: [{ spans: Array.from({ length: perRequest }, span) }],
        },
      ],
    }),
  )
  const ranked = [...counts.keys()].toSorted((a, b) => counts[b]! - counts[a]!)
  return { requests, ranked }
}

/** A number below `size`, where k is about as frequent as 1 / (k + 1). */
const zipf = (random: Random, size: number): number =>
  Math.min(Math.floor((size + 1) ** random.uniform()) - 1, size - 1)

const identifier = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => random.integer(256))

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}
