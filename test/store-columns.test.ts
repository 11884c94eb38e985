import { expect, test } from 'vitest'
import { initialPromotions } from '../src/store/tables/attribute-columns.ts'
import { temporaryFolder } from './store/temporary-folder.ts'
import { testStore } from './store/test-store.ts'

test('columns come by themselves, and stay over a restart', async () => {
  const folder = await temporaryFolder()
  const columns = { policy: { minRows: 20, rounds: 2 }, every: 100, activeAfter: 200 }
  const before = await testStore(folder, { columns })
  const { length } = initialPromotions
  let number = 0
  const spans = () =>
    Array.from({ length: 25 }, () => ({
      number: number++,
      attributes: { 'shop.cart': number % 2 },
    }))
  while (before.store.health().columns.traces.promoted === length) await before.send(spans())
  const health = before.store.health().columns
  expect(health.traces).toMatchObject({ promoted: length + 1, budget: 128, problem: '' })
  expect(Date.parse(health.traces.lastPromotion)).toBeGreaterThan(Date.now() - 60_000)
  expect(health.logs).toMatchObject({ promoted: length, lastPromotion: '' })
  expect(before.store.attribute('traces', 'shop.cart', 'int')).toMatch(/^`attr_shop_cart_\w{8}`$/)
  await before.send(spans())
  await before.store.close()

  const after = await testStore(folder, { columns })
  await after.send(spans())
  await after.store.drained()
  const cart = after.store.attribute('traces', 'shop.cart', 'int')
  expect(cart).toMatch(/^`attr_shop_cart_\w{8}`$/)
  const sql = `SELECT count() AS rows, countIf(${cart} = 1) AS ones, countIf(${cart} = 0) AS zeros FROM ${after.store.database}.spans`
  expect(await after.store.query(sql)).toEqual([
    { rows: number, ones: Math.ceil(number / 2), zeros: Math.floor(number / 2) },
  ])
})
