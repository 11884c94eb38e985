import { expect, test } from 'vitest'
import { isPromotableKey, promotedName } from './promotable-key.ts'

test.each(['http.route', 'a', "it's", 'größe', 'x'.repeat(128), '購物車'])('%j can', (key) => {
  expect(isPromotableKey(key)).toBe(true)
})

test.each(['', 'x'.repeat(129), '\u00fc'.repeat(65), 'a\nb', 'a\0', 'a\uFFFD', '\u2028', '\uD800'])(
  '%j cannot',
  (key) => {
    expect(isPromotableKey(key)).toBe(false)
  },
)

test('names are safe, short, and different where types or keys are', () => {
  const names = ['a.b', 'a_b', 'A.b', '購', '物', 'k'.repeat(128)].flatMap((key) => [
    promotedName('string', key),
    promotedName('int', key),
  ])
  expect(new Set(names).size).toBe(12)
  for (const name of names) expect(name).toMatch(/^attr_[A-Za-z0-9_]{1,69}$/)
  // the same in every version and process, for ever: it is what a table's column is called
  expect(promotedName('int', 'shop.cart')).toBe('attr_shop_cart_9fa6c714')
})
