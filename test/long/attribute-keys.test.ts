import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AttributeKey, attributeKeys } from '../../src/store/attribute-keys.ts'
import { startEmbeddedEngine } from '../../src/store/engine/embedded-engine.ts'
import type { Engine } from '../../src/store/engine/engine.ts'
import { askableTables } from '../promotion/askable-tables.ts'

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

test('10,000 keys in two million rows: found in under a second, and most rows are not read', async () => {
  const { tables, store, asked } = await askableTables(engine)
  await tables.command(`INSERT INTO ${tables.database}.spans (time, service, name, attributes_string, attributes_int)
    SELECT fromUnixTimestamp64Nano(toInt64(1.7e18) + number * 1000000), 'shop', 'pay',
      map('plan', 'gold', concat('key-', toString(number % 10000)), 'x', if(number > 1900000, 'late', 'early'), 'y'),
      if(number % 3 = 0, map('cart', number), map()) FROM numbers(2000000)
    SETTINGS max_insert_threads = 1, max_partitions_per_insert_block = 0`)
  let fastest = Infinity
  let found: AttributeKey[] = []
  // the best of five: what else the machine does is not the question
  for (let run = 0; run < 5; run++) {
    const start = performance.now()
    found = await attributeKeys(store, `service = 'shop'`, {}, 60)
    fastest = Math.min(fastest, performance.now() - start)
  }
  expect(fastest).toBeLessThan(1000)
  expect(found).toHaveLength(60)
  const rows = Object.fromEntries(found.map(({ key, rows }) => [key, rows]))
  const near = (key: string, exact: number): void => {
    expect(Math.abs((rows[key] ?? 0) - exact) / exact).toBeLessThan(0.1)
  }
  near('plan', 2_000_000)
  near('early', 1_900_001)
  near('cart', 666_667)
  near('late', 99_999)
  const last = asked.at(-1)
  // the same question of all rows
  await store.query(last?.sql.replace(/AND intDiv\(.*$/, '') ?? '')
  expect(last?.bytes).toBeLessThan((asked.at(-1)?.bytes ?? 0) * 0.6)
})
