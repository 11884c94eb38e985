/** Many cohorts watched at once: is any of them worse, and which? */
import { eBenjaminiHochberg } from '../../src/stats/e-benjamini-hochberg.ts'
import { weightedLogMean } from '../../src/stats/e-merge.ts'
import type { Random } from '../../src/stats/random.ts'
import { harmRateRatio } from '../../src/stats/rate-ratio-test.ts'
import { simulateBlocks } from '../../src/stats/simulate-blocks.ts'
import type { SimulatedJudge } from './simulations.ts'

interface WatchedCohorts {
  /** Log of the mean of all e-processes after each minute. */
  means: number[]
  /** Of each cohort, at the end and at its highest. */
  last: number[]
  highest: number[]
  /** The first so many are worse. */
  bad: number
}

const minutes = 60
const cohorts = 200

/** An hour of cohorts with 1 % failures, the first `bad` of them five times as many in the candidate. */
export function watchCohorts(random: Random, perMinute: number, bad: number): WatchedCohorts {
  const tests = Array.from({ length: cohorts }, () => harmRateRatio())
  const blocks = tests.map((_, cohort) =>
    simulateBlocks(
      random,
      {
        requests: 2 * perMinute,
        baselineRate: 0.01,
        candidateRate: cohort < bad ? 0.05 : 0.01,
      },
      minutes,
    ),
  )
  const equal = tests.map(() => 1 / cohorts)
  const means = Array.from({ length: minutes }, (_, minute) => {
    for (const [cohort, test] of tests.entries()) test.update(blocks[cohort]![minute]!)
    return weightedLogMean(
      tests.map(({ logE }) => logE),
      equal,
    )
  })
  const last = tests.map(({ logE }) => logE)
  return { means, last, highest: tests.map(({ maxLogE }) => maxLogE), bad }
}

export const cohortJudges: [string, SimulatedJudge<WatchedCohorts>][] = [
  ['any: mean, every minute', ({ means }, alpha) => firstMinute(means, alpha)],
  ['any: mean at 60', ({ means }, alpha) => atTheEnd(means.at(-1)! >= -Math.log(alpha))],
  [
    'a given one: e-BH at 60',
    ({ last }, alpha) => atTheEnd(eBenjaminiHochberg(last, alpha).includes(0)),
  ],
  [
    'a given one: Bonferroni, every minute',
    ({ highest }, alpha) => atTheEnd(highest[0]! >= Math.log(cohorts / alpha)),
  ],
  [
    'a good one: e-BH at 60',
    ({ last, bad }, alpha) => atTheEnd(eBenjaminiHochberg(last, alpha).some((i) => i >= bad)),
  ],
  [
    'a good one: Bonferroni, every minute',
    ({ highest, bad }, alpha) =>
      atTheEnd(highest.slice(bad).some((logE) => logE >= Math.log(cohorts / alpha))),
  ],
]

function firstMinute(logE: readonly number[], alpha: number): number {
  const minute = logE.findIndex((value) => value >= -Math.log(alpha))
  return minute < 0 ? Infinity : minute + 1
}

function atTheEnd(alarms: boolean): number {
  return alarms ? minutes : Infinity
}
