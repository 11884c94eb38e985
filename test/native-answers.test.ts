import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import type { Engine } from '../src/store/engine/engine.ts'
import {
  decodeNative,
  type NativeColumn,
  type NativeColumns,
} from '../src/store/native/decode-native.ts'
import { queryNative } from '../src/store/query-native.ts'
import { queryColumns } from '../src/store/query-rows.ts'

let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-native-answers-'))
  engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
})

afterAll(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

const native = (sql: string, maxBytes?: number): Promise<NativeColumns> =>
  queryNative(engine, sql, {}, { as: 'admin', ...(maxBytes === undefined ? {} : { maxBytes }) })

/** Values row by row, as JSON has them. */
function plain({ rows, columns }: NativeColumns): Record<string, unknown[]> {
  const byName = Object.entries(columns).map(([name, column]) => {
    const values = Array.from({ length: rows }, (_, row): unknown => {
      if (column.kind === 'string') return column.values[column.codes[row]!]
      if (column.nulls?.[row] === 1) return null
      const value = column.values[row]!
      return typeof value === 'bigint' ? String(value) : value
    })
    return [name, values] as const
  })
  return Object.fromEntries(byName)
}

/** The same of the engine's own JSON. */
async function viaJson(sql: string): Promise<Record<string, unknown[]>> {
  const { rows, columns } = await queryColumns(engine, sql, {}, { as: 'admin' })
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      Array.from({ length: rows }, (_, row) => {
        const value = values[row]
        return typeof value === 'boolean' ? Number(value) : value
      }),
    ]),
  )
}

const numberTypes = [
  ...[8, 16, 32].flatMap((bits) => [`UInt${bits}`, `Int${bits}`]),
  'Float32',
  'Float64',
]
const stringTypes = ['String', 'LowCardinality(String)', 'FixedString(8)']
const seed = (salt: number): string => `cityHash64(number, ${salt})`

/** A column of pseudo-random values of a type, null in a third of the rows where it may be. */
function column(type: string, salt: number, distinct: number): string {
  const inner = type.replace(/^(LowCardinality\(Nullable|LowCardinality|Nullable)\(/, '')
  const base = inner.replace(/\)+$/, (end) => (inner.startsWith('Fixed') ? end.slice(0, 1) : ''))
  const value = base.includes('String')
    ? `left(concat('v', repeat('é', ${seed(salt + 1)} % ${base.startsWith('Fixed') ? 2 : 150}), toString(${seed(salt)} % ${distinct})), ${base.startsWith('Fixed') ? 3 : 400})`
    : base === 'Bool'
      ? `${seed(salt)} % 2 = 1`
      : `${seed(salt)} % 251`
  const nullable = type.includes('Nullable')
  const value2 = nullable ? `if(${seed(salt + 2)} % 3 = 0, NULL, ${value})` : value
  return `CAST(${value2}, '${type}')`
}

describe('every type reads as the JSON of the same question', () => {
  it('for random columns, rows and block sizes', async () => {
    const types = [
      ...numberTypes,
      ...stringTypes,
      'Bool',
      ...[...numberTypes, 'Bool', 'String'].map((type) => `Nullable(${type})`),
      'LowCardinality(Nullable(String))',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom(1, 7, 300, 70_000),
        fc.constantFrom(13, 500, 65_536),
        async (chosen, rows, distinct, block) => {
          const columns = chosen.map((type, i) => `${column(type, i * 10, distinct)} AS c${i}`)
          const sql = `SELECT ${columns.join(', ')} FROM numbers(${rows}) SETTINGS max_block_size = ${block}, allow_suspicious_low_cardinality_types = 1`
          const [answer, json] = [plain(await native(sql)), await viaJson(sql)]
          // an empty answer may have no columns at all
          expect(rows === 0 ? {} : answer).toEqual(rows === 0 ? {} : json)
        },
      ),
      { numRuns: 40, seed: 4 },
    )
  })

  it('for 64 bits, enumerations, times, nothing and odd names', async () => {
    const answer = plain(
      await native(`SELECT toUInt64(18446744073709551615) AS u, toInt64(-9223372036854775808) AS i,
        CAST('it''s \\\\ \\n', 'Enum8(\\'it\\\\\\'s \\\\\\\\ \\\\n\\' = -3)') AS e, toDateTime64('2026-01-01 00:00:00.5', 3, 'UTC') AS t,
        toDateTime('2026-01-01 00:00:00', 'UTC') AS d, NULL AS n, 'x' AS \`a \`\`b\``),
    )
    expect(answer).toEqual({
      u: ['18446744073709551615'],
      i: ['-9223372036854775808'],
      e: ["it's \\ \n"],
      t: [String(Date.UTC(2026, 0, 1) + 500)],
      d: [Date.UTC(2026, 0, 1) / 1000],
      n: [null],
      'a `b': ['x'],
    })
  })

  it('for strings longer than a chunk, and many of them', async () => {
    const sql = `SELECT repeat(toString(number), 30000) AS long, toString(number) AS each FROM numbers(70)`
    expect(plain(await native(sql))).toEqual(await viaJson(sql))
    const million = await native('SELECT toString(number) AS v FROM numbers(1000000)')
    const { codes, values } = million.columns['v'] as Extract<NativeColumn, { kind: 'string' }>
    expect(values.length).toBe(1_000_001)
    expect(new Set(codes).size).toBe(1_000_000)
  })

  it('chunks may end anywhere', async () => {
    const sql = `SELECT ${column('LowCardinality(Nullable(String))', 1, 40)} AS a, ${column('Nullable(String)', 2, 40)} AS b, ${column('Nullable(Float64)', 3, 40)} AS c FROM numbers(300)`
    const client = await engine.client('admin')
    const { stream } = await client.exec({ query: `${sql} FORMAT Native` })
    const received: Uint8Array[] = []
    for await (const chunk of stream as AsyncIterable<Uint8Array>) received.push(chunk)
    const bytes = Buffer.concat(received)
    const whole = plain(await native(sql))
    for (const size of [1, 2, 3, 7, 100, 4096]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      expect(plain(await decodeNative(chunks(pieces)))).toEqual(whole)
    }
    for (const end of [1, 5, 100, bytes.length - 1]) {
      await expect(decodeNative(chunks([bytes.subarray(0, end)]))).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
      })
    }
  })
})

async function* chunks(pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

it('too large an answer, a wrong question and an unknown type are refused', async () => {
  await expect(native('SELECT number FROM numbers(1000000)', 100_000)).rejects.toMatchObject({
    code: 'ENGINE_QUERY',
  })
  await expect(native('SELECT nothing')).rejects.toMatchObject({ code: 'ENGINE_QUERY' })
  await expect(native('SELECT [1, 2] AS list')).rejects.toThrow('Array(UInt8) cannot be read')
})

it('a question that is cancelled ends in the engine as well', async () => {
  const stop = new AbortController()
  const sql =
    'SELECT sleepEachRow(0.05) AS cancelled FROM numbers(1000) SETTINGS max_block_size = 1'
  const asked = queryNative(engine, sql, {}, { as: 'admin', signal: stop.signal })
  setTimeout(() => stop.abort(new Error('enough')), 300)
  await expect(asked).rejects.toThrow('enough')
  const client = await engine.client('admin')
  for (let tries = 0; ; tries++) {
    const answer = await client.query({
      query: `SELECT count() AS n FROM system.processes WHERE query LIKE '%AS cancelled%' AND query NOT LIKE '%system.processes%'`,
      format: 'JSONEachRow',
    })
    const [row] = await answer.json<{ n: string }>()
    if (Number(row?.n) === 0) break
    if (tries > 50) throw new Error('it still runs')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
})
