import { expect, test } from 'vitest'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { divideCut } from './divide-cut.ts'

const table = syntheticUnits({ seed: 3, units: 2000, failureRates: [0.01, 0.01, 0.02] })
const service = { service: "check'out", environment: '' }
const cutOf = (pods: number) => ({
  service,
  versions: ['1'],
  loaded: {
    table,
    instances: table.traceIds.map((_, row) => `pod-${row % pods}`),
    window: syntheticWindow,
  },
})
const shareOf = (sides: Uint8Array): number => sides.reduce((sum, side) => sum + side, 0) / 2000

test('traces by chance: another seed divides them otherwise, and metrics stay as they are', () => {
  const [one, other] = [1, 2].map((seed) => divideCut(cutOf(1), 'traces', 0.25, seed)!)
  expect(shareOf(one!.table.candidate)).toBeCloseTo(0.25, 1)
  const both = one!.table.candidate.map((side, row) => side & other!.table.candidate[row]!)
  expect(shareOf(both)).toBeCloseTo(0.0625, 1)
  expect(Object.keys(one!.altered)).toEqual(['traces'])
  expect(one!.isCandidate).toContain(String.raw`stored.service = 'check\'out'`)
})

test('instances stay whole, in spans and metrics alike; one alone cannot be divided', () => {
  const divided = divideCut(cutOf(4), 'instances', 0.25, 1)!
  expect(shareOf(divided.table.candidate)).toBe(0.25)
  expect(divided.altered.metrics).toBe(divided.altered.traces)
  expect(divided.isCandidate).toMatch(/stored\.service_instance IN \('pod-\d'\)$/)
  expect(divideCut(cutOf(1), 'instances', 0.25, 1)).toBeNull()
})
