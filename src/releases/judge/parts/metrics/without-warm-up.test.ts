import { expect, test } from 'vitest'
import { defaultPolicy } from '../../policy.ts'
import { judgeMetrics } from './judge-metrics.ts'
import type { MetricTable } from './metric-table.ts'
import { quietFleets, simulateMetrics } from './testing/simulate-metrics.ts'
import { withoutWarmUp } from './without-warm-up.ts'

const kinds = (table: MetricTable): string[] => {
  const at = '2026-01-01T00:00:00.000Z'
  const { findings } = judgeMetrics(table, 'shop', {}, defaultPolicy, 0.0007, at)
  return [...new Set(findings.map(({ kind }) => kind))]
}

test('slow first minutes of a process are no finding; what goes on is, and so are failures', () => {
  const cold = simulateMetrics({ ...quietFleets, cold: { blocks: 2, slower: 6 } })
  expect(kinds(cold)).toEqual(['latency'])
  // blocks of one minute
  expect(kinds(withoutWarmUp(cold, 90))).toEqual([])
  const slower = simulateMetrics({ ...quietFleets, harm: { operation: 'GET /a', slower: 3 } })
  expect(kinds(withoutWarmUp(slower, 90))).toEqual(['latency'])
  const failing = simulateMetrics({ ...quietFleets, harm: { operation: 'GET /a', failures: 6 } })
  expect(kinds(withoutWarmUp(failing, 90))).toEqual(['failure-rate'])
})

test('a process that starts later has its own first minutes', () => {
  const table = simulateMetrics({ ...quietFleets, blocks: 8 })
  for (const { instance, requests } of table.groups)
    if (instance === 'candidate-1') requests.fill(0, 0, 4)
  const timed = withoutWarmUp(table, 60).groups.map(({ instance, durations }) => {
    return `${instance} ${durations.findIndex((counts) => counts !== undefined)}`
  })
  expect(new Set(timed)).toContain('candidate-0 1')
  expect(new Set(timed)).toContain('candidate-1 5')
  expect(withoutWarmUp(table, 0)).toBe(table)
})
