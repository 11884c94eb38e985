import { expect, test } from 'vitest'
import { defaultPolicy } from '../../policy.ts'
import { judgeMetrics } from './judge-metrics.ts'
import { firstBlocks, quietFleets, simulateMetrics } from './testing/simulate-metrics.ts'

const judge = (
  table: ReturnType<typeof simulateMetrics>,
  memory: Parameters<typeof judgeMetrics>[2] = {},
) => judgeMetrics(table, 'shop', memory, defaultPolicy, 0.0007, '2026-01-01T00:00:00.000Z')

test('nothing wrong: every claim is proven and nothing found', () => {
  const { findings, isAlarmed, claims } = judge(simulateMetrics(quietFleets))
  expect({ findings, isAlarmed }).toEqual({ findings: [], isAlarmed: false })
  expect(claims.map(({ met }) => met)).toEqual([true, true, true, true, true])
})

test('too few requests: nothing is put to the test and nothing proven', () => {
  const { findings, claims, memory } = judge(
    firstBlocks(simulateMetrics({ ...quietFleets, requests: 1 }), 2),
  )
  expect(findings).toEqual([])
  expect(memory.claims).toEqual([])
  expect(claims.some(({ met }) => met)).toBe(false)
})

test('a claim keeps the share that it got first, whatever comes later; all shares sum to at most one', () => {
  const table = simulateMetrics(quietFleets)
  const early = judge(firstBlocks(table, 8)).memory
  const more = simulateMetrics({
    ...quietFleets,
    operations: ['GET /a', 'GET /b', 'GET /c', 'GET /d'],
  })
  const late = judge(more, early).memory
  const shareOf = (memory: typeof early): Map<string, number> =>
    new Map(memory.claims?.map(({ id, weight }) => [id, weight]))
  for (const [id, weight] of shareOf(early)) expect(shareOf(late).get(id)).toBe(weight)
  expect(shareOf(late).size).toBeGreaterThan(shareOf(early).size)
  const sum = [...shareOf(late).values()].reduce((all, weight) => all + weight, 0)
  expect(sum).toBeGreaterThan(0.8)
  expect(sum).toBeLessThanOrEqual(1)
})

test('failures cluster, or processes differ: what would be a finding for independent requests is none', () => {
  for (let seed = 2; seed <= 8; seed++) {
    const { isAlarmed, findings: found } = judge(
      simulateMetrics({ ...quietFleets, cluster: 20, seed }),
    )
    expect({ seed, isAlarmed, found }).toEqual({ seed, isAlarmed: false, found: [] })
  }
  const harmed = simulateMetrics({ ...quietFleets, harm: { operation: 'GET /b', failures: 5 } })
  const { isAlarmed, findings } = judge(harmed)
  expect(isAlarmed).toBe(true)
  expect(findings[0]!.cohort).toEqual([{ attribute: 'operation', op: '=', value: 'GET /b' }])
  expect(findings[0]!.explains).toHaveLength(findings.length - 1)
})

test('what was proven once stays proven', () => {
  const table = simulateMetrics(quietFleets)
  const { memory } = judge(table)
  const worse = judge(firstBlocks(table, 1), memory)
  expect(worse.claims.filter(({ met }) => met).length).toBeGreaterThan(0)
})
