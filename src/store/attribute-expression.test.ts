import { expect, test } from 'vitest'
import { attributeExpression } from './attribute-expression.ts'
import { initialLayout, type TableLayout } from './tables/table-layout.ts'

const initial = initialLayout('traces')
const promoted = new Map([...initial.promoted, ['int:shop.cart', 'attr_shop_cart']])
const layout: TableLayout = { ...initial, promoted }

test('a column that was always there is read alone', () => {
  expect(attributeExpression(layout, 'http.route', 'string')).toBe('`attr_http_route`')
})

test('a key that was promoted later is read from its column alone, which answers for older rows', () => {
  expect(attributeExpression(layout, 'shop.cart', 'int')).toBe('`attr_shop_cart`')
})

test('the same key with values of another type is another attribute', () => {
  expect(attributeExpression(layout, 'http.route', 'int')).toBe(
    "if(mapContains(attributes_int, 'http.route'), attributes_int['http.route'], NULL)",
  )
})

test('a key cannot leave its quotes', () => {
  expect(attributeExpression(layout, "x'] OR \\'", 'string')).toBe(
    "if(mapContains(attributes_string, 'x\\'] OR \\\\\\''), attributes_string['x\\'] OR \\\\\\''], NULL)",
  )
})

test('what every row carries has a column of its own, where empty means absent', () => {
  expect(attributeExpression(layout, 'deployment.environment.name', 'string')).toBe(
    "nullIf(environment, '')",
  )
})
