import { expect, test } from 'vitest'
import type { Cohort } from '../../cohorts/cohort.ts'
import { tableOf, times, type UnitRow } from '../testing/table-of.ts'
import type { Evaluated } from './evaluate-harm.ts'
import { explainClaims } from './explain-claims.ts'
import type { Hypothesis } from './hypothesis.ts'

const orders: Cohort = [{ attribute: 'operation', op: '=', value: 'POST /orders' }]
const carts: Cohort = [{ attribute: 'operation', op: '=', value: 'GET /cart' }]
const amex: Cohort = [...orders, { attribute: 'card', op: '=', value: 'amex' }]
const bluecard: Cohort = [...orders, { attribute: 'provider', op: '=', value: 'bluecard' }]

function claim(id: string, cohort: Cohort, changes: Partial<Hypothesis> = {}): Evaluated {
  const hypothesis: Hypothesis = {
    id,
    kind: 'failure-rate',
    cohort,
    test: 'bad',
    origin: cohort.length > 1 ? 'discovered' : 'fixed',
    weight: 0.1,
    ...changes,
  }
  return { hypothesis, logE: 20, maxLogE: 20 }
}

/** Both sides of a cohort: so many candidates, of which `bad` failed; the baseline is four times as large and healthy. */
function cohort(total: number, bad: number, row: UnitRow): UnitRow[] {
  return [
    ...times(bad, { ...row, candidate: true, failed: true }),
    ...times(total - bad, { ...row, candidate: true }),
    ...times(4 * total, row),
  ]
}

const service = claim('service', [])
const all = claim('orders', orders)
const narrow = claim('amex', amex)
const shop = [
  ...cohort(500, 0, { operation: 'GET /cart', attributes: { card: 'none', provider: 'none' } }),
  ...cohort(100, 0, {
    operation: 'POST /orders',
    attributes: { card: 'visa', provider: 'northpay' },
  }),
]
const failing = cohort(40, 40, {
  operation: 'POST /orders',
  attributes: { card: 'amex', provider: 'bluecard' },
})

function explained(rows: readonly UnitRow[], claims: readonly Evaluated[]) {
  return explainClaims(tableOf(rows), claims).map(({ claim: { hypothesis }, explains }) => ({
    id: hypothesis.id,
    explains: explains.map((other) => other.claim.hypothesis.id).toSorted(),
  }))
}

test('the cohort that failed stands, and explains the broader claims', () => {
  expect(explained([...shop, ...failing], [service, all, narrow])).toEqual([
    { id: 'amex', explains: ['orders', 'service'] },
  ])
})

test('another description of the same rows is dropped', () => {
  const same = claim('bluecard', bluecard)
  const result = explained([...shop, ...failing], [service, all, narrow, same])
  expect(result).toHaveLength(1)
  expect(result[0]!.explains).toEqual(['orders', 'service'])
})

test('two faults stand beside each other, and each explains its own', () => {
  const slowCarts = cohort(60, 30, {
    operation: 'GET /cart',
    attributes: { card: 'none', provider: 'other' },
  })
  const other = claim('carts', [...carts, { attribute: 'provider', op: '=', value: 'other' }])
  const result = explained(
    [...shop, ...failing, ...slowCarts],
    [service, all, claim('all carts', carts), narrow, other],
  )
  expect(result.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
    { id: 'amex', explains: ['orders', 'service'] },
    { id: 'carts', explains: ['all carts'] },
  ])
})

test('a broad claim that goes beyond the narrow one stands by itself', () => {
  const everywhere = cohort(200, 30, {
    operation: 'POST /orders',
    attributes: { card: 'mastercard', provider: 'northpay' },
  })
  const ids = explained([...shop, ...failing, ...everywhere], [all, narrow]).map(({ id }) => id)
  expect(ids.toSorted()).toEqual(['amex', 'orders'])
})

test('claims of another kind are neither dropped nor explained', () => {
  const rows = [...shop, ...failing].map((row) => ({
    ...row,
    duration: row.failed === true ? 900 : 10,
  }))
  const slow = claim('slow', orders, {
    kind: 'latency',
    test: 'slow',
    slowBounds: { 'POST /orders': 100 },
  })
  const result = explained(rows, [narrow, slow])
  expect(result.map(({ id }) => id).toSorted()).toEqual(['amex', 'slow'])
  expect(result.flatMap(({ explains }) => explains)).toEqual([])
})

test('a single confirmed claim always stands, however small what it explains', () => {
  const rows = [...shop, ...cohort(20, 1, { operation: 'POST /orders' })]
  expect(explained(rows, [service])).toEqual([{ id: 'service', explains: [] }])
  expect(explained(rows, [])).toEqual([])
})
