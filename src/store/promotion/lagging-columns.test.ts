import { expect, test } from 'vitest'
import { laggingColumns } from './lagging-columns.ts'

const placement = { cluster: 'shards', replicated: false }
const column = (
  table: string,
  name: string,
  comment: string,
  servers: number,
  type = 'Nullable(Int64)',
) => {
  return { table, name, type, comment, servers }
}
const spans = (servers: number) => [
  column('spans_local', 'time', '', servers),
  column('spans', 'time', '', servers),
]
const cart = 'attribute:int@1700000000000:shop.cart'

test('nothing is lagging where every server has every column', () => {
  const rows = [
    ...spans(3),
    column('spans_local', 'attr_shop_cart', cart, 3),
    column('spans', 'attr_shop_cart', cart, 3),
  ]
  expect(laggingColumns(rows, placement)).toEqual([])
})

test.each([
  ['a new server lacks it', 2, 2],
  ['only the table that spreads rows lacks it, everywhere', 3, 0],
  ['only the table that holds rows lacks it, on one server', 2, 3],
])('%s', (_, local, spread) => {
  const rows = [
    ...spans(3),
    column('spans_local', 'attr_shop_cart', cart, local),
    column('spans', 'attr_shop_cart', cart, spread),
  ].filter(({ servers }) => servers > 0)
  expect(laggingColumns(rows, placement)).toEqual([
    {
      signal: 'traces',
      column: { type: 'int', key: 'shop.cart', plain: false },
      activeFrom: 1_700_000_000_000,
    },
  ])
})

test('columns without a dictionary stay so; those that every table has from the start are not looked at', () => {
  const rows = [
    column('logs_local', 'time', '', 3),
    column('logs', 'time', '', 3),
    column('logs_local', 'attr_id', 'attribute:string@1700000000001:id', 1, 'Nullable(String)'),
    column('logs', 'attr_http_route', 'attribute:string:http.route', 2),
  ]
  expect(laggingColumns(rows, placement)).toEqual([
    {
      signal: 'logs',
      column: { type: 'string', key: 'id', plain: true },
      activeFrom: 1_700_000_000_001,
    },
  ])
})
