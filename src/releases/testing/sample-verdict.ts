import type { RecordedRelease } from '../ledger/ledger.ts'
import { noEvidence } from '../hold-unseen.ts'
import type { Release } from '../release.ts'
import type { Evidence, Finding, Verdict } from '../verdict.ts'

export function sampleRelease(changes: Partial<Release> = {}): Release {
  return {
    id: 'checkout-2.0.0-000000',
    service: 'checkout',
    environment: 'production',
    version: '2.0.0',
    baselineVersion: '1.0.0',
    strategy: 'canary',
    reason: 'feature',
    startedAt: '2026-03-02T10:00:00.000Z',
    links: [],
    ...changes,
  }
}

export function sampleRecorded(
  changes: Partial<Release> = {},
  candidateShare: number | null = null,
): RecordedRelease {
  return { release: sampleRelease(changes), candidateShare, origin: 'announced' }
}

export function sampleFinding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'f1',
    kind: 'failure-rate',
    severity: 'major',
    title: 'GET /cart: 9 of 100 candidate requests fail.',
    cohort: [],
    effect: {
      measure: 'failure rate',
      baseline: 0.01,
      candidate: 0.09,
      ratio: 9,
      low: 3,
      high: 20,
      unit: 'fraction',
    },
    evidence: {
      eValue: 1e6,
      baselineCount: 400,
      candidateCount: 100,
      firstSeen: '2026-03-02T10:05:00.000Z',
      exemplars: [],
    },
    explains: [],
    ...changes,
  }
}

/** A verdict on which everything is open. */
export function sampleVerdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    release: sampleRelease(),
    verdict: 'hold',
    phase: 'watching',
    headline: 'Hold checkout 2.0.0: 1 of 2 claims is not proven yet.',
    findings: [],
    blindSpots: [],
    evidencePlan: [],
    selfCheck: {
      placebos: { runs: 0, alarms: 0 },
      drills: { planted: 0, found: 0, smallestFound: null },
    },
    comparison: {
      baselineKind: 'concurrent',
      baselineWindow: null,
      candidateWindow: null,
      candidateShare: 0.2,
      sampleRatioMismatch: { expectedShare: null, eValue: null, mismatch: false },
      populationShift: [],
    },
    evaluatedAt: '2026-03-02T10:05:00.000Z',
    url: 'http://127.0.0.1:4319/releases/checkout-2.0.0-000000',
    ...changes,
  }
}

export const sampleEvidence: Evidence = noEvidence()
