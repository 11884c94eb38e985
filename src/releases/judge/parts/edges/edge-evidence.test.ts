import { expect, test } from 'vitest'
import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { createRandom, type Random } from '../../../../stats/random.ts'
import { durationBounds, durationBucket } from '../../duration-buckets.ts'
import { defaultPolicy } from '../../policy.ts'
import { callBounds, type EdgeRole, type EdgeSeries } from './edge.ts'
import { edgeClaims } from './edge-claims.ts'
import { edgeEvidence, highestSum, isWorthTelling } from './edge-evidence.ts'

interface Fault {
  failing?: number
  slower?: number
  /** Share of the candidate's requests without the call. */
  without?: number
  calls?: number
}

const blocks = 30
const entry = 'POST /orders'

/** Two edges of every role: traffic that ramps from 5 to 50 %, a burst of failures that hits both sides. */
function watched(seed: number, fault: Fault = {}): ReturnType<typeof edgeEvidence> {
  const random = createRandom(seed)
  const requests = Array.from({ length: blocks }, emptyBlock)
  const roles: EdgeRole[] = ['call', 'caller', 'reach', 'beyond']
  const edges = roles.flatMap((role) => [edgeOf(role, 'a'), edgeOf(role, 'b')])
  for (let i = 0; i < blocks; i++) {
    const share = i < 10 ? 0.05 : i < 20 ? 0.25 : 0.5
    const failing = i >= 12 && i < 15 ? 0.08 : 0.01
    for (let n = 0; n < 30; n++) {
      const side = random.uniform() < share ? 'candidate' : 'baseline'
      requests[i]![`${side}Total`] += 1
      for (const series of edges) one(series, i, side, random, failing, fault)
    }
  }
  const { claims } = edgeClaims(edges, [{ operation: entry, units: 30 * blocks }])
  const counts = { requests: new Map([[entry, requests]]) }
  return edgeEvidence(claims, counts, defaultPolicy).filter(isWorthTelling)
}

function one(
  { edge, failures, durations, repeats }: EdgeSeries,
  block: number,
  side: 'candidate' | 'baseline',
  random: Random,
  failing: number,
  fault: Fault,
): void {
  const has = side === 'candidate' && edge.service === 'a' ? fault : {}
  const without = edge.role === 'call' ? (has.without ?? 0.02) : 0
  const hasFailed = random.uniform() < failing * (has.failing ?? 1)
  const millis = random.lognormal(Math.log(20), 0.5) * (has.slower ?? 1)
  const calls = has.calls ?? (random.uniform() < 0.05 ? 2 : 1)
  if (random.uniform() < without) return
  failures[block]![`${side}Total`] += 1
  failures[block]![`${side}Bad`] += hasFailed ? 1 : 0
  ;(durations[block]![side] as Float64Array)[durationBucket(millis)]! += 1
  ;(repeats[block]![side] as Float64Array)[calls - 1]! += 1
}

function edgeOf(role: EdgeRole, service: string): EdgeSeries {
  const histograms = (buckets: number): EdgeSeries['durations'] =>
    Array.from({ length: blocks }, () => ({
      baseline: new Float64Array(buckets),
      candidate: new Float64Array(buckets),
    }))
  return {
    edge: { role, service, operation: 'x', entry: role === 'call' ? entry : '', isRoot: false },
    units: 30 * blocks,
    failures: Array.from({ length: blocks }, emptyBlock),
    durations: histograms(durationBounds.length + 1),
    repeats: histograms(callBounds.length + 1),
    calls: [0, 0],
  }
}

function emptyBlock(): ComparisonBlock {
  return { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
}

test('without a fault the edges alarm as rarely as they may', () => {
  // a level at which alarms would show in so few runs; the policy's is 0.1 %
  const alpha = 0.2
  let alarms = 0
  const runs = 60
  for (let seed = 1; seed <= runs; seed++) {
    if (highestSum(watched(seed), blocks) >= 1 / alpha) alarms += 1
  }
  // margins make it rarer still: 8 of 2000 runs
  expect(alarms).toBeLessThanOrEqual(3)
})

test.each([
  ['failures ten times as often', { failing: 10 }, 'failure-rate'],
  ['durations twice as long', { slower: 2 }, 'latency'],
  ['a call that is not made', { without: 1 }, 'missing-call'],
  ['a call that is made three times', { calls: 3 }, 'repeated-calls'],
])('%s: an alarm', (_, fault, measure) => {
  const evidence = watched(1000, fault)
  const bound = defaultPolicy.alphaHarm * defaultPolicy.edgesShare
  expect(highestSum(evidence, blocks)).toBeGreaterThan(1 / bound)
  const [strongest] = evidence.toSorted((a, b) => b.maxLogE - a.maxLogE)
  expect(strongest!.hypothesis).toMatchObject({ measure, series: { edge: { service: 'a' } } })
})

test('calls that a cache saves are shown, and stop nothing by themselves', () => {
  const [missing] = watched(7, { without: 0.7 })
    .filter(({ hypothesis }) => hypothesis.measure === 'missing-call')
    .toSorted((a, b) => b.maxLogE - a.maxLogE)
  expect(missing).toMatchObject({ canAlarm: false })
  expect(missing!.maxLogE).toBeGreaterThan(Math.log(1000))
})
