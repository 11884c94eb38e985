import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ColumnBatch } from '../../src/otlp/column-batch.ts'
import { decodeExport } from '../../src/otlp/decode-export.ts'
import { arbitraryMessage } from '../../src/otlp/testing/arbitrary-message.ts'
import { batchRows } from '../../src/otlp/testing/batch-rows.ts'
import type { Row } from '../../src/otlp/testing/batch-rows.ts'
import type { Plain } from '../../src/otlp/testing/otlp-proto.ts'
import { encodeMessage, requestTypes } from '../../src/otlp/testing/otlp-proto.ts'
import { shopRequest } from '../../src/otlp/testing/shop-spans.ts'
import { signals } from '../../src/signal.ts'
import type { Signal } from '../../src/signal.ts'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import type { Engine } from '../../src/store/engine/engine.ts'
import { createRandom } from '../../src/stats/random.ts'
import type { NativeBlock } from '../../src/store/native/encode-native.ts'
import { encodeNative } from '../../src/store/native/encode-native.ts'
import { createTableStatements } from '../../src/store/tables/create-table-statements.ts'
import { eventTables } from '../../src/store/tables/event-tables.ts'
import { initialLayout, readLayout } from '../../src/store/tables/table-layout.ts'
import type { TableLayout } from '../../src/store/tables/table-layout.ts'

const database = 'aftergreen'
let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-native-'))
  engine = await startEmbeddedEngine({ folder, database, log: () => {} })
  await createTables()
})

afterAll(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

async function createTables(): Promise<void> {
  const client = await engine.client('admin')
  for (const query of createTableStatements(database)) await client.command({ query })
}

async function query<T>(sql: string): Promise<T[]> {
  const client = await engine.client('admin')
  const answer = await client.query({ query: sql, format: 'JSONEachRow' })
  return await answer.json<T>()
}

async function insert(batch: ColumnBatch, layout: TableLayout, token = ''): Promise<void> {
  await insertBlocks([encodeNative(batch, layout)], layout, token)
}

/** One insert of several blocks, as the spool's writer makes it. */
async function insertBlocks(
  blocks: readonly NativeBlock[],
  layout: TableLayout,
  token = '',
): Promise<void> {
  const { columns } = blocks[0]!
  const client = await engine.client('admin')
  const names = columns.map((name) => `\`${name}\``).join(', ')
  const { stream } = await client.exec({
    query: `INSERT INTO ${database}.${layout.table} (${names}) FORMAT Native`,
    values: Readable.from([Buffer.concat(blocks.map(({ bytes }) => bytes))], { objectMode: false }),
    clickhouse_settings: {
      insert_deduplication_token: token,
      max_partitions_per_insert_block: '0',
    },
  })
  stream.destroy()
}

/** The rows of a table in the form of `batchRows`, in the order of insertion within one time. */
async function storedRows(signal: Signal, layout: TableLayout): Promise<Row[]> {
  const { columns, name } = eventTables[signal]
  const read = columns.map(({ name, type }) => `${readable(name, type)} AS \`${name}\``)
  const maps = ['string', 'int', 'double', 'bool', 'json'].map((type) => {
    const value = type === 'double' ? 'reinterpretAsUInt64(v)' : 'v'
    return `mapApply((k, v) -> (concat('${type}:', k), toString(${value})), attributes_${type})`
  })
  const promoted = [...layout.promoted].map(
    ([attribute, column]) =>
      `if(isNull(\`${column}\`), map(), map('${attribute}', toString(\`${column}\`)))`,
  )
  const attributes = [...maps, ...promoted].reduce((a, b) => `mapConcat(${a}, ${b})`)
  return await query<Row>(
    `SELECT ${read.join(', ')}, ${attributes} AS attributes FROM ${database}.${name}`,
  )
}

/** SQL that reads a column as text or lists of text, 64-bit values as their bits. */
function readable(name: string, type: string): string {
  const bits = (value: string, of: string): string => {
    if (of.startsWith('DateTime64'))
      return `toString(reinterpretAsUInt64(toUnixTimestamp64Nano(${value})))`
    if (of === 'Float64') return `toString(reinterpretAsUInt64(${value}))`
    if (of === 'Nullable(Float64)')
      return `if(isNull(${value}), NULL, toString(reinterpretAsUInt64(assumeNotNull(${value}))))`
    if (of.startsWith('Enum8')) return `toString(toInt8(${value}))`
    if (of === 'Bool') return `toString(toUInt8(${value}))`
    return `toString(${value})`
  }
  const inner = /^Array\((.*)\)$/.exec(type)?.[1]
  return inner === undefined
    ? bits(`\`${name}\``, type)
    : `arrayMap(x -> ${bits('x', inner)}, \`${name}\`)`
}

/** A row of a batch as `storedRows` has it. */
function comparable(row: Row, signal: Signal): Row {
  const bitsOf = (value: number): string =>
    new BigUint64Array(Float64Array.of(value).buffer)[0]!.toString()
  const result: Record<string, unknown> = {}
  for (const { name, type } of eventTables[signal].columns) {
    const value = row[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]
    if (value === null) result[name] = null
    else if (Array.isArray(value)) result[name] = value.map(String)
    else result[name] = type === 'Float64' ? bitsOf(value as number) : `${value as string | bigint}`
  }
  const attributes = Object.entries(row.attributes).map(([key, value]) => [
    key,
    typeof value === 'number' ? bitsOf(value) : String(value),
  ])
  return { ...result, attributes: Object.fromEntries(attributes) as Record<string, string> }
}

const byKey = (attributes: Row['attributes']): unknown[] =>
  Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))

const sorted = (rows: readonly Row[]): string[] =>
  rows.map(({ attributes, ...row }) => JSON.stringify([row, byKey(attributes)])).toSorted()

describe.each(signals)('%s', (signal) => {
  const layout = initialLayout(signal)

  beforeEach(async () => {
    await query(`TRUNCATE TABLE ${database}.${layout.table}`)
  })

  it('come back from the engine as they were decoded', async () => {
    const batch = new ColumnBatch(signal)
    const type = requestTypes[signal]
    for (const message of fc.sample(arbitraryMessage(type), { seed: 11, numRuns: 100 })) {
      decodeExport(signal, 'protobuf', encodeMessage(type, message), batch)
    }
    expect(batch.rows).toBeGreaterThan(50)
    await insert(batch, layout)
    const stored = await storedRows(signal, layout)
    expect(sorted(stored)).toEqual(sorted(batchRows(batch).map((row) => comparable(row, signal))))
  })

  it('in one insert, blocks that leave out different columns store what was decoded', async () => {
    const type = requestTypes[signal]
    const blocks: NativeBlock[] = []
    const expected: Row[] = []
    const batch = new ColumnBatch(signal)
    for (const message of fc.sample(arbitraryMessage(type), { seed: 5, numRuns: 40 })) {
      decodeExport(signal, 'protobuf', encodeMessage(type, message), batch)
      expected.push(...batchRows(batch).map((row) => comparable(row, signal)))
      blocks.push(encodeNative(batch, layout))
      batch.clear()
    }
    const counts = blocks.map(({ bytes }) => bytes[0]!)
    expect(new Set(counts).size).toBeGreaterThan(5)
    expect(Math.min(...counts)).toBeLessThan(blocks[0]!.columns.length / 3)
    for (const { columns } of blocks) expect(columns).toEqual(blocks[0]!.columns)
    await insertBlocks(blocks, layout)
    expect(sorted(await storedRows(signal, layout))).toEqual(sorted(expected))
  })

  it('an empty batch is accepted and adds nothing', async () => {
    await insert(new ColumnBatch(signal), layout)
    expect(await storedRows(signal, layout)).toEqual([])
  })

  it('the layout is what the engine says of the table', async () => {
    const columns = await query<{ name: string; type: string; comment: string }>(
      `SELECT name, type, comment FROM system.columns WHERE database = '${database}' AND table = '${layout.table}'`,
    )
    expect(readLayout(signal, columns)).toEqual(layout)
  })
})

describe('columns of keys that were promoted later', () => {
  it('have the value of the row where there is one, and NULL where there is none', async () => {
    const added = [
      {
        name: 'later_text',
        type: 'LowCardinality(Nullable(String))',
        of: 'string:app.cart.currency',
      },
      { name: 'later_plain', type: 'Nullable(String)', of: 'string:user.email' },
      { name: 'later_int', type: 'Nullable(Int64)', of: 'int:app.cart.items' },
      { name: 'later_double', type: 'Nullable(Float64)', of: 'double:never.sent' },
      { name: 'later_bool', type: 'Nullable(Bool)', of: 'bool:app.member' },
    ]
    await query(`TRUNCATE TABLE ${database}.spans`)
    for (const { name, type } of added) {
      // the default stands for the value that the engine would take from the map
      const ifAbsent = type.includes('String') ? `'default'` : '1'
      await query(`ALTER TABLE ${database}.spans ADD COLUMN ${name} ${type} DEFAULT ${ifAbsent}`)
    }
    const initial = initialLayout('traces')
    const layout: TableLayout = {
      ...initial,
      promoted: new Map([...initial.promoted, ...added.map(({ of, name }) => [of, name] as const)]),
      plain: new Set(['later_plain']),
      activeFrom: new Map(added.map(({ name }) => [name, 1])),
    }
    const attributes = (from: Plain): Plain[] =>
      Object.entries(from).map(([key, value]) => ({ key, value: value as Plain }))
    const span = (byte: number, from: Plain): Plain => ({
      traceId: new Uint8Array(16).fill(byte),
      spanId: new Uint8Array(8).fill(byte),
      attributes: attributes(from),
    })
    const email = { stringValue: 'a@example.com' }
    const spans = [
      span(1, {
        'app.cart.currency': { stringValue: 'EUR' },
        'app.cart.items': { intValue: '-5' },
      }),
      span(2, { 'app.member': { boolValue: true }, 'user.email': email }),
      span(3, { 'app.cart.currency': { intValue: '3' }, 'app.member': { boolValue: false } }),
      span(4, {}),
    ]
    const batch = new ColumnBatch('traces')
    const request = { resourceSpans: [{ scopeSpans: [{ spans }] }] }
    decodeExport('traces', 'protobuf', encodeMessage(requestTypes.traces, request), batch)
    await insert(batch, layout)
    const stored = await query(
      `SELECT later_text, later_plain, later_int, later_double, later_bool,
         attributes_int['app.cart.currency'] AS kept FROM ${database}.spans ORDER BY trace_id`,
    )
    expect(stored.map((row) => Object.values(row as object))).toEqual([
      ['EUR', null, -5, null, null, 0],
      [null, 'a@example.com', null, null, true, 0],
      [null, null, null, null, false, 3],
      [null, null, null, null, null, 0],
    ])
    for (const { name } of added) await query(`ALTER TABLE ${database}.spans DROP COLUMN ${name}`)
  })
})

describe('the tables', () => {
  it('can be created again', async () => {
    await createTables()
    const rows = await query<{ create: string }>(
      `SELECT create_table_query AS create FROM system.tables WHERE database = '${database}' AND name = 'spans'`,
    )
    expect(rows[0]?.create).toContain("map_serialization_version = 'with_buckets'")
  })

  it('store a block with the same token once', async () => {
    const layout = initialLayout('traces')
    await query(`TRUNCATE TABLE ${database}.spans`)
    const batch = new ColumnBatch('traces')
    decodeExport('traces', 'protobuf', shopRequest(100, Math.random), batch)
    for (const token of ['first', 'first', 'second']) await insert(batch, layout, token)
    expect(await query(`SELECT count() AS rows FROM ${database}.spans`)).toEqual([{ rows: 200 }])
  })

  it('take 20 000 rows in one block, with more words than one byte can number', async () => {
    const layout = initialLayout('traces')
    await query(`TRUNCATE TABLE ${database}.spans`)
    const batch = new ColumnBatch('traces')
    const random = createRandom(1)
    for (let request = 0; request < 20; request++) {
      decodeExport(
        'traces',
        'protobuf',
        shopRequest(1000, () => random.uniform()),
        batch,
      )
    }
    const expected = batchRows(batch)
    await insert(batch, layout)
    const [sums] = await query<Record<string, number>>(`
      SELECT count() AS rows, uniqExact(attr_url_path) AS paths, uniqExact(attr_user_id) AS users,
        sum(attributes_int['app.cart.items']) AS items, countIf(attr_host_name = 'checkout-6f7d8c9b4-x2x7k') AS hosts FROM ${database}.spans`)
    const distinct = (key: string): number =>
      new Set(expected.map(({ attributes }) => attributes[key])).size
    const items = expected.reduce(
      (sum, { attributes }) => sum + (attributes['int:app.cart.items'] as bigint),
      0n,
    )
    expect(sums).toMatchObject({
      rows: 20_000,
      paths: distinct('string:url.path'),
      users: distinct('string:user.id'),
      items: Number(items),
      hosts: 20_000,
    })
    expect(distinct('string:user.id')).toBeGreaterThan(256)
  })
})
