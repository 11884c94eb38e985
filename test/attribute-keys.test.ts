import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attributeKeys, attributeKeysByGroup } from '../src/store/attribute-keys.ts'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import type { Engine } from '../src/store/engine/engine.ts'
import { askableTables } from './promotion/askable-tables.ts'

let folder: string
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-keys-'))
  engine = await startEmbeddedEngine({ folder, database: 'aftergreen', log: () => {} })
})

afterAll(async () => {
  await engine?.close()
  await rm(folder, { recursive: true, force: true })
})

test('every key with each of its types, promoted or not, of the rows that satisfy the condition', async () => {
  const { tables, store } = await askableTables(engine)
  const rows = [
    { 'http.route': '/pay', cart: 1, plan: 'gold' },
    { 'http.route': '/pay', cart: 'full' },
    { cart: 2, total: { double: 1.5 }, vip: true },
  ]
  await tables.write(rows)
  await tables.promotion.promote()
  expect(tables.column('cart', 'int')).toBeDefined()
  // these rows have it in the column, the first ones in the map
  await tables.write(rows)
  await tables.write(rows, 'other')
  const expected = [
    { key: 'cart', type: 'int', rows: 4 },
    { key: 'http.route', type: 'string', rows: 4 },
    { key: 'cart', type: 'string', rows: 2 },
    { key: 'plan', type: 'string', rows: 2 },
    { key: 'total', type: 'double', rows: 2 },
    { key: 'vip', type: 'bool', rows: 2 },
  ]
  const found = await attributeKeys(store, 'service = {service: String}', { service: 'shop' })
  expect(found).toEqual(expected)
  expect(await attributeKeys(store, 'service = {service: String}', { service: 'shop' }, 2)).toEqual(
    expected.slice(0, 2),
  )
  expect(await attributeKeys(store, 'service = {service: String}', { service: 'none' })).toEqual([])
  const groups = await attributeKeysByGroup(store, `service = 'other'`, '1', {})
  const half = expected.map((key) => ({ ...key, rows: key.rows / 2 }))
  expect(groups).toEqual(
    new Map([
      ['0', expected],
      ['1', half],
    ]),
  )
})

test('more keys than are counted exactly: the frequent ones are found', async () => {
  const { tables, store } = await askableTables(engine)
  await tables.command(`INSERT INTO ${tables.database}.spans (time, service, attributes_string)
    SELECT now64(9) + number / 1000, 'shop', map(concat('user-', toString(number)), 'x', 'plan', 'gold') FROM numbers(80000)`)
  const [first] = await attributeKeys(store, '1', {}, 5)
  expect(first).toEqual({ key: 'plan', type: 'string', rows: 80_000 })
})
