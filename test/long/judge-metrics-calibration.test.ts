import { expect, test } from 'vitest'
import { judgeMetrics } from '../../src/releases/judge/parts/metrics/judge-metrics.ts'
import { judgeSaturation } from '../../src/releases/judge/parts/metrics/saturation/judge-saturation.ts'
import {
  binMillis,
  simulateGauges,
  type SimulatedGauges,
} from '../../src/releases/judge/parts/metrics/testing/simulate-gauges.ts'
import {
  firstBlocks,
  simulateMetrics,
  type SimulatedMetrics,
} from '../../src/releases/judge/parts/metrics/testing/simulate-metrics.ts'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'

/** A level at which some dozens of runs say something; the judge's own is far below. */
const alpha = 0.05
const runs = 12

function requestAlarms(options: Partial<SimulatedMetrics>): number {
  let alarms = 0
  for (let seed = 1; seed <= runs; seed++) {
    const table = simulateMetrics({
      seed,
      blocks: 20,
      candidates: 2,
      baselines: 5,
      requests: 40,
      operations: ['a', 'b'],
      failing: 0.02,
      ...options,
    })
    const early = judgeMetrics(firstBlocks(table, 5), 's', {}, defaultPolicy, alpha, '')
    const late = judgeMetrics(table, 's', early.memory, defaultPolicy, alpha, '')
    if (early.isAlarmed || late.isAlarmed) alarms += 1
  }
  return alarms
}

function slopeFindings(options: Partial<SimulatedGauges>): { found: number; alarms: number } {
  const count = { found: 0, alarms: 0 }
  for (let seed = 1; seed <= runs; seed++) {
    const all = { seed, candidates: 3, baselines: 5, measures: 3, age: 85, ...options }
    const window = { from: 180 * binMillis, to: (180 + all.age) * binMillis }
    const { found } = judgeSaturation(simulateGauges(all), alpha, [], window)
    if (found.length > 0) count.found += 1
    if (found.some(({ isAlarm }) => isAlarm)) count.alarms += 1
  }
  return count
}

test('healthy fleets: alarms stay within their budget', () => {
  const healthy = {
    'independent failures': requestAlarms({}),
    'rare failures': requestAlarms({ failing: 0.002 }),
    'processes that differ': requestAlarms({ deviation: 0.3 }),
    'clusters of five': requestAlarms({ cluster: 5 }),
    'bursts on both sides': requestAlarms({ burst: 5 }),
    'one process each': requestAlarms({ candidates: 1, baselines: 1, requests: 120 }),
  }
  // one of 12 is expected at the most
  for (const [name, alarms] of Object.entries(healthy))
    expect([name, alarms <= 2]).toEqual([name, true])
})

test('harm of this size is found', () => {
  const times = (failures: number) => requestAlarms({ harm: { operation: 'b', failures } })
  expect(times(4)).toBeGreaterThanOrEqual(0.9 * runs)
  const slower = requestAlarms({ harm: { operation: 'b', slower: 1.5 } })
  expect(slower).toBeGreaterThanOrEqual(0.9 * runs)
})

test('gauges of healthy processes: no leak where there is none, and leaks where there are', () => {
  const healthy = {
    'noise alone': slopeFindings({}),
    'a random walk': slopeFindings({ walk: 0.005 }),
    'a quick warm-up': slopeFindings({ warmUp: 10 }),
    'a slow warm-up, seen before': slopeFindings({ warmUp: 60, restarted: true }),
    'load that all share': slopeFindings({ load: 0.3 }),
  }
  for (const [name, { found }] of Object.entries(healthy))
    expect([name, found <= 2]).toEqual([name, true])
  // as slow as the watch is long and never seen before: it may hold a release, never roll it back
  expect(slopeFindings({ warmUp: 60 }).alarms).toBe(0)
  expect(slopeFindings({ leak: 0.01 }).found).toBeGreaterThanOrEqual(0.9 * runs)
  expect(slopeFindings({ leak: 0.01, restarted: true }).alarms).toBeGreaterThanOrEqual(0.9 * runs)
})
