import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { signals } from '../../signal.ts'
import {
  chooseDrops,
  dayOf,
  isFuture,
  type Limits,
  type Unit,
  untouchable,
} from './choose-drops.ts'
import { day } from './retention-policy.ts'

const now = Date.UTC(2026, 5, 15, 12)
const unlimited = { traces: Infinity, logs: Infinity, metrics: Infinity }
const ages = { traces: 14 * day, logs: 14 * day, metrics: 60 * day }
const limits = (of: Partial<Limits> = {}): Limits => ({
  age: ages,
  bytes: unlimited,
  total: Infinity,
  ...of,
})

/** A part of so many days ago. */
function part(daysAgo: number, of: Partial<Unit> = {}): Unit {
  const time = now - daysAgo * day
  const partition = new Date(time).toISOString().slice(0, 10).replaceAll('-', '')
  const name = `${partition}_${of.newest ?? time}`
  return {
    signal: 'traces',
    partition,
    part: name,
    rows: 10,
    bytes: 100,
    newest: Math.min(time, now),
    ...of,
  }
}

const chosen = (units: Unit[], of?: Partial<Limits>): string[] =>
  chooseDrops(units, limits(of), now).drops.map(
    ({ unit, why }) => `${why} ${unit.signal} ${unit.partition}`,
  )

test('a day goes when its last moment is too old, each signal by its own age', () => {
  const units = [0, 13, 14, 15, 59].map((days) => part(days))
  units.push(part(59, { signal: 'metrics' }), part(61, { signal: 'metrics' }))
  expect(chosen(units)).toEqual([
    'age traces 20260531',
    'age traces 20260417',
    'age metrics 20260415',
  ])
  expect(chosen(units, { age: unlimited })).toEqual([])
})

test('the oldest parts go for a budget, over all signals, and no more than is needed', () => {
  const units = [part(3), part(1), part(2, { signal: 'logs' }), part(0.5)]
  expect(chosen(units, { total: 400 })).toEqual([])
  expect(chosen(units, { total: 399 })).toEqual(['budget traces 20260612'])
  expect(chosen(units, { total: 200 })).toEqual(['budget traces 20260612', 'budget logs 20260613'])
})

test('the budget of one signal leaves the others alone', () => {
  const units = [part(9, { signal: 'logs' }), part(3), part(2)]
  expect(chosen(units, { bytes: { ...unlimited, traces: 150 } })).toEqual([
    'budget traces 20260612',
  ])
})

test('the newest rows are never dropped for a budget; what is too much is said', () => {
  const young = part(0, { newest: now - untouchable + 1 })
  const { drops, excess } = chooseDrops([young, part(1)], limits({ total: 30 }), now)
  expect(drops.map(({ unit }) => unit.partition)).toEqual(['20260614'])
  expect(excess).toBe(70)
})

test('days of the future are the first to go, and do not outlive their first row', () => {
  const future = part(-400, { received: now - 2 * day })
  const old = part(-401, { received: now - 15 * day })
  expect(chosen([future, old, part(3)], { total: 100 })).toEqual([
    `clock traces ${old.partition}`,
    `budget traces ${future.partition}`,
  ])
  expect(chosen([part(-1)])).toEqual([])
})

test('rows from 1970 go in the next round', () => {
  expect(chosen([part(0), part(0, { partition: '19700101', newest: 1 })])).toEqual([
    'age traces 19700101',
  ])
})

const arbitraryUnit = fc
  .record({
    days: fc.double({ min: -30, max: 90, noNaN: true }),
    signal: fc.constantFrom(...signals),
    bytes: fc.nat(1000),
    arrived: fc.double({ min: 0, max: 90, noNaN: true }),
  })
  .map(({ days, signal, bytes, arrived }) =>
    part(days, { signal, bytes, received: now - arrived * day }),
  )
const budget = fc.oneof(fc.nat(3000), fc.constant(Infinity))
const arbitraryLimits = fc.record({
  age: fc.constant(ages),
  bytes: fc.record({ traces: budget, logs: budget, metrics: budget }),
  total: budget,
})

test('whatever there is: nothing young for a budget, nothing younger before older, budgets kept or the excess told', () => {
  let forBudget = 0
  fc.assert(
    fc.property(
      fc.array(arbitraryUnit, { minLength: 5, maxLength: 40, size: 'max' }),
      arbitraryLimits,
      (units, limits) => {
        const { drops, excess } = chooseDrops(units, limits, now)
        const dropped = new Set(drops.map(({ unit }) => unit))
        expect(dropped.size).toBe(drops.length)
        const kept = units.filter((unit) => !dropped.has(unit))
        const sum = (of: Unit[]): number => of.reduce((total, { bytes }) => total + bytes, 0)
        const forSpace = drops.filter(({ why }) => why === 'budget').map(({ unit }) => unit)
        forBudget += forSpace.length
        const present = forSpace.filter((unit) => !isFuture(unit, now))
        expect(present.every(({ newest }) => newest <= now - untouchable)).toBe(true)
        // what is kept of the same signal is younger, and nothing of the future outlives it
        for (const unit of present) {
          const others = kept.filter(({ signal }) => signal === unit.signal)
          expect(
            others.every((other) => !isFuture(other, now) && other.newest >= unit.newest),
          ).toBe(true)
        }
        for (const unit of kept.filter((unit) => !isFuture(unit, now))) {
          expect(dayOf(unit.partition) + day).toBeGreaterThan(now - limits.age[unit.signal])
        }
        const over = signals.map(
          (signal) => sum(kept.filter((unit) => unit.signal === signal)) - limits.bytes[signal],
        )
        expect(excess).toBe(Math.max(0, sum(kept) - limits.total, ...over))
        const touchable = kept.filter(
          (unit) => isFuture(unit, now) || unit.newest <= now - untouchable,
        )
        const overTotal = excess > 0 && sum(kept) - limits.total === excess
        expect(overTotal ? touchable : []).toEqual([])
        // a second look finds nothing more to do
        expect(chooseDrops(kept, limits, now).drops).toEqual([])
      },
    ),
    { numRuns: 600 },
  )
  expect(forBudget).toBeGreaterThan(80)
})
