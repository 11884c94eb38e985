import { verdictSelfCheck } from './drill/self-check-words.ts'
import type { RecordedRelease } from './ledger/ledger.ts'
import type { Evidence, Verdict } from './verdict.ts'

/** The verdict on a release at which nobody has been able to look: `hold`, and why. */
export function holdUnseen(
  recorded: RecordedRelease,
  why: string,
  now: number,
  url: string,
): Verdict {
  const { release, candidateShare } = recorded
  return {
    release,
    verdict: 'hold',
    phase: 'watching',
    headline: `Hold ${release.service} ${release.version}: ${why}.`,
    findings: [],
    blindSpots: [
      {
        kind: 'telemetry-gap',
        title: 'Nothing has been looked at',
        detail: `${why.charAt(0).toUpperCase()}${why.slice(1)}. Until that changes there is no evidence for or against this release.`,
      },
    ],
    evidencePlan: [],
    notExcluded: { what: `failure rate of ${release.service}`, ratio: null },
    selfCheck: verdictSelfCheck(null),
    comparison: {
      baselineKind: 'none',
      baselineWindow: null,
      candidateWindow: null,
      candidateShare: null,
      sampleRatioMismatch: { expectedShare: candidateShare, eValue: null, mismatch: false },
      populationShift: [],
    },
    evaluatedAt: new Date(now).toISOString(),
    url,
  }
}

/** The evidence of a look that did not happen. */
export function noEvidence(): Evidence {
  const side = { requests: 0, failures: 0, errorRate: null, p50Ms: null, p99Ms: null }
  return {
    dashboard: { baseline: side, candidate: side },
    distributions: {},
    searched: { units: 0, sampledFrom: 0, attributes: 0, cells: 0, looks: 0 },
  }
}
