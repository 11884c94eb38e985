import { stripVTControlCharacters } from 'node:util'

import { describe, expect, it } from 'vitest'

import { verdictFixture } from '../server/testing/verdict-fixture.ts'
import type { EvidenceRequirement } from '../releases/verdict.ts'
import { renderReleaseList } from './render-release-list.ts'
import { renderVerdict } from './render-verdict.ts'
import { columnsOf } from './wrap-text.ts'

const plain = { colour: false, width: 100 }

describe('a rollback', () => {
  const text = renderVerdict(verdictFixture(), plain)

  it('begins with the verdict, what it is about and what to do', () => {
    const [first, , second] = text.split('\n')
    expect(first).toBe(
      'ROLLBACK  checkout  ·  1.9.0 → 2.0.0  ·  production  ·  canary  ·  watching',
    )
    expect(second).toMatch(/^Roll back checkout 2\.0\.0: /)
  })

  it('has every finding with its interval, counts, evidence and exemplar', () => {
    for (const words of [
      'app.locale = "pt-BR" and 30 <= app.account.age_days < 60',
      'median duration 6.1 ms → 25 ms: 4.1 times (interval 3.4 to 4.9)',
      '1,234 in the baseline, 311 in the new version',
      'at most 1 chance in 3.2 × 10⁹',
      '4bf92f3577b34da6a3ce929d0e0e4736 and 1 more',
      'at least 31 times (the baseline is zero)',
    ]) {
      expect(text.replace(/\n +/g, ' ')).toContain(words)
    }
  })

  it('has the plan, what was not seen, the self-check and the page', () => {
    expect(text).toContain(
      '1.9.0 beside 2.0.0, which met 20.0 % of the traffic, 2026-07-01 21:14:00 to 21:15:20 UTC.',
    )
    expect(text).toContain(
      '█████████░  99 %  Every operation has been used 100 times (open, about ',
    )
    expect(text).toContain('██████████ 100 %  Both sides carried traffic (met)')
    expect(text.replace(/\n +/g, ' ')).toContain(
      'Needs 400 more requests, traffic until 2026-07-01 22:00:00 UTC.',
    )
    expect(text).toContain('No drill has been run yet')
    expect(text.endsWith('http://127.0.0.1:4319/releases/rel_7f3a')).toBe(true)
  })
})

it('says whose finding it is where another release is behind it', () => {
  const verdict = verdictFixture()
  const reasoning = 'It belongs to payment 5.1.0: with the version of payment held fixed, …'
  verdict.findings[0]!.attributedTo = {
    release: 'rel_payment',
    service: 'payment',
    version: '5.1.0',
    certainty: 'attributed',
    reasoning,
  }
  const text = renderVerdict(verdict, plain).replace(/\s+/g, ' ')
  expect(text).toContain(`whose ${reasoning} (release rel_payment)`)
})

it.each([40, 60, 80, 100])('stays within %d columns, but for addresses', (width) => {
  for (const line of renderVerdict(verdictFixture(), { colour: true, width })
    .split('\n')
    .slice(1, -1)) {
    const longest = Math.max(...stripVTControlCharacters(line).trim().split(' ').map(columnsOf))
    expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(width, longest + 20))
  }
})

it('says the same with colours as without', () => {
  const coloured = renderVerdict(verdictFixture(), { ...plain, colour: true })
  expect(coloured).not.toBe(renderVerdict(verdictFixture(), plain))
  expect(stripVTControlCharacters(coloured)).toBe(renderVerdict(verdictFixture(), plain))
})

it('a verdict without findings or blind spots is no bill of health', () => {
  const text = renderVerdict(
    verdictFixture({ verdict: 'proceed', findings: [], blindSpots: [] }),
    plain,
  )
  expect(text).toContain('None so far. That says only as much as the evidence below.')
  expect(text).toContain('What nobody instrumented cannot be named either.')
})

it('says when there is nothing to compare', () => {
  const { comparison } = verdictFixture()
  const none = { ...comparison, baselineKind: 'none' as const, baselineWindow: null }
  expect(renderVerdict(verdictFixture({ comparison: none }), plain)).toContain(
    'no version beside it',
  )
  const silent = { ...none, candidateWindow: null, candidateShare: null }
  expect(renderVerdict(verdictFixture({ comparison: silent }), plain)).toContain(
    'no traffic of 2.0.0 has arrived',
  )
})

it('says what threatens the comparison', () => {
  const { comparison } = verdictFixture()
  const text = renderVerdict(
    verdictFixture({
      comparison: {
        ...comparison,
        sampleRatioMismatch: { expectedShare: 0.5, eValue: 1e9, mismatch: true },
        populationShift: [
          {
            attribute: 'app.plan',
            value: 'pro',
            baselineShare: 0.1,
            candidateShare: 0.4,
            eValue: 1e6,
          },
        ],
      },
    }),
    plain,
  )
  expect(text).toContain('not the declared one of 50.0 %')
  expect(text.replace(/\n +/g, ' ')).toContain(
    'app.plan = pro is 10.0 % of the one and 40.0 % of the other',
  )
})

it('gives figures of the drills once there are any', () => {
  const selfCheck = {
    placebos: { runs: 500, alarms: 2 },
    drills: { planted: 40, found: 38, smallestFound: 1.5 },
  }
  const text = renderVerdict(verdictFixture({ selfCheck }), plain)
  expect(text).toContain(
    '2 alarms in 500 placebo releases; 38 of 40 planted faults found, the smallest of them 1.5 times.',
  )
})

it('gives the figures of a drill with their interval and their date', () => {
  const interval = { low: 0, high: 0.168 }
  const selfCheck = {
    at: '2026-07-01T20:00:00.000Z',
    placebos: { runs: 20, alarms: 1, interval, promised: 0.01 },
    drills: { planted: 20, found: 11, smallestFound: 2, detectable: 8, foundDetectable: 8 },
  }
  const text = renderVerdict(verdictFixture({ selfCheck }), plain).replace(/\s+/g, ' ')
  expect(text).toContain(
    '1 alarm in 20 placebo releases (95 % interval 0 % to 16.8 %, promised at most 1 %); 11 of 20 planted faults found, 8 of the 8 that it should find, the smallest of them 2 times. Drilled 2026-07-01 20:00:00 UTC.',
  )
})

it('claims less where the time before is all that there is to compare with', () => {
  const [finding] = verdictFixture().findings
  const words = 'were the past like the present and had nothing changed, at most 1 chance'
  const shown = (comparison: 'concurrent' | 'before-after'): string => {
    const findings = [{ ...finding!, comparison }]
    return renderVerdict(verdictFixture({ findings }), plain).replace(/\s+/g, ' ')
  }
  expect(shown('before-after')).toContain(words)
  expect(shown('concurrent')).not.toContain(words)
})

it('says what one more request is needed for, and which incident a release is to fix', () => {
  const [spot] = verdictFixture().blindSpots
  const incident = { id: 'incident-shop-1', match: 'operation = "POST /orders"', resolvedAt: null }
  const blindSpots = [{ ...spot!, needs: { requests: 1 } }]
  const text = renderVerdict(verdictFixture({ blindSpots, incident }), plain).replace(/\s+/g, ' ')
  expect(text).toContain('Needs 1 more request.')
  expect(text).toContain(
    'Requests where operation = "POST /orders" (incident-shop-1). Not shown to be over; ask with: aftergreen incident resolve incident-shop-1',
  )
  const resolvedAt = '2026-07-01T22:00:00.000Z'
  expect(renderVerdict(verdictFixture({ incident: { ...incident, resolvedAt } }), plain)).toContain(
    'Shown to be over 2026-07-01 22:00:00 UTC.',
  )
})

it('never lets an attribute steer the terminal', () => {
  const [finding] = verdictFixture().findings
  const cohort = [{ attribute: 'a\u001b[2J', op: '=' as const, value: 'x\u009b31m\n' }]
  const text = renderVerdict(
    verdictFixture({
      headline: 'bad\u001b]0;title\u0007',
      findings: [{ ...finding!, title: '\u001b[1A', cohort }],
    }),
    plain,
  )
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
})

it('lists releases with verdict, version and id, or says how to begin', () => {
  const { release, headline, phase, evaluatedAt } = verdictFixture()
  const text = renderReleaseList(
    [{ release, verdict: 'hold', headline, phase, findings: 2, evaluatedAt }],
    plain,
  )
  expect(text).toMatch(/^HOLD {6}checkout 2\.0\.0 .*rel_7f3a\n {10}Roll back/)
  expect(renderReleaseList([], plain)).toContain('aftergreen release start')
})

it('says of an open requirement what it takes, or what was measured against it', () => {
  const open = { requirement: 'failures stay low', state: 'open', progress: 0.1 } as const
  const needs = { requests: 900, failures: 40 }
  const shown = (item: Partial<EvidenceRequirement>): string => {
    const evidencePlan = [{ ...open, ...item }]
    return renderVerdict(verdictFixture({ evidencePlan }), plain).replace(/\s+/g, ' ')
  }
  expect(shown({ needs: { requests: 24_571 } })).toContain('needs about 25,000 more requests)')
  expect(shown({ waitsForPast: true })).toContain('(open; waits for a longer past)')
  expect(shown({ measured: { ratio: 22, requestsToFinding: 0 } })).toContain(
    "(open; measured so far: 22 times the baseline's, which is a finding)",
  )
  expect(shown({ needs })).toContain('Evidence plan (what is needed: if nothing is wrong) ')
  expect(shown({})).not.toContain('if nothing is wrong')
  expect(shown({ needs })).toContain('(open; needs about 900 more requests or 40 failures)')
  const measured = { ratio: 2.6, requestsToFinding: 1200 }
  expect(shown({ needs, measured })).toContain(
    "(open; measured so far: 2.60 times the baseline's; if it stays so, about 1,200 more requests would make it a finding; if it was chance, about 900 more requests or 40 failures would prove the claim)",
  )
})

it('counts of a comparison in time are those before the release and since', () => {
  const [finding] = verdictFixture().findings
  const shown = (comparison: 'concurrent' | 'before-after'): string =>
    renderVerdict(verdictFixture({ findings: [{ ...finding!, comparison }] }), plain)
  expect(shown('concurrent')).toContain('in the baseline, ')
  expect(shown('before-after')).toMatch(/counts +[\d,]+ before the release, [\d,]+ since/)
  expect(shown('before-after')).not.toContain('in the new version')
})

it('a limit is as exact in the section as in the headline', () => {
  const notExcluded = { what: 'failure rate of checkout', ratio: 1305.8 }
  expect(renderVerdict(verdictFixture({ notExcluded }), plain)).toContain('to 1,306 times')
})
