import { expect, test } from 'vitest'
import {
  type SyntheticOptions,
  syntheticUnits,
  syntheticWindow,
} from '../../testing/synthetic-units.ts'
import { newWatchState } from '../hypothesis.ts'
import { judgeUnits } from '../judge-units.ts'
import { concurrentPolicy, defaultPolicy } from '../policy.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import { measuredWords } from './measured-words.ts'
import { measuredWorse } from './measured-worse.ts'
import { stillNeeded } from './still-needed.ts'

const policy = concurrentPolicy(defaultPolicy)

function look(options: Partial<SyntheticOptions>) {
  const table = syntheticUnits({ seed: 3, units: 4000, candidateShare: 0.3, ...options })
  const at = new Date(0).toISOString()
  return judgeUnits(table, 'checkout', syntheticWindow, newWatchState(), policy, at)
}

const measuredOf = (claim: SafetyClaim | undefined) => measuredWorse(claim!, policy)

test('as good as before: nothing is measured that more traffic would not prove', () => {
  const { claims } = look({})
  expect(claims.some(({ met }) => !met)).toBe(true)
  expect(claims.filter(({ met }) => !met).map(measuredOf)).not.toContainEqual(
    expect.objectContaining({ requestsToFinding: expect.any(Number) }),
  )
})

test('beyond the margin: the ratio, and about how many more requests would make it a finding', () => {
  const rise = { failureRatio: 3, units: 1500 }
  const first = look(rise)
  expect(first.findings).toEqual([])
  const measured = measuredOf(first.claims[0])!
  expect(measured.ratio).toBeGreaterThan(2)
  const { requestsToFinding = 0 } = measured
  expect(requestsToFinding).toBeGreaterThan(0)
  // as if the rest of the watch were what was told: about as often found as not
  const found = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter((seed) => {
    const ratio = measured.ratio!
    const units = 1500 + requestsToFinding
    return look({ seed, failureRatio: ratio, units }).findings.length > 0
  })
  expect(found.length, `${found.length} of 12`).toBeGreaterThanOrEqual(2)
  expect(found.length, `${found.length} of 12`).toBeLessThanOrEqual(11)
})

test('slower beyond the margin is told by its odds', () => {
  const { claims } = look({ slowdown: 1.6, units: 500 })
  const slow = claims.find(({ kind, operation }) => kind === 'latency' && operation === 'GET /cart')
  const measured = measuredOf(slow)!
  expect(measured.ratio).toBeGreaterThan(defaultPolicy.safeLatencyOdds)
  expect(measured.requestsToFinding).toBeGreaterThan(0)
})

const claim: SafetyClaim = {
  requirement: 'r',
  operation: null,
  kind: 'failure-rate',
  met: false,
  progress: 0.1,
  units: { candidate: 400, baseline: 1600, bad: 20, candidateBad: 8 },
}
const rates = { baseline: 0.0075, candidate: 0.02, ratio: 2.67 }

test('evidence that was lost is needed again', () => {
  const lost = { ...claim, evidenceNow: -1 }
  const { requests } = stillNeeded(claim, policy, null)
  expect(stillNeeded(lost, policy, null).requests).toBeGreaterThan(1.5 * requests)
})

test('without a claim of harm of its own there is no number; what is a finding needs none', () => {
  const ofHarm = (missing?: number) =>
    measuredWorse(
      {
        ...claim,
        measured: rates,
        ...(missing !== undefined && { harm: { measured: rates, missing } }),
      },
      policy,
    )
  expect(ofHarm()).toEqual({ ratio: 2.67 })
  expect(ofHarm(0)).toEqual({ ratio: 2.67, requestsToFinding: 0 })
  expect(ofHarm(4)!.requestsToFinding).toBeLessThan(ofHarm(8)!.requestsToFinding!)
  expect(ofHarm(5000)!.requestsToFinding).toBeGreaterThan(0)
  expect(
    measuredOf({ ...claim, measured: { ...rates, ratio: 0.9, candidate: 0.007 } }),
  ).toBeUndefined()
  expect(measuredOf(claim)).toBeUndefined()
})

test('a rise of rare failures that is proven to be small before it is a finding is not told', () => {
  const rare = { baseline: 0.001, candidate: 0.003, ratio: 3 }
  const of = (measured: typeof rare) =>
    measuredOf({ ...claim, measured, harm: { measured, missing: 9 } })
  expect(of(rare)).toBeUndefined()
  expect(of({ baseline: 0.01, candidate: 0.03, ratio: 3 })).toBeDefined()
})

test('a rise within the margin of proof that is a finding sooner is told, until it is one', () => {
  const of = (ratio: number, missing: number) => {
    const within = { baseline: 0.02, candidate: 0.02 * ratio, ratio }
    return measuredOf({ ...claim, measured: within, harm: { measured: within, missing } })
  }
  expect(of(1.8, 1)).toEqual({ ratio: 1.8, requestsToFinding: expect.any(Number) })
  expect(of(1.4, 8)).toBeUndefined()
  expect(of(1.8, 0)).toBeUndefined()
})

test('less is missing to a finding the more was seen, and nothing once it is one', () => {
  const missing = [1500, 3000, 12_000].map((units) => {
    const { claims } = look({ failureRatio: 3, units })
    return claims[0]!.harm!.missing
  })
  expect(missing[1]).toBeLessThan(missing[0]!)
  expect(missing[2]).toBe(0)
})

test('where only the new version fails there is no ratio', () => {
  const measured = { baseline: 0, candidate: 0.02, ratio: null }
  const told = measuredOf({ ...claim, measured, harm: { measured, missing: 6 } })!
  expect(told).toEqual({ ratio: null, requestsToFinding: expect.any(Number) })
  expect(measuredOf({ ...claim, measured: { ...measured, candidate: 0 } })).toBeUndefined()
})

test('in words: what was measured, and both of what may be behind it', () => {
  const needs = { requests: 3400, failures: 120 }
  expect(measuredWords({ measured: { ratio: 2.6, requestsToFinding: 1200 }, needs })).toBe(
    "2.60 times the baseline's; if it stays so, about 1,200 more requests would make it a finding; if it was chance, about 3,400 more requests or 120 failures would prove the claim",
  )
  expect(measuredWords({ measured: { ratio: null } })).toBe(
    'some, and none in the baseline; if it stays so, more requests prove nothing',
  )
  expect(
    measuredWords({ measured: { ratio: 3, requestsToFinding: 0 }, needs: { requests: 1 } }),
  ).toBe(
    "3.0 times the baseline's, which is a finding; if it was chance, about 1 more request would prove the claim",
  )
})
