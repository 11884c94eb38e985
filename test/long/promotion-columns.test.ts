import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ColumnBatch } from '../../src/otlp/column-batch.ts'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import type { Engine } from '../../src/store/engine/engine.ts'
import { initialPromotions } from '../../src/store/tables/attribute-columns.ts'
import { AdaptingTables } from '../promotion/adapting-tables.ts'

let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-promotion-'))
  engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
})

afterAll(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(
  ...options: Parameters<typeof AdaptingTables.open> extends [Engine, ...infer Rest] ? Rest : never
) {
  const tables = await AdaptingTables.open(engine, ...options)
  onTestFinished(() => tables.promotion.close())
  return tables
}

const hour = 3_600_000
const carts = (rows: number) => Array.from({ length: rows }, (_, i) => ({ 'shop.cart': i % 5 }))

describe('a key that comes often', () => {
  test('gets a column; rows from before, during and after answer alike, and nothing is rewritten', async () => {
    const tables = await open(undefined, { policy: { rounds: 2, minRows: 10 }, activeAfter: hour })
    const { database, promotion } = tables
    await tables.write(carts(50))
    await promotion.promote()
    expect(promotion.health().traces.promoted).toBe(initialPromotions.length)
    expect(tables.column('shop.cart', 'int')).toBeUndefined()
    await tables.write(carts(50))
    await promotion.promote()
    const column = tables.column('shop.cart', 'int')
    expect(column).toMatch(/^attr_shop_cart_[0-9a-f]{8}$/)
    expect(promotion.health().traces).toMatchObject({
      promoted: initialPromotions.length + 1,
      budget: 128,
      problem: '',
    })
    // readers know it already, writers do not fill it yet
    const early = tables.encode(carts(50))
    expect(early.columns).not.toContain(column)
    await tables.insert(early)
    expect(await tables.values('shop.cart', 'int')).toEqual({ 0: 30, 1: 30, 2: 30, 3: 30, 4: 30 })
    const later = await tables.whenActive('shop.cart', 'int')
    onTestFinished(() => later.promotion.close())
    const late = later.encode(carts(50))
    expect(late.columns).toContain(column)
    await later.insert(late)

    const parts = `SELECT count() AS parts, uniqExact(name) AS names FROM system.parts WHERE database = '${database}' AND table = 'spans' AND active AND level = 0`
    expect(await tables.query(parts)).toMatchObject([{ parts: 4 }])
    const inMap = `SELECT count() AS rows FROM ${database}.spans WHERE mapContains(attributes_int, 'shop.cart')`
    expect(await tables.query(inMap)).toEqual([{ rows: 150 }])
    const alike = async () => {
      expect(await tables.values('shop.cart', 'int')).toEqual({ 0: 40, 1: 40, 2: 40, 3: 40, 4: 40 })
      expect(await tables.values('shop.cart', 'int', `${column} = 3`)).toEqual({ 3: 40 })
      const prewhere = `SELECT count() AS rows, count(${column}) AS filled FROM ${database}.spans PREWHERE ${column} IN (1, 2)`
      expect(await tables.query(prewhere)).toEqual([{ rows: 80, filled: 80 }])
      // parts together with a filter on another column
      expect(await tables.values('shop.cart', 'int', `name = 'span 7'`)).toEqual({ 2: 4 })
    }
    await alike()
    await tables.command(`ALTER TABLE ${database}.spans MODIFY SETTING min_bytes_for_wide_part = 0`)
    await tables.command(`OPTIMIZE TABLE ${database}.spans FINAL`)
    await alike()
    const bytes = await tables.query<{ bytes: number }>(
      `SELECT column_data_compressed_bytes AS bytes FROM system.parts_columns
       WHERE database = '${database}' AND table = 'spans' AND active AND column = '${column}'`,
    )
    expect(bytes).toHaveLength(1)
    expect(bytes[0]?.bytes).toBeGreaterThan(0)
  })

  test('is written into its column when its time has come, and not before', async () => {
    const tables = await open(undefined, { activeAfter: 1500 })
    const start = performance.now()
    await tables.write(carts(20))
    await tables.promotion.promote()
    const column = tables.column('shop.cart', 'int')
    const isFilled = () => tables.encode(carts(1)).columns.includes(column ?? '')
    await expect.poll(isFilled, { timeout: 20_000, interval: 20 }).toBe(true)
    expect(performance.now() - start).toBeGreaterThan(1500)
  })

  test('keeps its column over a restart', async () => {
    const before = await open()
    await before.write(carts(20))
    await before.promotion.promote()
    const column = before.column('shop.cart', 'int')
    await before.promotion.close()
    const after = await open(before.database)
    expect(after.column('shop.cart', 'int')).toBe(column)
    expect(after.encode(carts(1)).columns).toContain(column)
  })

  test('gets none beyond the budget', async () => {
    const tables = await open(undefined, { policy: { budget: initialPromotions.length + 2 } })
    const row = { 'k.1': 1, 'k.2': 2, 'k.3': 3 }
    for (let round = 0; round < 3; round++) {
      await tables.write([row, row])
      await tables.promotion.promote()
    }
    expect(tables.promotion.health().traces.promoted).toBeLessThanOrEqual(
      initialPromotions.length + 2,
    )
    expect(await tables.values('k.3', 'int')).toEqual({ 3: 6 })
  })
})

describe('keys of any kind', () => {
  test('that differ only in characters which a name cannot have get columns of their own', async () => {
    const tables = await open()
    const row = { 'a.b': 'dot', a_b: 'line', 'A.b': 'upper', 'a b': 'space', ä_b: 'umlaut' }
    await tables.write([row])
    await tables.promotion.promote()
    await tables.write([row])
    const columns = Object.keys(row).map((key) => tables.column(key, 'string'))
    expect(new Set(columns).size).toBe(5)
    expect(columns).not.toContain(undefined)
    for (const [key, value] of Object.entries(row)) {
      expect(await tables.values(key, 'string')).toEqual({ [value]: 2 })
    }
  })

  test('cannot leave their quotes', async () => {
    const tables = await open()
    const keys = [
      `it's`,
      `back\\slash`,
      `'); DROP TABLE spans; --`,
      '`tick`',
      '{x:String}',
      '%s?',
      'a:b:c',
    ]
    const row = Object.fromEntries(keys.map((key) => [key, 'value']))
    await tables.write([row])
    await tables.promotion.promote()
    await tables.write([row])
    for (const key of keys) {
      expect(tables.column(key, 'string')).toMatch(/^attr_\w+$/)
      expect(await tables.values(key, 'string')).toEqual({ value: 2 })
    }
    const restarted = await open(tables.database)
    expect(keys.map((key) => restarted.column(key, 'string'))).not.toContain(undefined)
  })

  test('stay in the map where they are empty, very long, or no text', async () => {
    const tables = await open()
    const long = 'k'.repeat(64 * 1024)
    const keys = ['', long, 'line\nbreak', 'nul\0', 'odd\uFFFD', '\u200b']
    const row = Object.fromEntries(keys.map((key) => [key, 'value']))
    await tables.write([row])
    await tables.promotion.promote()
    await tables.write([row])
    for (const key of keys) {
      expect(tables.column(key, 'string')).toBeUndefined()
      expect(await tables.values(key, 'string')).toEqual({ value: 2 })
    }
  })

  test('with values of several types keep all of them', async () => {
    const tables = await open()
    const rows = [{ mixed: 'one' }, { mixed: 1 }, { mixed: { double: 1.5 } }, { mixed: true }]
    await tables.write(rows)
    await tables.promotion.promote()
    await tables.write(rows)
    for (const type of ['string', 'int', 'double', 'bool'] as const) {
      expect(tables.column('mixed', type)).toMatch(/^attr_mixed_/)
    }
    expect(await tables.values('mixed', 'string')).toEqual({ null: 6, one: 2 })
    expect(await tables.values('mixed', 'int')).toEqual({ null: 6, 1: 2 })
    expect(await tables.values('mixed', 'double')).toEqual({ null: 6, 1.5: 2 })
    expect(await tables.values('mixed', 'bool')).toEqual({ null: 6, true: 2 })
  })

  test('whose values rarely repeat get a column without a dictionary', async () => {
    const tables = await open()
    const rows = Array.from({ length: 3000 }, (_, i) =>
      i === 7 ? { few: 'x' } : { 'request.id': `id-${i}-é`, few: `v${i % 10}` },
    )
    for (let part = 0; part < 3; part++)
      await tables.write(rows.slice(part * 1000, part * 1000 + 1000))
    await tables.promotion.promote()
    const types = await tables.query<{ name: string; type: string }>(
      `SELECT name, type FROM system.columns WHERE database = '${tables.database}' AND table = 'spans'`,
    )
    const typeOf = (key: string) =>
      types.find(({ name }) => name === tables.column(key, 'string'))?.type
    expect(typeOf('request.id')).toBe('Nullable(String)')
    expect(typeOf('few')).toBe('LowCardinality(Nullable(String))')
    await tables.write(rows)
    expect(await tables.values('request.id', 'string', `name = 'span 8'`)).toMatchObject({
      'id-8-é': 2,
    })
    expect(await tables.values('request.id', 'string', `name = 'span 7'`)).toMatchObject({
      null: 2,
    })
    expect(Object.keys(await tables.values('request.id', 'string'))).toHaveLength(3000)
  })
})

describe('several processes on the same tables', () => {
  test('see each row, whoever has written it and whatever they know', async () => {
    const first = await open(undefined, { alone: false, activeAfter: hour })
    const second = await open(first.database, { alone: false, activeAfter: hour })
    const seenBy = async (tables: AdaptingTables) =>
      await tables.values('shop.cart', 'int', 'attr_server_port IS NULL')
    await first.write(carts(5))
    await second.write(carts(5))
    await first.promotion.promote()
    expect(first.column('shop.cart', 'int')).toBeDefined()
    // the second process does not know the column yet: it writes and reads the map, and misses nothing
    expect(second.column('shop.cart', 'int')).toBeUndefined()
    await first.write(carts(5))
    await second.write(carts(5))
    const all = { 0: 4, 1: 4, 2: 4, 3: 4, 4: 4 }
    expect(await seenBy(first)).toEqual(all)
    expect(await seenBy(second)).toEqual(all)
    // it promotes the same key: there is one column, and nobody stumbles
    await second.promotion.promote()
    expect(second.column('shop.cart', 'int')).toBe(first.column('shop.cart', 'int'))
    expect(second.lines.filter((line) => line.includes('cannot'))).toEqual([])
    const third = await first.whenActive('shop.cart', 'int')
    onTestFinished(() => third.promotion.close())
    await third.write(carts(5))
    await second.write(carts(5))
    expect(third.encode(carts(1)).columns).toContain(first.column('shop.cart', 'int'))
    const more = { 0: 6, 1: 6, 2: 6, 3: 6, 4: 6 }
    expect(await seenBy(first)).toEqual(more)
    expect(await seenBy(second)).toEqual(more)
  })

  test('notice by themselves what another one has promoted', async () => {
    const first = await open(undefined, { alone: false })
    const second = await open(first.database, { alone: false, refreshEvery: 50 })
    await first.write(carts(5))
    await first.promotion.promote()
    await expect.poll(() => second.column('shop.cart', 'int'), { timeout: 5000 }).toBeDefined()
  })

  test('answer nothing from a layout that may have changed', async () => {
    const tables = await open(undefined, { alone: false, staleAfter: 50 })
    await sleep(100)
    expect(() => tables.promotion.reader('traces')).toThrow(
      expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' }),
    )
    // it takes rows nevertheless
    expect(tables.encode(carts(1)).bytes.length).toBeGreaterThan(0)
  })

  test('insert what was encoded before a promotion', async () => {
    const tables = await open()
    const old = tables.encode(carts(5))
    await tables.promotion.promote()
    expect(tables.column('shop.cart', 'int')).toBeDefined()
    await tables.insert(old)
    expect(await tables.values('shop.cart', 'int')).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1, 4: 1 })
  })
})

test('an engine that refuses a column is asked again later, and the log says so once', async () => {
  let refuse = true
  const tables = await open(undefined, {
    ddl: async (query) => {
      if (refuse) throw new Error('no columns today')
      await (await engine.client('admin')).command({ query })
    },
  })
  for (let round = 0; round < 3; round++) {
    await tables.write(carts(5))
    await tables.promotion.promote()
  }
  expect(tables.promotion.health().traces).toMatchObject({ problem: 'no columns today' })
  expect(tables.lines).toEqual([
    'Attributes of traces cannot get columns of their own: no columns today',
  ])
  refuse = false
  await tables.write(carts(5))
  await tables.promotion.promote()
  expect(tables.promotion.health().traces).toMatchObject({ problem: '' })
  expect(await tables.values('shop.cart', 'int')).toEqual({ 0: 4, 1: 4, 2: 4, 3: 4, 4: 4 })
})

test('a batch without rows changes nothing', async () => {
  const tables = await open()
  expect(tables.encodeBatch(new ColumnBatch('traces')).columns.length).toBeGreaterThan(50)
  await tables.promotion.promote()
  expect(tables.promotion.health().traces.promoted).toBe(initialPromotions.length)
})
