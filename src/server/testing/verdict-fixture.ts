import type { Verdict } from '../../releases/verdict.ts'

/** A verdict with everything in it: the one of the demo, more or less. Tests change what they are about. */
export function verdictFixture(changes: Partial<Verdict> = {}): Verdict {
  return {
    release: {
      id: 'rel_7f3a',
      service: 'checkout',
      environment: 'production',
      version: '2.0.0',
      baselineVersion: '1.9.0',
      strategy: 'canary',
      reason: 'feature',
      startedAt: '2026-07-01T21:14:00.000Z',
      links: [],
    },
    verdict: 'rollback',
    phase: 'watching',
    headline:
      'Roll back checkout 2.0.0: GET /shipping-options is 4.1 times slower for app.locale = "pt-BR" and 30 <= app.account.age_days < 60.',
    findings: [
      {
        id: 'f1',
        kind: 'latency',
        severity: 'critical',
        title:
          'GET /shipping-options takes 24.9 ms instead of 6.1 ms where app.locale = "pt-BR" and 30 <= app.account.age_days < 60.',
        cohort: [
          { attribute: 'app.locale', op: '=', value: 'pt-BR' },
          { attribute: 'app.account.age_days', op: 'range', low: 30, high: 60 },
        ],
        effect: {
          measure: 'median duration',
          baseline: 6.1,
          candidate: 24.9,
          ratio: 4.08,
          low: 3.4,
          high: 4.9,
          unit: 'ms',
        },
        evidence: {
          eValue: 3.2e9,
          baselineCount: 1234,
          candidateCount: 311,
          firstSeen: '2026-07-01T21:14:20.000Z',
          exemplars: ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b74bf92f3577b34da6'],
        },
        explains: [],
      },
      {
        id: 'f2',
        kind: 'silent-failure',
        severity: 'major',
        title: 'POST /orders reports success although the call to bluecard failed.',
        cohort: [{ attribute: 'app.card.type', op: '=', value: 'amex' }],
        effect: {
          measure: 'silent failure rate',
          baseline: 0,
          candidate: 0.97,
          ratio: null,
          low: 31,
          high: null,
          unit: 'fraction',
        },
        evidence: {
          eValue: 120,
          baselineCount: 160,
          candidateCount: 38,
          firstSeen: '2026-07-01T21:14:31.000Z',
          exemplars: [],
        },
        explains: ['f3'],
      },
    ],
    blindSpots: [
      {
        kind: 'low-traffic',
        title: 'POST /returns had 12 requests of the new version',
        detail: 'A fault in it smaller than that could not have been seen',
        minimumDetectableEffect: 8,
        needs: { requests: 400, until: '2026-07-01T22:00:00.000Z' },
      },
    ],
    evidencePlan: [
      {
        requirement: 'Every operation has been used 100 times',
        state: 'open',
        progress: 0.999,
        eta: '2026-07-01T21:20:00.000Z',
      },
      { requirement: 'Both sides carried traffic', state: 'met', progress: 1 },
    ],
    selfCheck: {
      placebos: { runs: 0, alarms: 0 },
      drills: { planted: 0, found: 0, smallestFound: null },
    },
    comparison: {
      baselineKind: 'concurrent',
      baselineWindow: { from: '2026-07-01T21:14:00.000Z', to: '2026-07-01T21:15:20.000Z' },
      candidateWindow: { from: '2026-07-01T21:14:00.000Z', to: '2026-07-01T21:15:20.000Z' },
      candidateShare: 0.2,
      sampleRatioMismatch: { expectedShare: 0.2, eValue: 0.4, mismatch: false },
      populationShift: [],
    },
    evaluatedAt: '2026-07-01T21:15:25.000Z',
    url: 'http://127.0.0.1:4319/releases/rel_7f3a',
    ...changes,
  }
}
