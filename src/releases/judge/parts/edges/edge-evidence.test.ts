import { expect, test } from 'vitest'
import { defaultPolicy } from '../../policy.ts'
import { highestSum } from './edge-evidence.ts'
import { edgeBlocks, simulateEdges } from './testing/simulate-edges.ts'

test('without a fault the edges alarm as rarely as they may', () => {
  // a level at which alarms would show in so few runs; the policy's is 0.1 %
  const alpha = 0.2
  let alarms = 0
  const runs = 60
  for (let seed = 1; seed <= runs; seed++) {
    if (highestSum(simulateEdges(seed), edgeBlocks) >= 1 / alpha) alarms += 1
  }
  // margins make it rarer still: 11 of 2,100 runs
  expect(alarms).toBeLessThanOrEqual(3)
})

test.each([
  ['failures ten times as often', { failing: 10 }, 'failure-rate'],
  ['durations twice as long', { slower: 2 }, 'latency'],
  ['a call that is made three times', { calls: 3 }, 'repeated-calls'],
])('%s: an alarm', (_, fault, measure) => {
  const evidence = simulateEdges(1000, fault)
  const bound = defaultPolicy.alphaHarm * defaultPolicy.edgesShare
  expect(highestSum(evidence, edgeBlocks)).toBeGreaterThan(1 / bound)
  const [strongest] = evidence.toSorted((a, b) => b.maxLogE - a.maxLogE)
  expect(strongest!.hypothesis).toMatchObject({ measure, series: { edge: { service: 'a' } } })
})

test.each([
  ['that a cache saves', 0.7],
  ['that were dropped, on purpose or not,', 1],
])('calls %s are shown, and roll back nothing by themselves', (_, without) => {
  const evidence = simulateEdges(7, { without })
  const [missing] = evidence
    .filter(({ hypothesis }) => hypothesis.measure === 'missing-call')
    .toSorted((a, b) => b.maxLogE - a.maxLogE)
  expect(missing!.maxLogE).toBeGreaterThan(Math.log(1000))
  const bound = defaultPolicy.alphaHarm * defaultPolicy.edgesShare
  expect(highestSum(evidence, edgeBlocks)).toBeLessThan(1 / bound)
})
