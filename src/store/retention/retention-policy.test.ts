import { expect, test } from 'vitest'
import { byteLimits } from './byte-limits.ts'
import { day, defaultRetention, parseAges, parseBudgets } from './retention-policy.ts'

test.each([
  ['traces=7d', { traces: 7 * day }],
  ['30d', { traces: 30 * day, logs: 30 * day, metrics: 30 * day }],
  [
    ' traces = 36h , logs=2w,metrics=unlimited',
    { traces: 1.5 * day, logs: 14 * day, metrics: Infinity },
  ],
  ['90d,logs=3d', { traces: 90 * day, logs: 3 * day, metrics: 90 * day }],
])('reads the ages %s', (text, ages) => {
  expect(parseAges(text)).toEqual({ ...defaultRetention.age, ...ages })
})

test.each([
  '',
  'traces',
  'traces=',
  'spans=3d',
  'traces=3',
  'traces=12h',
  'traces=0d',
  'traces=-3d',
  '3d,4d',
  'x=1e9d',
])('refuses the ages "%s"', (text) => {
  expect(() => parseAges(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
})

test.each([
  ['200GB', { bytes: 200e9 }, {}],
  ['60 %', { share: 0.6 }, {}],
  ['unlimited', 'unlimited', {}],
  [
    'traces=1.5TiB,logs=10%',
    'automatic',
    { traces: { bytes: 1.5 * 2 ** 40 }, logs: { share: 0.1 } },
  ],
  ['1TB,logs=500MB', { bytes: 1e12 }, { logs: { bytes: 5e8 } }],
])('reads the budgets %s', (text, budget, signalBudgets) => {
  expect(parseBudgets(text)).toEqual({ budget, signalBudgets })
})

test.each(['', '5', '5kb', '101%', '0GB', 'half', 'spans=3GB', '1GB,2GB', 'traces=unlimited'])(
  'refuses the budget "%s"',
  (text) => {
    expect(() => parseBudgets(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  },
)

test('the default takes 70 % of the disk, and leaves a tenth of it free whoever uses the rest', () => {
  const total = (free: number, used: number): number =>
    byteLimits(defaultRetention, { total: 1000, free }, used).total
  expect(total(900, 100)).toBe(700)
  expect(total(300, 100)).toBe(300)
  expect(total(50, 100)).toBe(50)
  expect(total(0, 10)).toBe(0)
})
