import { expect, test } from 'vitest'
import type { CategoryValue } from '../../cohorts/cohort-table.ts'
import { harmRateRatio } from '../../stats/rate-ratio-test.ts'
import { watchBlocks } from '../testing/look-at.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { tableOf, times, type UnitRow } from '../testing/table-of.ts'
import { discoverCohorts } from './discover-cohorts.ts'
import { blockNumbers } from './block-numbers.ts'
import { comparisonBlocks, evaluateHarm, histogramCells, updateMerged } from './evaluate-harm.ts'
import { addFixedHypotheses } from './fixed-hypotheses.ts'
import type { Hypothesis } from './hypothesis.ts'
import { notCounted } from './measures.ts'
import { defaultPolicy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'

const alarm = Math.log(1 / defaultPolicy.alphaHarm)
const window = { from: 1000, to: 5000, blockMillis: 1000, blocks: 4 }

function claim(changes: Partial<Hypothesis> = {}): Hypothesis {
  return {
    id: 'failure-rate',
    kind: 'failure-rate',
    cohort: [],
    test: 'bad',
    origin: 'fixed',
    weight: 0.5,
    ...changes,
  }
}

/** Units of both sides in each block of the window. */
function units(
  blocks: readonly { candidate: [bad: number, good: number]; baseline: [number, number] }[],
  more: UnitRow = {},
): UnitRow[] {
  return blocks.flatMap(({ candidate, baseline }, block) => {
    const at = window.from + block * window.blockMillis
    return [
      ...times(candidate[0], { ...more, at, candidate: true, failed: true }),
      ...times(candidate[1], { ...more, at, candidate: true }),
      ...times(baseline[0], { ...more, at, failed: true }),
      ...times(baseline[1], { ...more, at }),
    ]
  })
}

test('weights never sum to more than one, however many looks add claims', () => {
  let hypotheses: Hypothesis[] = []
  let added = 0
  for (let seed = 1; seed <= 7; seed++) {
    const table = syntheticUnits({
      seed,
      units: 10_000,
      slowCohort: true,
      swallowedError: true,
      failureRatio: 3,
    })
    // every look brings operations and cohorts that were not there before
    const renamed = (value: CategoryValue): string | null =>
      value === null ? null : `${String(value)} ${seed}`
    const fresh: UnitTable = {
      ...table,
      operations: table.operations.map((name) => `${name} ${seed}`),
      attributes: table.attributes.map((column) =>
        column.kind === 'number' ? column : { ...column, values: column.values.map(renamed) },
      ),
    }
    const before = hypotheses
    hypotheses = discoverCohorts(addFixedHypotheses(before, fresh, 20), fresh).hypotheses
    // what was put to the test stays as it was
    expect(hypotheses.slice(0, before.length)).toEqual(before)
    added += hypotheses.length > before.length ? 1 : 0
    const of = (origin: Hypothesis['origin']): number =>
      hypotheses
        .filter((hypothesis) => hypothesis.origin === origin)
        .reduce((sum, { weight }) => sum + weight, 0)
    expect(of('fixed')).toBeLessThanOrEqual(0.5)
    expect(of('discovered')).toBeLessThanOrEqual(0.5)
    expect(Math.min(...hypotheses.map(({ weight }) => weight))).toBeGreaterThan(0)
  }
  expect(added).toBe(7)
  expect(hypotheses.filter(({ origin }) => origin === 'discovered').length).toBeGreaterThan(6)
  expect(new Set(hypotheses.map(({ id }) => id)).size).toBe(hypotheses.length)
})

test('and not in a live watch either', () => {
  const looks = watchBlocks(
    syntheticUnits({ seed: 4, units: 6000, slowCohort: true, swallowedError: true }),
    6,
  )
  for (const { state } of looks) {
    const sum = state.hypotheses.reduce((total, { weight }) => total + weight, 0)
    expect(sum).toBeLessThanOrEqual(1)
  }
})

test('no list of fixed claims is drawn up before anything was seen', () => {
  const few = tableOf(times(40, {}))
  expect(addFixedHypotheses([], few, 1000)).toEqual([])
  const late = addFixedHypotheses([], tableOf(times(60, {})), 10)
  expect(late.map(({ id }) => id)).toContain('latency|GET /')
  expect(addFixedHypotheses([], tableOf(times(60, {})), 9)).toEqual([])
  expect(addFixedHypotheses([], tableOf(times(500, {})), 1)).toHaveLength(5)
})

test('a fault in the discovery half alone is suggested, and not confirmed', () => {
  for (let seed = 1; seed <= 3; seed++) {
    const faults = { seed, units: 12_000, slowCohort: true, swallowedError: true }
    const evaluate = (faultsIn?: 'discovery' | 'confirmation') => {
      const table = syntheticUnits({ ...faults, ...(faultsIn === undefined ? {} : { faultsIn }) })
      const { hypotheses } = discoverCohorts([], table)
      return { hypotheses, ...evaluateHarm(table, hypotheses, syntheticWindow, defaultPolicy) }
    }
    const both = evaluate()
    expect(both.hypotheses.length).toBeGreaterThan(0)
    expect(both.globalMaxLogE).toBeGreaterThan(alarm)
    const half = evaluate('discovery')
    expect(half.hypotheses.length).toBeGreaterThan(0)
    expect(half.globalMaxLogE).toBeLessThan(alarm)
    // and the other way round: what the discovery half does not show is not suggested
    expect(evaluate('confirmation').hypotheses).toEqual([])
  }
})

test('rows before and after the window count in no block', () => {
  const table = tableOf([999, 1000, 1999, 2000, 4999, 5000].map((at) => ({ at })))
  expect([...blockNumbers(table, window)]).toEqual([-1, 0, 0, 1, 3, -1])
  const outside = tableOf([
    ...units([{ candidate: [2, 98], baseline: [8, 392] }]),
    ...times(500, { at: 999, candidate: true, failed: true }),
    ...times(500, { at: 5000, candidate: true, failed: true }),
  ])
  const { globalMaxLogE } = evaluateHarm(outside, [claim()], window, defaultPolicy)
  expect(globalMaxLogE).toBeLessThan(1)
})

test('counts of a block are those of its rows in the mask that count', () => {
  const rows = units([
    { candidate: [3, 5], baseline: [1, 9] },
    { candidate: [0, 2], baseline: [4, 0] },
  ])
  const table = tableOf(rows)
  const all = new Uint8Array(table.rows).fill(1)
  const blockOf = blockNumbers(table, window)
  expect(comparisonBlocks(table, all, table.failed, blockOf, 4)).toEqual([
    { candidateTotal: 8, candidateBad: 3, baselineTotal: 10, baselineBad: 1 },
    { candidateTotal: 2, candidateBad: 0, baselineTotal: 4, baselineBad: 4 },
    { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 },
    { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 },
  ])
  const mask = all.slice().fill(0, 0, 3)
  const bad = table.failed.slice()
  bad[3] = notCounted
  expect(comparisonBlocks(table, mask, bad, blockOf, 4)[0]).toEqual({
    candidateTotal: 4,
    candidateBad: 0,
    baselineTotal: 10,
    baselineBad: 1,
  })
  const { counts, buckets } = histogramCells(table, mask, blockOf, 4)
  const sums = Array.from({ length: 8 }, (_, list) =>
    counts.subarray(list * buckets, (list + 1) * buckets).reduce((total, n) => total + n, 0),
  )
  // the baseline's and the candidate's of each block
  expect(sums).toEqual([10, 5, 4, 2, 0, 0, 0, 0])
})

test('merging blocks with an empty side loses no count', () => {
  const block = (
    candidateTotal: number,
    candidateBad: number,
    baselineTotal: number,
    baselineBad: number,
  ) => ({
    candidateTotal,
    candidateBad,
    baselineTotal,
    baselineBad,
  })
  const merged = harmRateRatio()
  const series = new Float64Array(4)
  const blocks = [block(0, 0, 30, 1), block(0, 0, 20, 0), block(10, 6, 0, 0), block(9, 5, 40, 1)]
  updateMerged(merged, blocks, series)
  const whole = harmRateRatio()
  whole.update(block(10, 6, 50, 1))
  const first = whole.logE
  whole.update(block(9, 5, 40, 1))
  expect(merged.logE).toBeCloseTo(whole.logE, 10)
  expect(series[1]).toBe(0)
  expect(series[2]).toBeCloseTo(first, 10)
  expect(series[3]).toBeCloseTo(whole.logE, 10)
})

test('a cohort whose sides never meet in a block is still judged', () => {
  // the candidate comes in even blocks, the baseline in odd ones
  const rows = units([
    { candidate: [0, 0], baseline: [1, 199] },
    { candidate: [30, 20], baseline: [0, 0] },
    { candidate: [0, 0], baseline: [1, 199] },
    { candidate: [30, 20], baseline: [0, 0] },
  ])
  const slow = rows.map((row) => ({ ...row, duration: row.failed === true ? 900 : 10 }))
  const table = tableOf(slow)
  const latency = claim({ id: 'latency', kind: 'latency', test: 'buckets' })
  const { evaluated } = evaluateHarm(table, [claim(), latency], window, defaultPolicy)
  for (const { maxLogE } of evaluated) expect(maxLogE).toBeGreaterThan(alarm)
})

test('each operation is compared with itself', () => {
  const rows = [
    ...units(
      Array.from({ length: 4 }, () => ({ candidate: [1, 99], baseline: [4, 396] })),
      {
        operation: 'rarely fails',
      },
    ),
    ...units(
      Array.from({ length: 4 }, () => ({ candidate: [30, 70], baseline: [3, 7] })),
      {
        operation: 'often fails',
      },
    ),
  ]
  const { globalMaxLogE } = evaluateHarm(tableOf(rows), [claim()], window, defaultPolicy)
  expect(globalMaxLogE).toBeLessThan(1)
})

test('the global evidence is the highest weighted sum over the blocks, of known or of discovered claims', () => {
  const rising = units([
    { candidate: [10, 40], baseline: [2, 198] },
    { candidate: [12, 38], baseline: [2, 198] },
    // then the candidate is flawless and the baseline fails
    { candidate: [0, 50], baseline: [60, 140] },
    { candidate: [0, 50], baseline: [60, 140] },
  ])
  const table = tableOf(rising)
  const silent = claim({ id: 's', kind: 'silent-failure', weight: 0.25 })
  const { evaluated, globalMaxLogE } = evaluateHarm(table, [claim(), silent], window, defaultPolicy)
  const [failures, nothing] = evaluated as [(typeof evaluated)[0], (typeof evaluated)[0]]
  expect(nothing).toMatchObject({ logE: 0, maxLogE: 0 })
  expect(failures.maxLogE).toBeGreaterThan(failures.logE + 5)
  const mean = (logE: number): number => Math.log(0.5 * Math.exp(logE) + 0.25)
  expect(globalMaxLogE).toBeCloseTo(mean(failures.maxLogE), 8)

  const discovered = claim({ id: 'd', origin: 'discovered', weight: 0.5 })
  const apart = evaluateHarm(table, [claim(), silent, discovered], window, defaultPolicy)
  expect(apart.globalMaxLogE).toBe(globalMaxLogE)
})

test('without blocks or claims there is no evidence', () => {
  const table = tableOf(units([{ candidate: [9, 1], baseline: [1, 9] }]))
  const none = { from: 1000, to: 1000, blockMillis: 1000, blocks: 0 }
  expect(evaluateHarm(table, [claim()], none, defaultPolicy)).toMatchObject({
    evaluated: [{ logE: 0, maxLogE: 0 }],
    globalMaxLogE: Number.NEGATIVE_INFINITY,
  })
  expect(evaluateHarm(table, [], window, defaultPolicy).globalMaxLogE).toBe(
    Number.NEGATIVE_INFINITY,
  )
})

test('a claim about an operation is judged on its units alone, as reading all of them says', () => {
  const plain = syntheticUnits({ seed: 11, units: 6000, failureRatio: 15, slowdown: 2.5 })
  const cold = Uint8Array.from(plain.failed, (_, row) => (row % 9 === 0 ? 1 : 0))
  const table: UnitTable = { ...plain, warmUp: { rows: cold, seconds: 60, by: null } }
  const operation = 'GET /quote'
  const locale = { attribute: 'app.locale', op: '=', value: 'en-US' } as const
  const logs = (named: Hypothesis['cohort'][number]): number[] => {
    const claims = [
      claim({ cohort: [named] }),
      claim({ id: 'b', cohort: [locale, named], origin: 'discovered' }),
      claim({
        id: 'c',
        kind: 'latency',
        test: 'slow',
        cohort: [named],
        slowBounds: { [operation]: 9 },
      }),
      claim({ id: 'd', kind: 'latency', test: 'buckets', cohort: [named, locale] }),
    ]
    return evaluateHarm(table, claims, syntheticWindow, defaultPolicy).evaluated.flatMap(
      ({ logE, maxLogE }) => [logE, maxLogE],
    )
  }
  const own = logs({ attribute: 'operation', op: '=', value: operation })
  // said in a way that is looked up among all rows
  expect(own).toEqual(logs({ attribute: 'operation', op: 'in', values: [operation] }))
  expect(own.filter((log) => log > 1)).toHaveLength(8)
  const nobody = logs({ attribute: 'operation', op: '=', value: 'GET /nobody' })
  expect(nobody).toEqual(Array.from({ length: 8 }, () => 0))
})
