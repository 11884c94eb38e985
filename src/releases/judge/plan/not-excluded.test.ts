import { describe, expect, test } from 'vitest'
import { sampleVerdict } from '../../testing/sample-verdict.ts'
import { syntheticUnits, syntheticWindow } from '../../testing/synthetic-units.ts'
import { defaultPolicy } from '../policy.ts'
import { safetyClaims, type SafetyClaim } from '../safety-claims.ts'
import { notExcluded } from './not-excluded.ts'
import { stillNeeded } from './still-needed.ts'

const { comparison } = sampleVerdict()

function openAt(units: number, changes: object = {}) {
  const table = syntheticUnits({ seed: 3, units, candidateShare: 0.3 })
  const claims = safetyClaims(table, 'checkout', syntheticWindow, defaultPolicy)
  const about = { service: 'checkout', window: syntheticWindow, policy: defaultPolicy }
  return notExcluded({ ...about, table, claims, comparison, gaps: [], ...changes })
}

describe('what is not excluded yet', () => {
  const claim: SafetyClaim = {
    requirement: 'r',
    operation: null,
    kind: 'failure-rate',
    met: false,
    progress: 0.2,
    units: { candidate: 10, baseline: 10, bad: 0 },
  }

  test('becomes less with traffic', () => {
    const [few, more] = [2000, 40_000].map((units) => {
      const table = syntheticUnits({ seed: 3, units, candidateShare: 0.3 })
      const [failures] = safetyClaims(table, 'checkout', syntheticWindow, defaultPolicy)
      return openAt(units, { claims: [{ ...failures, met: false }] }).ratio
    })
    expect(few).toBeGreaterThan(more!)
    expect(more).toBeGreaterThan(1)
    expect(more).toBeLessThan(2)
  })

  test('is about the claim that is furthest from proof', () => {
    const slow = { ...claim, operation: 'GET /cart', kind: 'latency', progress: 0.1 } as const
    const { what, ratio } = openAt(5000, { claims: [claim, slow] })
    expect(what).toMatch(/^share of requests of GET \/cart that take longer than [\d.]+ ms$/)
    expect(ratio).toBeGreaterThan(1)
    const [fails, slows] = [claim, slow].map((each) => ({ ...each, progress: 0 }))
    const against = { ...slows, evidenceNow: -2 }
    expect(openAt(5000, { claims: [fails, against] }).what).toMatch(/^share of requests/)
    expect(openAt(5000, { claims: [fails, slows] }).what).toBe('failure rate of checkout')
    expect(openAt(5000, { claims: [{ ...slow, met: true }, claim] }).what).toBe(
      'failure rate of checkout',
    )
  })

  test('is everything where nothing can be compared', () => {
    const gap = { side: 'candidate', spot: { kind: 'telemetry-gap', title: '', detail: '' } }
    const mismatch = { expectedShare: 0.5, eValue: 1e9, mismatch: true }
    for (const changes of [
      { claims: [] },
      { gaps: [gap] },
      { comparison: { ...comparison, sampleRatioMismatch: mismatch } },
    ]) {
      expect(openAt(5000, changes)).toMatchObject({ ratio: null })
    }
  })

  test('what is still needed proves it about as often as not', () => {
    // nothing is wrong, and the claim has as many requests as it was said to need from the start
    const none = { ...claim, progress: 0, units: { candidate: 0, baseline: 0, bad: 0 } }
    const { requests } = stillNeeded(
      { ...none, units: { candidate: 300, baseline: 700, bad: 8 } },
      defaultPolicy,
      null,
    )
    const proven = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter((seed) => {
      const table = syntheticUnits({ seed, units: requests, candidateShare: 0.3 })
      return safetyClaims(table, 'checkout', syntheticWindow, defaultPolicy)[0]!.met
    })
    expect(proven.length).toBeGreaterThanOrEqual(2)
    expect(proven.length).toBeLessThanOrEqual(11)
  })
})
