import { describe, expect, test } from 'vitest'
import { sampleFinding, sampleRelease, sampleVerdict } from '../testing/sample-verdict.ts'
import type { EvidenceRequirement } from '../verdict.ts'
import { decide, type DecisionInput } from './decide.ts'
import type { SafetyClaim } from './safety-claims.ts'

function claim(progress: number, requirement = 'failures stay low'): SafetyClaim {
  return {
    requirement,
    operation: null,
    kind: 'failure-rate',
    met: progress >= 1,
    progress,
    units: { candidate: 200, baseline: 800, bad: 3 },
  }
}

const soakOpen: EvidenceRequirement = { requirement: 'watched', state: 'open', progress: 0.5 }
const soakMet: EvidenceRequirement = { requirement: 'watched', state: 'met', progress: 1 }
const { comparison } = sampleVerdict()
const mismatch = {
  ...comparison,
  sampleRatioMismatch: { expectedShare: 0.2, eValue: 1e9, mismatch: true },
}
const shifted = {
  ...comparison,
  populationShift: [
    { attribute: 'plan', value: 'free', baselineShare: 0.2, candidateShare: 0.8, eValue: 1e9 },
  ],
}
const spot = {
  kind: 'telemetry-gap',
  title: 'The candidate 2.0.0 has sent no telemetry for 5 min',
  detail: '',
} as const
const gap = { side: 'candidate', spot } as const
const baselineGap = {
  side: 'baseline',
  spot: { ...spot, title: 'The baseline 1.0.0 has sent no telemetry for 5 min' },
} as const

/** Everything proven; each test takes one thing away. */
const proven: DecisionInput = {
  release: sampleRelease(),
  alarmed: false,
  findings: [],
  gaps: [],
  claims: [claim(1), claim(1)],
  plan: [
    { requirement: 'a', state: 'met', progress: 1 },
    { requirement: 'b', state: 'met', progress: 1 },
    soakOpen,
  ],
  comparison,
  blindSpots: [{ kind: 'shared-change', title: 's', detail: '' }],
  requests: { baseline: 8000, candidate: 2000 },
  superseded: false,
  now: 0,
}

describe('proceed', () => {
  test('when every claim is proven, with what was seen and what was not', () => {
    expect(decide(proven)).toEqual({
      verdict: 'proceed',
      phase: 'watching',
      headline:
        'checkout 2.0.0 may go on: no harm found in 2,000 candidate and 8,000 baseline requests, and all 2 claims that need proof are proven. 1 blind spot remains.',
    })
  })

  test('not where the configuration changed for both sides; proof of harm counts all the same', () => {
    const withheld = 'A changed for canary and baseline alike, so comparing them shows nothing'
    expect(decide({ ...proven, withheld })).toMatchObject({
      verdict: 'hold',
      headline: `Hold checkout 2.0.0: ${withheld}.`,
    })
    expect(decide({ ...proven, withheld, alarmed: true }).verdict).toBe('rollback')
    expect(decide({ ...proven, withheld: null }).verdict).toBe('proceed')
  })

  test('is done only with the whole evidence plan', () => {
    const plan = [...proven.plan.slice(0, 2), soakMet]
    expect(decide({ ...proven, plan })).toMatchObject({ verdict: 'proceed', phase: 'done' })
  })

  test('is not given without anything to prove', () => {
    expect(decide({ ...proven, claims: [], plan: [soakMet] })).toEqual({
      verdict: 'hold',
      phase: 'watching',
      headline:
        'Hold checkout 2.0.0: there is not enough traffic yet to put any claim to the test.',
    })
  })
})

describe('hold', () => {
  test.each<[string, Partial<DecisionInput>, string]>([
    [
      'one claim is open',
      { claims: [claim(1), claim(0.4, 'GET /cart is not slower')] },
      'no harm found in 2,000 candidate and 8,000 baseline requests, but 1 of 2 claims is not proven yet. Furthest from proof: GET /cart is not slower (40 %).',
    ],
    ['telemetry stops', { gaps: [gap] }, `${gap.spot.title}.`],
    ['there is suspicion', { findings: [sampleFinding()] }, sampleFinding().title],
    [
      'the sides are not the same mix',
      { comparison: shifted },
      'no harm found, but the two sides are not the same mix of traffic (plan = free).',
    ],
    [
      'the sides did not get their share',
      { comparison: mismatch },
      'the two sides did not get the traffic they should have, so nothing can be concluded from comparing them.',
    ],
  ])('when %s', (_, change, words) => {
    const plan = [...proven.plan.slice(0, 2), soakMet]
    expect(decide({ ...proven, plan, ...change })).toEqual({
      verdict: 'hold',
      phase: 'watching',
      headline: `Hold checkout 2.0.0: ${words}`,
    })
  })

  test('a mismatch of the sides voids even an alarm', () => {
    const alarmed = { ...proven, alarmed: true, findings: [sampleFinding()], comparison: mismatch }
    expect(decide(alarmed)).toMatchObject({ verdict: 'hold', phase: 'watching' })
  })

  test('but not one that does not rest on the split of the traffic', () => {
    const alarmed = { ...proven, alarmed: true, historyAlarmed: true, comparison: mismatch }
    expect(decide(alarmed).verdict).toBe('rollback')
  })

  test('says how long the slowest open claim still takes, if all have a date', () => {
    const at = (minutes: number): string => new Date(minutes * 60_000).toISOString()
    const open = (eta?: string): EvidenceRequirement => ({
      requirement: 'r',
      state: 'open',
      progress: 0.5,
      ...(eta === undefined ? {} : { eta }),
    })
    const claims = [claim(0.5), claim(0.6)]
    const soak = open(at(24 * 60))
    const both = decide({ ...proven, claims, plan: [open(at(5)), open(at(12)), soak] })
    expect(both.headline).toContain(
      '2 of 2 claims are not proven yet, about 12 min more at this traffic.',
    )
    const one = decide({ ...proven, claims, plan: [open(at(5)), open(), soak] })
    expect(one.headline).toContain('are not proven yet. Furthest')
  })
})

describe('rollback', () => {
  const harmed: DecisionInput = {
    ...proven,
    alarmed: true,
    findings: [sampleFinding({ id: 'a', explains: ['b'] }), sampleFinding({ id: 'b' })],
  }

  test('on proof of harm, though every claim of safety was proven too', () => {
    expect(decide(harmed)).toEqual({
      verdict: 'rollback',
      phase: 'watching',
      headline: `Roll back checkout 2.0.0: ${sampleFinding().title}`,
    })
  })

  test('counts what stands on its own, not what is explained', () => {
    const findings = [...harmed.findings, sampleFinding({ id: 'c' })]
    expect(decide({ ...harmed, findings }).headline).toMatch(/ And 1 more finding\.$/)
  })

  test('stays, with words, when no finding stands any more', () => {
    expect(decide({ ...harmed, findings: [] }).headline).toBe(
      'Roll back checkout 2.0.0: The evidence of harm crossed its bound.',
    )
  })

  test.each([
    ['the candidate is gone', [gap], 'rolled-back'],
    ['the baseline is gone', [baselineGap], 'watching'],
    ['both are gone', [gap, baselineGap], 'watching'],
    ['both are there', [], 'watching'],
  ] as const)('%s: %#', (_, gaps, phase) => {
    expect(decide({ ...harmed, gaps })).toMatchObject({ verdict: 'rollback', phase })
  })
})

test.each([{ alarmed: true }, { alarmed: false }, { alarmed: false, gaps: [gap] }])(
  'a newer release supersedes: %o',
  (change) => {
    expect(decide({ ...proven, ...change, superseded: true }).phase).toBe('superseded')
  },
)

test('a hold does not call for more requests as if nothing were wrong where what was measured is', () => {
  const needs = { requests: 900, failures: 40 }
  const open: EvidenceRequirement = { requirement: 'a', state: 'open', progress: 0.2, needs }
  const hold = {
    ...proven,
    claims: [claim(0.2)],
    notExcluded: { what: 'failure rate of checkout', ratio: 12 },
  }
  expect(decide({ ...hold, plan: [open, soakOpen] }).headline).toMatch(
    /to 12 times is not excluded yet\. About 900 more requests or 40 failures of checkout, both sides together, would do, if nothing is wrong\.$/,
  )
  const measured = { ratio: 2.6, requestsToFinding: 1200 }
  expect(decide({ ...hold, plan: [{ ...open, measured }, soakOpen] }).headline).toMatch(
    /to 12 times is not excluded yet\. Measured so far: 2\.60 times the baseline's; if it stays so, about 1,200 more requests would make it a finding; if it was chance, about 900 more requests or 40 failures would prove the claim\.$/,
  )
})
