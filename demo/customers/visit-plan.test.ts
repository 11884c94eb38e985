import { expect, test } from 'vitest'
import { population } from './population.ts'
import { type Visit, visits } from './visit-plan.ts'

function take(seed: number, count: number): Visit[] {
  const plan = visits(seed, 80)
  return Array.from({ length: count }, () => plan.next().value as Visit)
}

const many = take(1, 20_000)
const requests = many.flatMap((visit) => visit.steps)
const share = <T>(of: readonly T[], such: (one: T) => boolean): number =>
  of.filter(such).length / of.length

test('the same seed plans the same visits, another one does not', () => {
  expect(take(5, 50)).toEqual(take(5, 50))
  expect(take(6, 50)).not.toEqual(take(5, 50))
})

test('visits arrive independently at the rate asked for', () => {
  const gaps = many.map((visit) => visit.afterMs)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
  expect(mean).toBeGreaterThan(12)
  expect(mean).toBeLessThan(13)
  // exponential gaps: the standard deviation is the mean
  expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.95)
  expect(Math.sqrt(variance) / mean).toBeLessThan(1.05)
})

test('orders are 7 to 9 % of the requests, pages with shipping options about half', () => {
  expect(share(requests, (step) => step.path === '/orders')).toBeGreaterThan(0.07)
  expect(share(requests, (step) => step.path === '/orders')).toBeLessThan(0.09)
  const products = share(requests, (step) => step.path.startsWith('/products/'))
  expect(products).toBeGreaterThan(0.45)
  expect(products).toBeLessThan(0.55)
})

test('an order has something in its cart', () => {
  const orders = requests.filter((step) => step.path === '/orders')
  expect(orders.every((step) => step.cartSize > 0)).toBe(true)
})

test('the slow cohort makes 1 to 2 % of the requests on the slow operation', () => {
  const slow = many
    .filter(({ session }) => session.locale === 'pt-BR')
    .filter(({ session }) => session.accountAgeDays >= 30 && session.accountAgeDays < 60)
    .flatMap((visit) => visit.steps)
    .filter((step) => step.path.startsWith('/products/'))
  expect(slow.length / requests.length).toBeGreaterThan(0.01)
  expect(slow.length / requests.length).toBeLessThan(0.022)
})

test('no other attribute describes the slow cohort: Brazil is not the language, trials are not the age', () => {
  const users = population(1, 12_000)
  const speakers = users.filter((user) => user.locale === 'pt-BR')
  expect(share(speakers, (user) => user.country === 'BR')).toBeLessThan(0.85)
  const brazil = users.filter((user) => user.country === 'BR')
  expect(share(brazil, (user) => user.locale === 'pt-BR')).toBeLessThan(0.88)
  const inRange = users.filter((user) => user.accountAgeDays >= 30 && user.accountAgeDays < 60)
  for (const plan of new Set(users.map((user) => user.plan))) {
    expect(share(inRange, (user) => user.plan === plan)).toBeLessThan(0.7)
  }
})

test('amex at bluecard is 8 to 13 % of the customers', () => {
  const pair = share(
    many,
    ({ session }) => session.cardType === 'amex' && session.provider === 'bluecard',
  )
  expect(pair).toBeGreaterThan(0.08)
  expect(pair).toBeLessThan(0.13)
})

test('some customers come more often than others, and none of them dominates', () => {
  const counts = [...Map.groupBy(many, (visit) => visit.session.userId).values()].map(
    (of) => of.length,
  )
  expect(Math.max(...counts)).toBeGreaterThan(5)
  expect(Math.max(...counts)).toBeLessThan(100)
})
