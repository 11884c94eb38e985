import { expect, test } from 'vitest'
import { createRandom } from '../stats/random.ts'
import { selectAttributes } from './attribute-selection.ts'
import type { AttributeColumn, CohortTable } from './cohort-table.ts'

const rows = 2000
const random = createRandom(7)
const candidate = Uint8Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? 1 : 0))
const draws = Array.from({ length: rows }, () => random.integer(4))

function category(name: string, value: (row: number) => string | null): AttributeColumn {
  const values: (string | null)[] = [null]
  const codes = Uint16Array.from({ length: rows }, (_, row) => {
    const wanted = value(row)
    const code = values.indexOf(wanted)
    return code >= 0 ? code : values.push(wanted) - 1
  })
  return { name, kind: 'category', codes, values }
}

function number(name: string, value: (row: number) => number): AttributeColumn {
  return {
    name,
    kind: 'number',
    values: Float64Array.from({ length: rows }, (_, row) => value(row)),
  }
}

function select(attributes: AttributeColumn[]): ReturnType<typeof selectAttributes> {
  const table: CohortTable = { rows, candidate, attributes }
  return selectAttributes(table)
}

const reasonOf = (column: AttributeColumn): string => select([column]).leftOut[0]?.reason ?? 'kept'

test.each([
  ['kept', category('locale', (row) => `l${draws[row]}`)],
  ['kept', category('coupon', (row) => (draws[row] === 0 ? 'yes' : null))],
  ['constant', category('region', () => 'eu')],
  ['constant', category('region', (row) => (row < 3 ? 'us' : 'eu'))],
  ['identifier', category('order', (row) => `o${row}`)],
  ['kept', category('tenant', (row) => (row % 7 === 0 ? 'big' : `t${row}`))],
  // sessions that stay on one side, of four rows each
  ['separates-sides', category('visit', (row) => `${candidate[row]}-${row % 500}`)],
  ['kept', category('user', () => `u${random.integer(500)}`)],
  ['separates-sides', category('build', (row) => `b${candidate[row]}`)],
  ['separates-sides', category('pod', (row) => `${candidate[row]}-${draws[row]}`)],
  [
    'separates-sides',
    category('new', (row) => (candidate[row] === 1 && row % 2 === 0 ? 'x' : null)),
  ],
  [
    'kept',
    category('new', (row) => (row === 0 || row === 5 || row === 10 || row === 15 ? 'x' : null)),
  ],
  ['kept', number('age', (row) => row * 1.5)],
  ['kept', number('amount', (row) => (row % 3 === 0 ? Number.NaN : row % 17))],
  ['constant', number('limit', () => 5)],
  ['identifier', number('order_id', (row) => row)],
  ['separates-sides', number('started', (row) => candidate[row]! * 1e6 + row)],
  ['denied', category('http.response.status_code', (row) => `${draws[row]}`)],
  ['denied', category('app.delivery.status', (row) => `${draws[row]}`)],
  ['denied', category('error.type', (row) => `${draws[row]}`)],
  ['denied', number('process.pid', (row) => row)],
  ['kept', category('terror', (row) => `${draws[row]}`)],
])('%s: %o', (reason, column) => {
  expect(reasonOf(column)).toBe(reason)
})

test('a name can be allowed, and others denied', () => {
  const table: CohortTable = {
    rows,
    candidate,
    attributes: [category('plan.status', (row) => `${draws[row]}`), number('age', (row) => row)],
  }
  const { kept } = selectAttributes(table, { allow: ['plan.*'], deny: ['ag*'] })
  expect(kept.map(({ name }) => name)).toEqual(['plan.status'])
})

test('without the deny list, outcomes are kept; what is asked to be left out is left out all the same', () => {
  const table: CohortTable = {
    rows,
    candidate,
    attributes: [category('plan.status', (row) => `${draws[row]}`), number('age', (row) => row)],
  }
  const { kept, leftOut } = selectAttributes(table, { deny: false, ignore: ['ag*'] })
  expect(kept.map(({ name }) => name)).toEqual(['plan.status'])
  expect(leftOut).toEqual([{ name: 'age', reason: 'denied', detail: 'age is left out as asked.' }])
})

test('the weights of the rows stay with them', () => {
  const weights = new Float64Array(rows).fill(3)
  const table: CohortTable = { rows, candidate, attributes: [], weights }
  expect(selectAttributes(table).table.weights).toBe(weights)
})

test('of attributes that say the same, the shortest name stays', () => {
  const selection = select([
    category('country.name', (row) => `name ${draws[row]}`),
    category('country', (row) => `c${3 - draws[row]!}`),
    category('half', (row) => `h${draws[row]! >> 1}`),
    number('age.seconds', (row) => row * 86_400),
    number('age', (row) => row),
  ])
  expect(selection.table.attributes.map(({ name }) => name)).toEqual(['country', 'half', 'age'])
  expect(selection.aliases).toEqual({ country: ['country.name'], age: ['age.seconds'] })
  expect(selection.leftOut).toContainEqual({
    name: 'country.name',
    reason: 'equivalent',
    detail: 'country.name says the same as country.',
  })
})

test('an absent value corresponds to an absent value only', () => {
  const a = category('a', (row) => (draws[row] === 0 ? null : 'x'))
  const b = category('b', (row) => (draws[row] === 0 ? 'x' : null))
  expect(select([a, b]).kept).toHaveLength(2)
})
