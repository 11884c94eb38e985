/**
 * The verdict object: the one thing that the server, the command line, the page and every integration read. Its shape
 * is a stable interface: fields are added, never renamed or removed.
 */
import type { Cohort } from '../cohorts/cohort.ts'
import type {
  PrecedingChange,
  ReleaseConfiguration,
} from './configuration/release-configuration.ts'
import type { Release } from './release.ts'
import type { SignOffState } from './sign-off/sign-off.ts'

export type VerdictKind = 'proceed' | 'hold' | 'rollback'

/** `done` only when the evidence plan is complete: `proceed` alone means "may continue". */
export type Phase = 'watching' | 'done' | 'rolled-back' | 'superseded'

/** After them nobody looks at the release any more. */
export const finalPhases: readonly Phase[] = ['done', 'superseded', 'rolled-back']

export type Severity = 'critical' | 'major' | 'minor'

export type FindingKind =
  /** more requests fail */
  | 'failure-rate'
  /** requests take longer */
  | 'latency'
  /** requests report success although something in them failed */
  | 'silent-failure'
  /** fewer requests arrive than before the release, or none of an operation */
  | 'missing-traffic'
  /** a call that its requests make otherwise is not made */
  | 'missing-call'
  /** a call is made several times where it was made once */
  | 'repeated-calls'
  /** memory, handles, a queue or a pool fill up, or go on growing */
  | 'saturation'

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
  /** What the two sides are: two versions at the same time (also where left out), or the time after and before. */
  comparison?: 'concurrent' | 'before-after'
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
  /** Another release that overlaps with this one and may be what is behind it; left out where none is. */
  attributedTo?: Attribution
  /** Changes of the configuration that came before it; left out where none is known. */
  precededBy?: PrecedingChange[]
}

/** Why a finding does not stop this release by itself. */
export interface Attribution {
  /** Id of the other release. */
  release: string
  service: string
  version: string
  /** `confounded`: which of the two it is cannot be told. */
  certainty: 'attributed' | 'confounded'
  /** One sentence with the numbers in it. */
  reasoning: string
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
  /** an input changed for candidate and baseline alike */
  | 'common-mode'
  /** an input changed that may not have been read yet */
  | 'latent-input'
  /** whether an input changed is not known */
  | 'unseen-input'
  /** the judge itself was never drilled, or failed its drill */
  | 'self-check'
  /** a path on which the split of the traffic separates nothing */
  | 'beyond-split'
  /** values that no service can have, such as requests that end before they begin */
  | 'unbelievable-data'
  /** what instances did before they were warm */
  | 'warm-up'
  /** work that runs at regular times has not run in the new version */
  | 'scheduled-work'
  /** what is not proven yet may be worse, and by how much */
  | 'not-excluded'

export interface BlindSpot {
  /** The same for the same kind and subject in every verdict on a release; in every verdict that is told. */
  id?: string
  kind: BlindSpotKind
  /** What cannot be seen there, without numbers; left out where the title without its numbers is that. */
  subject?: string
  title: string
  detail: string
  /** The smallest effect that would have been seen with 80 % probability, as a ratio. */
  minimumDetectableEffect?: number
  /** Of operations, or of the service: what is not excluded. */
  limits?: OpenLimit[]
  needs?: { failures?: number; requests?: number; until?: string }
}

export interface EvidenceRequirement {
  /** In every verdict that is told. */
  id?: string
  requirement: string
  state: 'met' | 'open'
  /** 0 to 1 */
  progress: number
  /** When it will be met at the current rate; absent where nobody can say. */
  eta?: string
  /** Of both sides together until it is met, if nothing is wrong: so many requests, or so many failures. */
  needs?: { requests: number; failures?: number }
  /** Where more traffic like that so far would not meet it; then there is no `eta`. */
  measured?: MeasuredWorse
  /** It also waits for a longer time before the release, which no more requests bring. */
  waitsForPast?: true
  /** `proceed` does not wait for it. */
  onlyForDone?: true
}

/** What was measured of a requirement, by which it is not met: chance so far, or a harm that is not confirmed yet. */
export interface MeasuredWorse {
  /** candidate / baseline of what the requirement is about; null where the baseline has none. */
  ratio: number | null
  /** Requests of both sides together until it is a finding, if it stays so; 0: it is one. Absent where nobody can say. */
  requestsToFinding?: number
}

/** Up to which rise something may be worse than the baseline's. */
export interface OpenLimit {
  /** An operation, or the service. */
  subject: string
  kind: 'failure-rate' | 'silent-failure' | 'latency'
  /** Rises of the rate up to so many times are not excluded; null: nothing is, or nobody has counted (`latency`). */
  ratio: number | null
}

/** The effect that is not excluded yet. */
export interface NotExcluded {
  /** What may have risen, of the claim that is furthest from proof: `failure rate of checkout`. */
  what: string
  /** Rises up to so many times are not excluded; null: nothing is, however large. */
  ratio: number | null
}

export interface TimeWindow {
  from: string
  to: string
}

/** The comparison of the time since the release began with the time before it, of all versions together. */
export interface HistoryComparison {
  /** The time before; where it is the same hour of earlier weeks, its latest part. */
  window: TimeWindow
  hourClass: 'same hour of the week' | 'same hour yesterday' | 'the time just before'
  /** Past stretches of time that were judged as if a release had begun in them. */
  replayedCuts: number
  /** The ratio of failure rates up to which a rise is not held against the release. */
  margin: number
  /** Enough cuts were replayed to measure the margin; else it is a cautious guess. */
  isCalibrated: boolean
}

export interface Comparison {
  /**
   * `before-after` and `blue-green` where no old version answers beside the new one: the requests before the release
   * take its place.
   */
  baselineKind: 'concurrent' | 'before-after' | 'blue-green' | 'none'
  /** Made beside the concurrent comparison too; null where there is no traffic before the release. */
  history?: HistoryComparison | null
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

/** How often the judge was wrong on the service's own past. */
export interface SelfCheck {
  /** When it was drilled; left out where it was not. */
  at?: string
  placebos: {
    runs: number
    alarms: number
    /** Of the rate of false alarms, with 95 % confidence. */
    interval?: { low: number; high: number }
    /** The rate that the judge promises to stay below. */
    promised?: number
    /** The interval of some kind of placebo lies above what is promised. */
    tooMany?: boolean
  }
  drills: {
    planted: number
    found: number
    /** As a ratio to the baseline. */
    smallestFound: number | null
    /** Planted regressions that the judge should find with 80 % probability, and how many of them it found. */
    detectable?: number
    foundDetectable?: number
    /** The smallest cohort in which something was found, as a share of the requests. */
    smallestCohort?: number | null
    medianSeconds?: number | null
    /** It finds fewer of the detectable ones than it should. */
    tooFew?: boolean
  }
  /** Where the whole run can be read: by kind, size and cohort. */
  curve?: string
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
  /** With every `hold`. */
  notExcluded?: NotExcluded
  /** Of the latest drill of the judge on the service's own past. Zeros mean that there was none yet. */
  selfCheck: SelfCheck
  comparison: Comparison
  /** What changed of the configuration; left out where no snapshot is attached to the release. */
  configuration?: ReleaseConfiguration
  /** The incident that the release is to fix; left out where it names none. `GET /api/releases/ID/incident` says whether it is over. */
  incident?: { id: string; match: string; resolvedAt: string | null }
  /** Who accepted what unseen; left out where nobody did. */
  signOff?: SignOffState
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
