/**
 * How often and how soon each kind of the judge's evidence alarms, on simulated releases: edges, metrics, the comparison
 * with the time before, late windows, and instances that start cold.
 *
 *   node bench/judge-calibration.ts [--runs 300] [--seed 1] [--only SECTION] [--json]
 *
 * Sections: edges, metrics, history, late, cold.
 */
import { parseArgs } from 'node:util'
import { confirmedClaims } from '../src/releases/judge/confirmed-claims.ts'
import { type EdgeEvidence, highestSum } from '../src/releases/judge/parts/edges/edge-evidence.ts'
import {
  edgeBlocks,
  type EdgeFault,
  simulateEdges,
} from '../src/releases/judge/parts/edges/testing/simulate-edges.ts'
import { judgeMetrics } from '../src/releases/judge/parts/metrics/judge-metrics.ts'
import {
  firstBlocks,
  simulateMetrics,
  type SimulatedMetrics,
} from '../src/releases/judge/parts/metrics/testing/simulate-metrics.ts'
import { defaultPolicy, type Policy } from '../src/releases/judge/policy.ts'
import {
  bursts,
  hour,
  minute,
  quiet,
  quietHistories,
} from '../src/releases/testing/quiet-histories.ts'
import {
  type Simulated,
  simulateLateWatch,
  simulateWatch,
} from '../src/releases/testing/simulate-history.ts'
import { commandLine } from './command-line.ts'
import { coldAlarm, coldStart, type ColdStart } from './judge/cold-starts.ts'
import { printSimulations, simulations } from './judge/simulations.ts'

const line = commandLine(
  'usage: node bench/judge-calibration.ts [--runs 300] [--seed 1] [--only edges|metrics|history|late|cold] [--json]\n',
)
const options = line.read(
  () =>
    parseArgs({
      options: {
        runs: { type: 'string', default: '300' },
        seed: { type: 'string', default: '1' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values,
)
const runs = line.atLeast('runs', options.runs, 2)
const seed = line.atLeast('seed', options.seed, 0)
const { rows, measure } = simulations(runs, seed, options.only)
const { alphaHarm, edgesShare, historyShare, lateShare, metricsShare } = defaultPolicy
const inBudget = (share: number): number => Number((alphaHarm * share).toPrecision(6))

function edges(name: string, fault: EdgeFault, options: { count?: number } = {}): void {
  const sum = (evidence: EdgeEvidence[]): number => highestSum(evidence, edgeBlocks)
  const reaches = (bound: number, evidence: EdgeEvidence[]): number =>
    sum(evidence) >= bound ? edgeBlocks : Infinity
  measure(
    'edges: 900 requests, 8 edges',
    name,
    (_, run) => simulateEdges(seed + run, fault),
    [
      ['alarm', (evidence, alpha) => reaches(1 / alpha, evidence)],
      ['sum of 100', (evidence) => reaches(100, evidence)],
      ['sum of 20', (evidence) => reaches(20, evidence)],
      ['sum of 5', (evidence) => reaches(5, evidence)],
      [
        'finding',
        (evidence, alpha) => {
          const globalMaxLogE = Math.log(sum(evidence))
          const found = confirmedClaims(
            { evaluated: evidence, globalMaxLogE },
            { alphaHarm: alpha },
          )
          return found.length > 0 ? edgeBlocks : Infinity
        },
      ],
    ],
    { alpha: inBudget(edgesShare), ...options },
  )
}
edges('null', {}, { count: 7 * runs })
edges('calls made twice', { calls: 2 })
edges('calls not made', { without: 1 })
edges('durations 1.5x', { slower: 1.5 })
edges('failures 5x', { failing: 5 })
edges('failures 3x', { failing: 3 })

// as much of the part's share as its requests and calls get
const requestsShare = 0.7
const fleet = {
  blocks: 30,
  candidates: 3,
  baselines: 6,
  requests: 60,
  operations: ['a', 'b', 'c'],
  failing: 0.02,
}
const metricLooks = [5, 10, 15, 20, 25, 30]

function metrics(name: string, changes: Partial<SimulatedMetrics>, alpha: number): void {
  measure(
    'metrics: 3 processes beside 6, 30 blocks',
    name,
    (_, run) => {
      const table = simulateMetrics({ ...fleet, ...changes, seed: seed + run })
      let memory = {}
      let alarmed = Infinity
      let proven = Infinity
      for (const blocks of metricLooks) {
        const seen = firstBlocks(table, blocks)
        const look = judgeMetrics(seen, 's', memory, defaultPolicy, alpha, '')
        memory = look.memory
        if (look.isAlarmed) alarmed = Math.min(alarmed, blocks)
        if (look.claims.every(({ met }) => met)) proven = Math.min(proven, blocks)
      }
      return { alarmed, proven }
    },
    [
      ['alarm', ({ alarmed }) => alarmed],
      ['everything proven', ({ proven }) => proven],
    ],
    { alpha, count: Math.max(2, Math.floor(runs / 3)) },
  )
}
for (const [name, changes] of [
  ['null', {}],
  ['null, 0.2 % failures', { failing: 0.002 }],
  ['null, processes differ, sd 0.3', { deviation: 0.3 }],
  ['null, processes differ, sd 0.5', { deviation: 0.5 }],
  ['null, clusters of 3', { cluster: 3 }],
  ['null, clusters of 10', { cluster: 10 }],
  ['null, bursts of 5x', { burst: 5 }],
  ['null, one process a side', { candidates: 1, baselines: 1, requests: 200 }],
] as const) {
  metrics(name, changes, 0.05)
}
for (const [name, harm] of [
  ['failures 3x in one operation', { failures: 3 }],
  ['failures 5x in one operation', { failures: 5 }],
  ['durations 1.5x in one operation', { slower: 1.5 }],
] as const) {
  metrics(name, { harm: { operation: 'b', ...harm } }, inBudget(metricsShare * requestsShare))
}

/** The same judge at another level: every share stays what it is of the whole. */
const atLevel = (level: number, share: number): Policy => ({
  ...defaultPolicy,
  alphaHarm: level / share,
})

const unquiet: readonly [string, () => Omit<Simulated, 'seed' | 'blocksAfter'>][] = [
  ...quietHistories,
  ['bursts once in 14 minutes', () => ({ ...quiet, failing: bursts(minute / (14 * minute ** 2)) })],
  [
    'bursts, a minute of history',
    () => ({ ...quiet, blocksBefore: minute, failing: bursts(0.03) }),
  ],
]
for (const level of [inBudget(historyShare), 0.05]) {
  for (const [name, simulated] of unquiet) {
    measure(
      'history, null, six minutes (in blocks of 5 s)',
      name,
      (_, run) =>
        simulateWatch(
          { seed: seed + run, ...simulated(), blocksAfter: 6 * minute },
          atLevel(level, historyShare),
        ).alarmAt ?? Infinity,
      [['alarm', (alarmAt) => alarmAt]],
      { alpha: level, count: Math.max(2, Math.floor(runs / 2)) },
    )
  }
}
for (const name of ['constant rates', 'drifting rates', 'bursts', 'bursts once in 14 minutes']) {
  const simulated = new Map(unquiet).get(name)!
  measure(
    'late, null, half an hour (in blocks of 5 s)',
    name,
    (_, run) =>
      simulateLateWatch(
        { seed: seed + run, ...simulated(), blocksAfter: hour / 2 },
        { from: 8 * minute, every: minute / 2 },
      ).late ?? Infinity,
    [['alarm', (late) => late]],
    { alpha: inBudget(lateShare), count: Math.max(2, Math.floor(runs / 5)) },
  )
}

function lateOnset(
  name: string,
  onset: number,
  watched: number,
  simulated: Omit<Simulated, 'seed' | 'blocksAfter'>,
): void {
  const minutesAfter = (at: number | null): number =>
    at === null ? Infinity : (at - onset) / minute
  measure(
    'late onset (in minutes after it)',
    name,
    (_, run) =>
      simulateLateWatch(
        { seed: seed + run, ...simulated, blocksAfter: onset + watched },
        { from: onset, every: minute },
      ),
    [
      ['late windows', ({ late }) => minutesAfter(late)],
      ['the whole watch', ({ whole }) => minutesAfter(whole)],
    ],
    { alpha: inBudget(lateShare), count: Math.max(2, Math.floor(runs / 3)) },
  )
}
const from = (onset: number, share: number) => (t: number) => (t < onset ? 0.01 : share)
const forty = 40 * minute
lateOnset('300/min, after 40 min, 10 %', forty, 40 * minute, {
  blocksBefore: 2 * hour,
  requests: 25,
  failing: from(forty, 0.1),
})
lateOnset('60/min, after 40 min, 10 %', forty, 40 * minute, {
  blocksBefore: hour,
  requests: 5,
  failing: from(forty, 0.1),
})
for (const share of [0.1, 0.03]) {
  lateOnset(`60/min, after 9 h, ${100 * share} %`, 9 * hour, 2 * hour, {
    blocksBefore: 9 * hour,
    requests: 5,
    failing: from(9 * hour, share),
  })
}

function cold(name: string, start: ColdStart): void {
  measure(
    'cold starts, five minutes (in seconds)',
    name,
    (random) => coldStart(random, start),
    [
      ['every duration counts', (table) => coldAlarm(table, 0)],
      ['the first 60 s do not', (table) => coldAlarm(table, 60)],
    ],
    {
      alpha: inBudget(1 - historyShare - lateShare - edgesShare - metricsShare),
      count: Math.max(2, Math.floor(runs / 2)),
    },
  )
}
const together = { apart: 0, isNamed: true }
cold('null, warm in 30 s', { ...together, decay: 10 })
cold('null, warm in 90 s', { ...together, decay: 30 })
cold('null, warm in 30 s, one by one', { decay: 10, apart: 60, isNamed: true })
cold('… without names of instances', { decay: 10, apart: 60, isNamed: false })
cold('warm in 30 s, 2x slower for good', { ...together, decay: 10, slower: 2 })
printSimulations(rows, seed, options.json)
