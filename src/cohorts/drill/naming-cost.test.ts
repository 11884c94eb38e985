import { expect, test } from 'vitest'

import type { Cohort } from '../cohort.ts'
import type { MemoryColumn } from '../source/memory-rows.ts'
import { logChoose, namingCost } from './naming-cost.ts'
import { detectableNats } from './expected-evidence.ts'
import { plantedEvents } from './planted-events.ts'

const rows = 24_000

/** Row by row; sides alternate in pairs of rows, and every second row is searched. */
function category(name: string, size: number, own = (row: number): number => row): MemoryColumn {
  const codes = Uint32Array.from({ length: rows }, (_, row) => 1 + (own(row) % size))
  const values = [null, ...Array.from({ length: size }, (_, index) => `${name}-${index}`)]
  return { name, kind: 'category', codes, values }
}

const quarter = (row: number): number => row >> 2
const columns: MemoryColumn[] = [
  category('ten', 10, quarter),
  category('many', 700, quarter),
  {
    name: 'smooth',
    kind: 'number',
    values: Float64Array.from({ length: rows }, (_, row) => row),
  },
  {
    name: 'few',
    kind: 'number',
    values: Float64Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? Number.NaN : row % 3)),
  },
]
const space = {
  columns,
  searched: 15,
  candidate: Uint8Array.from({ length: rows }, (_, row) => (row >> 1) & 1),
  searches: (row: number): boolean => row % 2 === 0,
}
const cost = (cohort: Cohort): number => namingCost(space)(cohort, 'rate')

test('a name costs the log of how many there are of its shape', () => {
  expect(logChoose(15, 3)).toBeCloseTo(Math.log(455), 9)
  expect(cost([])).toBe(0)
  const value = { attribute: 'ten', op: '=', value: 'ten-1' } as const
  expect(cost([value])).toBeCloseTo(Math.log(15) + Math.log(10), 9)
  expect(cost([{ attribute: 'ten', op: 'absent' }])).toBeCloseTo(Math.log(15) + Math.log(11), 9)
  const range = { attribute: 'smooth', op: 'range', low: 5, high: 9 } as const
  expect(cost([range])).toBeCloseTo(Math.log(15) + Math.log((32 * 33) / 2), 9)
  expect(cost([value, range])).toBeCloseTo(
    Math.log(105) + Math.log(10) + Math.log((32 * 33) / 2),
    9,
  )
  const bins = { attribute: 'few', op: 'range', low: 1, high: null } as const
  expect(cost([bins])).toBeCloseTo(Math.log(15) + Math.log(6), 9)
})

test('values count where they have enough rows, 254 at most', () => {
  expect(cost([{ attribute: 'many', op: '=', value: 'many-1' }])).toBeCloseTo(
    Math.log(15) + Math.log(254),
    9,
  )
  const scarce = category('scarce', 3, (row) => (row < 20 ? 2 : row % 8 < 4 ? 0 : 1))
  const own = namingCost({ ...space, columns: [scarce] })
  const named: Cohort = [{ attribute: 'scarce', op: '=', value: 'scarce-0' }]
  // five rows of the candidate are searched, and as many of the baseline
  expect(own(named, 'rate')).toBeCloseTo(Math.log(15) + Math.log(2), 9)
})

test('the line of the search lies above that of confirmation by the name', () => {
  const plants = [
    { kind: 'rate', order: 1, ranged: false, share: 0.015, effect: 20 },
    { kind: 'rate', order: 3, ranged: true, share: 0.003, effect: 8 },
  ] as const
  const events = [11, 14].flatMap(
    (seed) =>
      plantedEvents({ seed, rows: 60_000, attributes: 20, kinds: ['rate'], plants }).planted,
  )
  for (const { aboveSearch, detectable, expected, namingNats } of events) {
    expect(namingNats).toBeGreaterThan(Math.log(14))
    expect(aboveSearch).toBe(detectable && expected.searchNats >= detectableNats + namingNats)
  }
  // 11.3, 0.8, 34.9 and 2.3 nats are expected
  expect(events.map(({ detectable }) => detectable)).toEqual([true, false, true, false])
  expect(events.map(({ aboveSearch }) => aboveSearch)).toEqual([false, false, true, false])
})
