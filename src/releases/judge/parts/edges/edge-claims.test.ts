import { expect, test } from 'vitest'
import type { EdgeSeries } from './edge.ts'
import { edgeClaims } from './edge-claims.ts'

function series(service: string, units: number, role: 'call' | 'beyond' = 'beyond'): EdgeSeries {
  const edge = { role, service, operation: 'x', entry: '', isRoot: false }
  return { edge, units, failures: [], durations: [], repeats: [], calls: [0, 0] }
}

const operations = [{ operation: 'POST /orders', units: 400 }]
const total = (claims: readonly { weight: number }[]): number =>
  claims.reduce((sum, { weight }) => sum + weight, 0)

test('the weights of a claim stay, and all of them together never exceed one', () => {
  const first = edgeClaims([series('a', 100), series('b', 60, 'call')], operations)
  expect(first.claims.map(({ measure }) => measure)).toEqual([
    'failure-rate',
    'latency',
    'failure-rate',
    'latency',
    'missing-call',
    'repeated-calls',
  ])
  expect(total(first.remembered)).toBeCloseTo(0.9)
  const many = Array.from({ length: 300 }, (_, i) => series(`s${i}`, 1000 - i))
  const later = edgeClaims([...many, series('a', 200)], operations, first.remembered)
  expect(later.remembered.slice(0, 7)).toEqual(first.remembered)
  expect(total(later.remembered)).toBeGreaterThan(0.9)
  expect(total(later.remembered)).toBeLessThan(1)
  expect(later.claims.at(-1)!.weight).toBe(first.claims[0]!.weight)
})

test('no claims before there is traffic, and none about edges with too little', () => {
  const few = [{ operation: 'POST /orders', units: 100 }]
  expect(edgeClaims([series('a', 100)], few)).toEqual({ claims: [], remembered: [] })
  expect(edgeClaims([series('a', 49)], operations).claims).toEqual([])
})

test('what is remembered is bounded', () => {
  let remembered = edgeClaims([], operations).remembered
  for (let round = 0; round < 10; round++) {
    const edges = Array.from({ length: 200 }, (_, i) => series(`${round} ${i}`, 100, 'call'))
    ;({ remembered } = edgeClaims(edges, operations, remembered))
  }
  expect(remembered.length).toBeLessThanOrEqual(64 + 4 * 200)
})
