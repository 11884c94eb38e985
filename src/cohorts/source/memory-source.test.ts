import { expect, test } from 'vitest'

import { createRandom } from '../../stats/random.ts'
import type { Cohort } from '../cohort.ts'
import { cohortMask, type CohortTable } from '../cohort-table.ts'
import type { CohortCounts, CohortSource } from '../compare/cohort-source.ts'
import { balanced, type MixBalance } from '../mix-balance.ts'
import { plantedTable } from '../testing/planted-table.ts'
import type { MemoryMeasure, MemoryTable } from './memory-rows.ts'
import { memorySource } from './memory-source.ts'
import { placeUnits, unitHash } from './unit-hash.ts'

const rows = 20_000
const { table, measures: drawn } = plantedTable({ seed: 3, rows, baseRate: 0.03 })
const random = createRandom(4)
const unit = Uint32Array.from({ length: rows }, () => random.integer(3000))
const durations = Float64Array.from({ length: rows }, (_, row) =>
  row % 50 === 0 ? Number.NaN : random.lognormal(3 + table.candidate[row]!, 1),
)
const measures: MemoryMeasure[] = [
  {
    name: 'rate',
    kind: 'share',
    bad: drawn[0]!.bad.map((flag, row) => (row % 7 === 0 ? 255 : flag)),
  },
  { name: 'volume', kind: 'volume', bad: new Uint8Array(rows).fill(1) },
]
async function countAll(of: CohortSource, measure: string): Promise<CohortCounts> {
  const counts = await of.count({ cohorts: [[]], measures: [measure], balance: balanced })
  return counts[0]![0]!
}

const source = memorySource({ table, unit, measures, durations: { values: durations } })

const cohorts: Cohort[] = [
  [],
  [{ attribute: 'app.device', op: '=', value: 'device-2' }],
  [
    { attribute: 'app.hour', op: 'range', low: 6, high: 9 },
    { attribute: 'app.country', op: 'in', values: ['country-1', 'country-3'] },
  ],
  [{ attribute: 'app.payment.provider', op: 'absent' }],
  [{ attribute: 'app.amount', op: 'range', low: 40, high: null }],
  [{ attribute: 'no.such', op: 'absent' }],
  [{ attribute: 'no.such', op: '=', value: 1 }],
]
const balance: MixBalance = {
  scale: 1.5,
  factors: [
    {
      attribute: 'app.country',
      kind: 'category',
      values: ['country-1', 'country-2'],
      factors: [0.5, 0.25],
      other: 2,
    },
    { attribute: 'app.hour', kind: 'number', edges: [6, 12], factors: [1, 2, 3], absent: 1 },
  ],
}

test('counts are those of a plain loop over the rows', async () => {
  const counts = await source.count({ cohorts, measures: ['rate', 'volume'], balance })
  const places = placeUnits(unit, 1)
  const country = table.attributes.find(({ name }) => name === 'app.country')!
  const hour = table.attributes.find(({ name }) => name === 'app.hour')!
  for (const [index, cohort] of cohorts.entries()) {
    const mask = cohortMask(table, cohort)
    for (const [which, { bad, kind }] of measures.entries()) {
      const counted = counts[index]![which]!
      const expected = [0, 0, 0, 0]
      const badUnits = new Set<number>()
      const balancedBad = new Float64Array(256)
      const candidateTotal = new Float64Array(256)
      for (let row = 0; row < rows; row++) {
        const flag = kind === 'volume' ? 1 : bad[row]!
        if (mask[row] !== 1 || flag === 255) continue
        const side = table.candidate[row]!
        expected[side * 2]! += flag
        expected[side * 2 + 1]! += 1
        if (flag === 1 && side === 1) badUnits.add(unit[row]!)
        const bucket = places[row]! - 256
        if (bucket < 0) continue
        if (side === 1) candidateTotal[bucket]! += 1
        const code = country.kind === 'category' ? country.codes[row]! : 0
        const at = hour.kind === 'number' ? hour.values[row]! : 0
        const factor = (code === 1 ? 0.5 : code === 2 ? 0.25 : 2) * (at < 6 ? 1 : at < 12 ? 2 : 3)
        if (side === 0 && flag === 1) balancedBad[bucket]! += kind === 'volume' ? 1 : 1.5 * factor
      }
      expect([
        counted.baseline.bad,
        counted.baseline.total,
        counted.candidate.bad,
        counted.candidate.total,
      ]).toEqual(expected)
      const badPlaces = new Set([...badUnits].map((of) => unitHash(of, 1) & 511))
      expect(counted.units.candidate).toBe(badPlaces.size)
      expect(counted.confirmation.baselineBad).toEqual(balancedBad)
      expect(counted.confirmation.candidateTotal).toEqual(candidateTotal)
      const question = { cohort, measure: measures[which]!.name }
      const [examined] = await source.examine([question])
      expect(examined!.counts).toEqual({
        baseline: counted.baseline,
        candidate: counted.candidate,
      })
      expect(examined!.units.candidate).toBe(badUnits.size)
    }
  }
})

test('the halves share no unit and together are everything', async () => {
  const counts = await countAll(source, 'volume')
  const confirmed = counts.confirmation.baselineTotal.reduce((all, count) => all + count, 0)
  expect(counts.discovery.baseline.total + confirmed).toBe(counts.baseline.total)
  const sample = await source.sample()
  expect(sample.table.rows).toBe(placeUnits(unit, 1).filter((place) => place < 256).length)
  const halves = new Map<number, number>()
  for (const [row, place] of placeUnits(unit, 1).entries()) {
    expect(halves.get(unit[row]!) ?? place).toBe(place)
    halves.set(unit[row]!, place)
  }
})

test('slow is slower than the quantile of the baseline, and a row without a duration does not count', async () => {
  const { measures: described } = await source.describe()
  expect(described.map(({ name }) => name)).toEqual([
    'rate',
    'volume',
    'slow p50',
    'slow p90',
    'slow p99',
  ])
  const p90 = await countAll(source, 'slow p90')
  const timed = durations.filter((value, row) => !Number.isNaN(value) && table.candidate[row] === 0)
  expect(p90.baseline.total).toBe(timed.length)
  expect(p90.baseline.bad / p90.baseline.total).toBeCloseTo(0.1, 3)
  expect(p90.candidate.bad / p90.candidate.total).toBeGreaterThan(0.3)
})

test('of a large half the weights of the sample sum to the truth, and every bad row is there', async () => {
  const many = 1_200_000
  const of = createRandom(5)
  const large: MemoryTable = {
    rows: many,
    candidate: Uint8Array.from({ length: many }, () => (of.uniform() < 0.015 ? 1 : 0)),
    attributes: [
      {
        name: 'kind',
        kind: 'category',
        codes: Uint8Array.from({ length: many }, () => of.integer(4)),
        values: [null, 'a', 'b', 'c'],
      },
      {
        name: 'size',
        kind: 'number',
        values: Float32Array.from({ length: many }, () => of.uniform()),
      },
    ],
  }
  const bad = Uint8Array.from({ length: many }, () => (of.uniform() < 0.01 ? 1 : 0))
  const units = Uint32Array.from({ length: many }, (_, row) => row >>> 2)
  const sampled = memorySource({
    table: large,
    unit: units,
    measures: [{ name: 'rate', kind: 'share', bad }],
  })
  const { table: small, measures: flags, notes } = await sampled.sample()
  const truth = await countAll(sampled, 'rate')
  expect(small.rows).toBeLessThan(250_000)
  expect(notes).toHaveLength(1)
  for (const side of [0, 1] as const) {
    let total = 0
    let badTotal = 0
    for (let row = 0; row < small.rows; row++) {
      if (small.candidate[row] !== side) continue
      total += small.weights![row]!
      badTotal += flags[0]!.bad[row]! * small.weights![row]!
    }
    const of = truth.discovery[side === 0 ? 'baseline' : 'candidate']
    expect(badTotal).toBe(of.bad)
    expect(Math.abs(total / of.total - 1)).toBeLessThan(side === 0 ? 0.04 : 1e-9)
  }
})

test('a sample has its part of each large unit, not all of some', async () => {
  const [many, perUnit] = [1_200_000, 400]
  const sampled = memorySource({
    table: {
      rows: many,
      candidate: Uint8Array.from({ length: many }, (_, row) => (row / perUnit) & 1),
      attributes: [
        {
          name: 'row',
          kind: 'number',
          values: Float64Array.from({ length: many }, (_, row) => row),
        },
      ],
    },
    unit: Uint32Array.from({ length: many }, (_, row) => row / perUnit),
    measures: [
      {
        name: 'rate',
        kind: 'share',
        bad: Uint8Array.from({ length: many }, (_, row) => +(row % 1000 === 0)),
      },
    ],
  })
  const { table: small } = await sampled.sample()
  expect(small.rows).toBeLessThan(many / 10)
  const taken = new Map<number, number>()
  const [column] = small.attributes
  for (const row of column?.kind === 'number' ? column.values : []) {
    const unit = Math.floor(row / perUnit)
    taken.set(unit, (taken.get(unit) ?? 0) + 1)
  }
  const searched = placeUnits(
    Uint32Array.from({ length: many / perUnit }, (_, index) => index),
    1,
  ).filter((place) => place < 256)
  expect(taken.size).toBe(searched.length)
  expect(Math.max(...taken.values())).toBeLessThan(perUnit / 4)
})

test('durations are summed by bucket of the confirmation half', async () => {
  const [sums] = (await source.durations([cohorts[1]!]))!
  const mask = cohortMask(table, cohorts[1]!)
  let count = 0
  let logs = 0
  for (let row = 0; row < rows; row++) {
    if (mask[row] !== 1 || table.candidate[row] !== 1 || Number.isNaN(durations[row]!)) continue
    if ((unitHash(unit[row]!, 1) & 1) === 0) continue
    count += 1
    logs += Math.log(durations[row]!)
  }
  expect(sums!.candidate.count.reduce((all, value) => all + value, 0)).toBe(count)
  expect(sums!.candidate.sum.reduce((all, value) => all + value, 0) / count).toBeCloseTo(
    logs / count,
    3,
  )
})

test('exemplars are bad rows of the cohort, the same each time', async () => {
  const asked = [{ cohort: cohorts[1]!, measure: 'rate' }]
  const first = (await source.examine(asked))[0]!.exemplars
  expect((await source.examine(asked))[0]!.exemplars).toEqual(first)
  const mask = cohortMask(table, cohorts[1]!)
  expect(first.candidate).toHaveLength(3)
  for (const id of first.candidate) {
    const row = Number(id) - 1
    expect([mask[row], table.candidate[row], measures[0]!.bad[row]]).toEqual([1, 1, 1])
  }
})

test('an empty side, a column of the wrong length and an ended signal are errors', async () => {
  const empty: CohortTable = { ...table, candidate: new Uint8Array(rows) }
  await expect(memorySource({ table: empty, unit, measures }).describe()).rejects.toMatchObject({
    code: 'COMPARE_EMPTY_SIDE',
  })
  expect(() => memorySource({ table, unit: unit.subarray(1), measures })).toThrow(RangeError)
  await expect(
    source.count({ cohorts, measures: ['rate'], balance: balanced }, AbortSignal.abort()),
  ).rejects.toThrow('aborted')
})
