/**
 * The verdict object: the one thing that the server, the command line, the page and every integration read. Its shape
 * is a stable interface: fields are added, never renamed or removed.
 */
import type { Cohort } from '../cohorts/cohort.ts'
import type { Release } from './release.ts'

export type VerdictKind = 'proceed' | 'hold' | 'rollback'

/** `done` only when the evidence plan is complete: `proceed` alone means "may continue". */
export type Phase = 'watching' | 'done' | 'rolled-back' | 'superseded'

export type Severity = 'critical' | 'major' | 'minor'

export type FindingKind =
  /** more requests fail */
  | 'failure-rate'
  /** requests take longer */
  | 'latency'
  /** requests report success although something in them failed */
  | 'silent-failure'

export interface Effect {
  /** What was measured, for example `failure rate`, `median duration`. */
  measure: string
  /** Value in the baseline, in `unit`; null where there is none. */
  baseline: number | null
  candidate: number | null
  /** candidate / baseline; null where the baseline is zero. */
  ratio: number | null
  /** Interval of the ratio, valid at any time of looking; null is an open end. */
  low: number | null
  high: number | null
  /** `fraction` for rates, `ms` for durations. */
  unit: 'fraction' | 'ms'
}

export interface Finding {
  /** Stable for the same claim about the same release. */
  id: string
  kind: FindingKind
  severity: Severity
  /** One sentence with the numbers in it. */
  title: string
  cohort: Cohort
  effect: Effect
  evidence: {
    eValue: number
    /** Requests of the cohort on each side that were counted for the effect. */
    baselineCount: number
    candidateCount: number
    firstSeen: string
    /** Traces of the candidate that show it. */
    exemplars: string[]
  }
  /** Other findings that this one accounts for. */
  explains: string[]
}

export type BlindSpotKind =
  | 'no-candidate-traffic'
  | 'no-baseline-traffic'
  | 'unknown-version'
  | 'not-exercised'
  | 'low-traffic'
  | 'uninstrumented-service'
  | 'hours-not-seen'
  | 'shared-change'
  | 'telemetry-gap'
  | 'unequal-populations'
  | 'search-limit'

export interface BlindSpot {
  kind: BlindSpotKind
  title: string
  detail: string
  /** The smallest effect that would have been seen with 80 % probability, as a ratio. */
  minimumDetectableEffect?: number
  needs?: { failures?: number; requests?: number; until?: string }
}

export interface EvidenceRequirement {
  requirement: string
  state: 'met' | 'open'
  /** 0 to 1 */
  progress: number
  /** When it will be met at the current rate; absent where nobody can say. */
  eta?: string
}

export interface TimeWindow {
  from: string
  to: string
}

export interface Comparison {
  baselineKind: 'concurrent' | 'none'
  baselineWindow: TimeWindow | null
  candidateWindow: TimeWindow | null
  /** Share of the units that met the candidate, 0 to 1; null where there were none. */
  candidateShare: number | null
  sampleRatioMismatch: {
    /** The share that the release declared; null where it declared none, and then nothing was tested. */
    expectedShare: number | null
    eValue: number | null
    mismatch: boolean
  }
  /** Attributes whose mix differs between the two sides more than chance allows. */
  populationShift: {
    attribute: string
    value: string
    baselineShare: number
    candidateShare: number
    eValue: number
  }[]
}

export interface Verdict {
  release: Release
  verdict: VerdictKind
  phase: Phase
  /** One sentence that a person can act on. */
  headline: string
  findings: Finding[]
  blindSpots: BlindSpot[]
  evidencePlan: EvidenceRequirement[]
  /** Zeros mean that no placebo and no drill has been run yet; `smallestFound` is a ratio. */
  selfCheck: {
    placebos: { runs: number; alarms: number }
    drills: { planted: number; found: number; smallestFound: number | null }
  }
  comparison: Comparison
  evaluatedAt: string
  url: string
}

/** What lies behind a verdict, for panels and pictures; kept beside it, not inside it. */
export interface Evidence {
  /** What an ordinary dashboard shows for both sides: the whole service, no cohorts. */
  dashboard: { baseline: DashboardSide; candidate: DashboardSide }
  /** By finding id. */
  distributions: Record<string, Distribution>
  searched: { units: number; sampledFrom: number; attributes: number; cells: number; looks: number }
}

export interface DashboardSide {
  requests: number
  failures: number
  /** 0 to 1; null without requests */
  errorRate: number | null
  p50Ms: number | null
  p99Ms: number | null
}

/** Both sides of one finding: a histogram for latency, two categories for rates. */
export interface Distribution {
  kind: 'duration' | 'rate'
  /** `duration`: upper bounds in ms, the last bucket open, so counts has one more. `rate`: empty. */
  bounds: number[]
  /** `duration`: requests per bucket. `rate`: [good, bad]. */
  baseline: number[]
  candidate: number[]
}
