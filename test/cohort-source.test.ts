import { describe, expect, it } from 'vitest'
import type { Cohort } from '../src/cohorts/cohort.ts'
import { cohortMask } from '../src/cohorts/cohort-table.ts'
import type { CohortCounts } from '../src/cohorts/compare/cohort-source.ts'
import { balanced, balanceWeights, type MixBalance } from '../src/cohorts/mix-balance.ts'
import type { EventRow } from './cohort-source/event-rows.ts'
import { cohorts, openEventSource } from './cohort-source/event-source.ts'

const { rows, table, places, source } = await openEventSource()

/** What a row counts for under a measure: events that are bad, and all. */
type Counting = (row: EventRow, i: number) => { bad: number; total: number }

function bruteForce(
  cohort: Cohort,
  counting: Counting,
  balance: MixBalance = balanced,
): CohortCounts {
  const mask = cohortMask(table, cohort)
  const weights = balanceWeights(table, balance)
  const none = (): { bad: number; total: number } => ({ bad: 0, total: 0 })
  const sides = [none(), none()] as const
  const discovery = [none(), none()] as const
  const units = [new Set<number>(), new Set<number>()] as const
  const buckets = [0, 1, 2, 3].map(() => new Float64Array(256))
  for (const [i, row] of rows.entries()) {
    if (mask[i] !== 1) continue
    const side = table.candidate[i] as 0 | 1
    const { bad, total } = counting(row, i)
    const { half, bucket } = places[i]!
    for (const sum of half === 0 ? [sides[side], discovery[side]] : [sides[side]]) {
      sum.bad += bad
      sum.total += total
    }
    if (bad > 0) units[side].add(half * 256 + bucket)
    if (half === 0) continue
    buckets[side * 2]![bucket]! += bad * weights[i]!
    buckets[side * 2 + 1]![bucket]! += total * weights[i]!
  }
  return {
    baseline: sides[0],
    candidate: sides[1],
    discovery: { baseline: discovery[0], candidate: discovery[1] },
    confirmation: {
      baselineBad: buckets[0]!,
      baselineTotal: buckets[1]!,
      candidateBad: buckets[2]!,
      candidateTotal: buckets[3]!,
    },
    units: { baseline: units[0].size, candidate: units[1].size },
  }
}

/** Different users with a failure. */
function badUnits(cohort: Cohort): CohortCounts['units'] {
  const mask = cohortMask(table, cohort)
  const of = (side: number): number =>
    new Set(
      rows.flatMap(({ failed, user }, i) =>
        mask[i] === 1 && failed > 0 && table.candidate[i] === side ? [user] : [],
      ),
    ).size
  return { baseline: of(0), candidate: of(1) }
}

const quantile = (sorted: readonly number[], level: number): number =>
  sorted[Math.floor(level * sorted.length)]!

/** Bounds as the source must find them: of the baseline, per operation. */
function slowCounting(level: number): Counting {
  const bounds = new Map<string, number>()
  const durationsOf = (op?: string): number[] =>
    rows
      .filter((row) => (op === undefined || row.op === op) && row.v === '1')
      .flatMap(({ dur }) => (dur === null || Number.isNaN(dur) ? [] : [dur]))
      .toSorted((a, b) => a - b)
  for (const op of new Set(rows.map((row) => row.op))) {
    const own = durationsOf(op)
    // one is rare: its bounds are those of everything
    bounds.set(op, quantile(own.length < 500 ? durationsOf() : own, level))
  }
  expect(bounds.size).toBe(4)
  return ({ dur, op }) =>
    dur === null || Number.isNaN(dur)
      ? { bad: 0, total: 0 }
      : { bad: dur > bounds.get(op)! ? 1 : 0, total: 1 }
}

const countings: Record<string, Counting> = {
  rate: ({ failed }) => ({ bad: failed, total: 1 }),
  volume: () => ({ bad: 1, total: 1 }),
}

describe('counts are those of a look at every row', () => {
  it('for every kind of condition, of each measure', async () => {
    const given = source()
    const description = await given.describe()
    expect(description).toMatchObject({
      rows: 20_000,
      baseline: rows.filter(({ v }) => v === '1').length,
      candidate: rows.filter(({ v }) => v === '2').length,
      unit: 'user',
      exemplar: 'row',
    })
    const measures = description.measures.map(({ name }) => name)
    expect(measures).toEqual(['rate', 'slow p50', 'slow p90', 'slow p99', 'volume'])
    const counts = await given.count({ cohorts, measures, balance: balanced })
    const all: Record<string, Counting> = {
      ...countings,
      'slow p50': slowCounting(0.5),
      'slow p90': slowCounting(0.9),
      'slow p99': slowCounting(0.99),
    }
    for (const [i, cohort] of cohorts.entries())
      for (const [m, name] of measures.entries())
        expect([cohort, name, counts[i]![m]]).toEqual([
          cohort,
          name,
          bruteForce(cohort, all[name]!),
        ])
    // the printed text by itself says the same
    const asked = cohorts.flatMap((cohort) => [
      { cohort, measure: 'rate' },
      { cohort, measure: 'slow p90' },
    ])
    const examined = await given.examine(asked)
    expect(examined.map(({ counts: counted }) => counted)).toEqual(
      cohorts.flatMap((_, i) =>
        [0, 2].map((m) => {
          const { baseline, candidate } = counts[i]![m]!
          return { baseline, candidate }
        }),
      ),
    )
    // a cohort by itself, too
    for (const [i, cohort] of cohorts.entries())
      expect(await given.count({ cohorts: [cohort], measures, balance: balanced })).toEqual([
        counts[i],
      ])
    // one scan in place of two finds the same sides and bounds; and what a table allows changes nothing
    const asTable = source({ rows: rows.length, isTable: true, place: ['op', 'user'] })
    expect(await asTable.describe()).toEqual(description)
    expect(await asTable.count({ cohorts, measures, balance: balanced })).toEqual(counts)
    expect(await asTable.examine(asked)).toEqual(examined)
    expect(await asTable.sample()).toEqual(await given.sample())
    for (const [i, cohort] of cohorts.entries())
      expect([cohort, examined[2 * i]!.units]).toEqual([cohort, badUnits(cohort)])
  })

  it('with a balance of the mix', async () => {
    const balance: MixBalance = {
      scale: 769 / 1024,
      factors: [
        {
          attribute: 'country',
          kind: 'category',
          values: [null, 'BR', '', "it's"],
          factors: [2, 1367 / 1024, 0.25, 3],
          other: 0.5,
        },
        {
          attribute: 'age',
          kind: 'number',
          edges: [10, 20.5, 60],
          factors: [1, 2, 3583 / 1024, 1 / 1024],
          absent: 1.25,
        },
        { attribute: 'flag', kind: 'category', values: [true], factors: [1.5], other: 0.75 },
      ],
    }
    const given = source()
    const counts = await given.count({ cohorts, measures: ['rate', 'volume'], balance })
    for (const [i, cohort] of cohorts.entries()) {
      expect([cohort, counts[i]![0]]).toEqual([
        cohort,
        bruteForce(cohort, countings['rate']!, balance),
      ])
      // who is there at all is not balanced
      expect(counts[i]![1]).toEqual(bruteForce(cohort, countings['volume']!))
    }
  })

  it('of weighted rows with counts of bad events', async () => {
    const given = source({ weight: 'weight', badCount: 'k', bad: null, duration: null })
    const weighted: Counting = ({ weight, k }) => ({ bad: k, total: weight })
    expect(await given.describe()).toMatchObject({
      rows: 20_000,
      candidate: rows.reduce((sum, { v, weight }) => sum + (v === '2' ? weight : 0), 0),
      measures: [{ name: 'rate' }, { name: 'volume' }],
    })
    const counts = await given.count({ cohorts, measures: ['rate'], balance: balanced })
    for (const [i, cohort] of cohorts.entries())
      expect([cohort, counts[i]![0]]).toEqual([cohort, bruteForce(cohort, weighted)])
  })

  it('of an actual against an expected value', async () => {
    const given = source({
      additive: { actual: 'actual', expected: 'expected' },
      candidate: '1',
      baseline: '1',
    })
    const description = await given.describe()
    expect(description.measures).toEqual([{ name: 'actual', kind: 'volume' }])
    expect(description.candidate).toBe(rows.reduce((sum, { actual }) => sum + actual, 0))
    const cohort = cohorts[9]!
    const mask = cohortMask(table, cohort)
    const [[counts] = []] = await given.count({
      cohorts: [cohort],
      measures: ['actual'],
      balance: balanced,
    })
    const sum = (of: 'actual' | 'expected'): number =>
      rows.reduce((all, row, i) => all + (mask[i] === 1 ? row[of] : 0), 0)
    expect(counts!.candidate).toEqual({ bad: sum('actual'), total: sum('actual') })
    expect(counts!.baseline).toEqual({ bad: sum('expected'), total: sum('expected') })
    const [examined] = await given.examine([{ cohort, measure: 'actual' }])
    expect(examined!.counts).toEqual({ candidate: counts!.candidate, baseline: counts!.baseline })
  })

  it('of durations', async () => {
    const given = source()
    const sums = await given.durations(cohorts)
    for (const [i, cohort] of cohorts.entries()) {
      const mask = cohortMask(table, cohort)
      const expected = [0, 1].map(() => ({
        count: new Float64Array(256),
        sum: new Float64Array(256),
      }))
      for (const [r, { dur }] of rows.entries()) {
        const { half, bucket } = places[r]!
        if (mask[r] !== 1 || half === 0 || dur === null || Number.isNaN(dur)) continue
        const side = expected[table.candidate[r]!]!
        side.count[bucket]! += 1
        side.sum[bucket]! += Math.round(Math.log(dur) * 1024) / 1024
      }
      expect({ cohort, ...sums![i] }).toEqual({
        cohort,
        baseline: expected[0],
        candidate: expected[1],
      })
    }
    // what was counted is known already
    const counted = source()
    await counted.count({ cohorts, measures: ['slow p90'], balance: balanced })
    expect(await counted.durations(cohorts)).toEqual(sums)
    expect(await source({ duration: null }).durations(cohorts)).toBeNull()
  })

  it('of two hundred cohorts, in the order in which they were asked', async () => {
    const many: Cohort[] = Array.from({ length: 200 }, (_, i) => [
      { attribute: 'city', op: 'in', values: [`city ${i}`, 'x'.repeat(1000)] },
    ])
    const counts = await source().count({ cohorts: many, measures: ['rate'], balance: balanced })
    expect(counts).toHaveLength(200)
    for (const [i, cohort] of many.entries())
      expect(counts[i]![0]!.baseline.total).toBe(
        cohortMask(table, cohort).reduce(
          (sum, inside, r) => sum + inside * (1 - table.candidate[r]!),
          0,
        ),
      )
  })
})
