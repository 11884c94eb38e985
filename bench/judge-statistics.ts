/**
 * How often and how soon the statistics of the judge alarm, on simulated releases, beside two other judges fed with the
 * same numbers: a z-test looked at every minute, and a Mann-Whitney judge with one look at the end.
 *
 *   node bench/judge-statistics.ts [--runs 4000] [--seed 1] [--only SECTION] [--json]
 */
import { parseArgs } from 'node:util'
import { harmOddsRatio } from '../src/stats/bernoulli-blocks.ts'
import type { ComparisonBlock } from '../src/stats/e-process.ts'
import type { Random } from '../src/stats/random.ts'
import { harmRateRatio } from '../src/stats/rate-ratio-test.ts'
import { type SimulatedRelease, simulateBlocks } from '../src/stats/simulate-blocks.ts'
import { normalQuantile } from '../src/stats/special-functions.ts'
import { firstAlarm } from './judge/first-alarm.ts'
import {
  bucketJudge,
  dkwJudge,
  latencyRun,
  meansAtTheEnd,
  meansEveryMinute,
  type Slow,
} from './judge/latency-judges.ts'
import { cohortJudges, watchCohorts } from './judge/many-cohorts.ts'
import { printSimulations, type SimulatedJudge, simulations } from './judge/simulations.ts'
import { mannWhitneyAlarms } from './mann-whitney-judge.ts'

type Judge = SimulatedJudge<readonly ComparisonBlock[]>

const minutes = 60

function rateRatio(blocks: readonly ComparisonBlock[], alpha: number): number {
  return firstAlarm(harmRateRatio(), blocks, alpha)
}

function oddsRatio(blocks: readonly ComparisonBlock[], alpha: number): number {
  return firstAlarm(harmOddsRatio(), blocks, alpha)
}

/** The pooled one-sided two-proportion z-test, every minute on all counts so far. */
function zTestEveryMinute(blocks: readonly ComparisonBlock[], alpha: number): number {
  const z = normalQuantile(1 - alpha)
  let [nT, kT, nC, kC] = [0, 0, 0, 0]
  for (const [i, block] of blocks.entries()) {
    nT += block.candidateTotal
    kT += block.candidateBad
    nC += block.baselineTotal
    kC += block.baselineBad
    const p = (kT + kC) / (nT + nC)
    if (kT / nT - kC / nC > z * Math.sqrt(p * (1 - p) * (1 / nT + 1 / nC))) return i + 1
  }
  return Infinity
}

/** Failure rates of the minutes as two samples; one look, at the end. */
function mannWhitneyAtTheEnd(blocks: readonly ComparisonBlock[]): number {
  const alarms = mannWhitneyAlarms(
    blocks.map((block) => block.candidateBad / block.candidateTotal),
    blocks.map((block) => block.baselineBad / block.baselineTotal),
  )
  return alarms ? blocks.length : Infinity
}

const rateJudges: [string, Judge][] = [
  ['e-process of rates', rateRatio],
  ['e-process of odds', oddsRatio],
  ['z-test every minute', zTestEveryMinute],
  ['Mann-Whitney at 60', mannWhitneyAtTheEnd],
]

interface ClusteredRun {
  /** Every failure counts. */
  failures: ComparisonBlock[]
  /** Each cluster counts once. */
  clusters: ComparisonBlock[]
}

/** Failures that come in clusters of geometric size, on top of a rate of clusters of 0.1 %. */
function clustered(random: Random, mean: number): ClusteredRun {
  const sizes = (clusters: number): number => {
    let sum = 0
    for (let i = 0; i < clusters; i++) {
      sum += mean === 1 ? 1 : 1 + Math.floor(Math.log1p(-random.uniform()) / Math.log1p(-1 / mean))
    }
    return sum
  }
  const clusters = simulateBlocks(random, { requests: 2000, baselineRate: 0.001 }, minutes)
  const failures = clusters.map((block) => ({
    ...block,
    candidateBad: sizes(block.candidateBad),
    baselineBad: sizes(block.baselineBad),
  }))
  return { failures, clusters }
}

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(
    'usage: node bench/judge-statistics.ts [--runs 4000] [--seed 1] [--only SECTION] [--json]\n',
  )
  process.exit(0)
}
const runs = Number(options.runs)
const seed = Number(options.seed)
if (!Number.isInteger(runs) || runs < 2 || !Number.isInteger(seed)) {
  process.stderr.write('--runs must be a whole number of at least 2, --seed a whole number.\n')
  process.exit(64)
}

const { rows, measure } = simulations(runs, seed, options.only)

function rateCase(section: string, name: string, release: SimulatedRelease, alpha = 0.05): void {
  measure(section, name, (r) => simulateBlocks(r, release, minutes), rateJudges, { alpha })
}

for (const alpha of [0.05, 0.01]) {
  for (const [rate, ratios] of [
    [0.001, [1, 3, 5, 8, 10]],
    [0.01, [1, 2, 3]],
  ] as const) {
    for (const ratio of ratios) {
      const release = { requests: 200, baselineRate: rate, candidateRate: rate * ratio }
      const name = `${rate * 100} % failures, ${ratio === 1 ? 'null' : `${ratio}x`}`
      rateCase('100 req/min a side', name, release, alpha)
    }
  }
}
for (const ratio of [1, 2, 3, 5]) {
  rateCase('ramp 5-25-50 % and 4x burst', ratio === 1 ? 'null' : `${ratio}x`, {
    requests: 400,
    baselineRate: 0.005,
    candidateRate: 0.005 * ratio,
    share: (i) => (i < 20 ? 0.05 : i < 40 ? 0.25 : 0.5),
    burst: (i) => (i >= 25 && i < 35 ? 4 : 1),
  })
}
const slowdowns: [string, Slow][] = [
  ['null', (v) => v],
  ...[1.25, 1.5, 2].map((x): [string, Slow] => [`all ${x}x slower`, (v) => v * x]),
  ...[0.01, 0.03, 0.1].map((share): [string, Slow] => [
    `${share * 100} % of requests 1.5 s slower`,
    (v, random) => (random.uniform() < share ? v + 1500 : v),
  ]),
]
for (const [name, slow] of slowdowns) {
  measure(
    'latency, 50 req/min a side',
    name,
    (random) => latencyRun(random, slow),
    [
      ['e-process of buckets', bucketJudge],
      ['DKW bands', dkwJudge],
      ['z-test every minute', meansEveryMinute],
      ['Mann-Whitney at 60', meansAtTheEnd],
    ],
    { count: Math.max(2, Math.floor(runs / 4)) },
  )
}
for (const mean of [1, 1.5, 2, 3, 5, 10]) {
  measure('clustered failures, null', `mean cluster ${mean}`, (r) => clustered(r, mean), [
    ...rateJudges.map(([name, judge]): [string, (run: ClusteredRun, alpha: number) => number] => [
      name,
      ({ failures }, alpha) => judge(failures, alpha),
    ]),
    ['e-process, clusters once', ({ clusters }, alpha) => rateRatio(clusters, alpha)],
  ])
}
for (const deviation of [0, 0.3, 0.5]) {
  const simulate = (random: Random): ComparisonBlock[] => {
    // two pods on each side, each with a failure rate of its own
    const pods = Array.from({ length: 4 }, () => random.lognormal(-(deviation ** 2) / 2, deviation))
    return simulateBlocks(
      random,
      {
        requests: 200,
        baselineRate: 0.005 * (pods[0]! + pods[1]!),
        candidateRate: 0.005 * (pods[2]! + pods[3]!),
      },
      minutes,
    )
  }
  measure('pods that differ, null', `2 pods a side, sd ${deviation}`, simulate, [
    ...rateJudges,
    ['e-process, margin 1.5', (b, alpha) => firstAlarm(harmRateRatio({ margin: 1.5 }), b, alpha)],
  ])
}
for (const perMinute of [9, 12]) {
  for (const bad of [0, 4]) {
    measure(
      `200 cohorts of ${perMinute} req/min a side`,
      bad === 0 ? 'null' : `${bad} of them 5x`,
      (random) => watchCohorts(random, perMinute, bad),
      cohortJudges,
      { count: Math.max(2, Math.floor(runs / 8)) },
    )
  }
}
printSimulations(rows, seed, options.json)
