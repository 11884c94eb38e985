/** What a drill of the judge on a service's own past is asked for, and what it shows. */
import type { Cohort } from '../../cohorts/cohort.ts'

/** Which comparison a cut of the past without a release was put to, and how it was divided for it. */
export const placeboKinds = ['split', 'instances', 'edges', 'metrics', 'time', 'late'] as const
export type PlaceboKind =
  /** the service's own requests: sessions, users or traces divided by chance */
  | 'split'
  /** … whole instances (pods) divided by chance */
  | 'instances'
  /** the edges around the service, in the divisions of both kinds (traces or instances) */
  | 'edges'
  /** its metrics, where instances were divided */
  | 'metrics'
  /** before and after a moment */
  | 'time'
  /** later parts of a watch against the time before them */
  | 'late'

export type PlantKind = 'failures' | 'delay'

/** Parts of the evidence beside the service's own requests. */
export type PartName = 'edges' | 'metrics' | 'time' | 'late'

/** A judge that is spoiled on purpose: the drill must notice. */
export const plantedBugs = ['alpha', 'units', 'deaf'] as const
export type PlantedBug = (typeof plantedBugs)[number]

export interface DrillRequest {
  /** Left out: all that have traffic. */
  service?: string
  /** Left out: all of the service's. */
  environment?: string
  /** ms since 1970 */
  since: number
  placebos: number
  planted: number
  seed: number
  bug?: PlantedBug
}

/** Interval (Clopper-Pearson) of a share, with 95 % confidence; of the kinds of placebos, for all of them together. */
export interface ShareInterval {
  low: number
  high: number
}

/** Placebos of one kind, or all of them. */
export interface PlaceboFigures {
  runs: number
  alarms: number
  /** Of the false-alarm rate; 0 to 1 where nothing was run. */
  interval: ShareInterval
  /** The rate that the judge promises to stay below. */
  promised: number
  /** The whole interval lies above what is promised. */
  tooMany: boolean
}

/** A placebo in which a comparison said `rollback`. */
export interface PlaceboAlarm {
  kind: PlaceboKind
  /** Several comparisons of one placebo may alarm: its number. */
  placebo: number
  from: string
  to: string
  candidateShare: number
  /** Seconds from the start of the cut to the look that said so. */
  seconds: number
  /** What it claimed to have found. */
  claims: string[]
}

/** A regression that was added to a copy of past requests. */
export interface PlantedRegression {
  kind: PlantKind
  cohort: Cohort
  /** Share of the requests that belong to the cohort. */
  share: number
  /** `failures`: share of the cohort's requests that were made to fail; `delay`: factor on their durations. */
  effect: number
  /** The same as a ratio to the baseline: of failure rates, of durations. */
  ratio: number
  candidateShare: number
  /** Bad requests that it adds to the candidate. */
  expectedBad: number
  /** The smallest ratio that the judge should find with 80 % probability at this traffic; null: none. */
  detectableRatio: number | null
  found: boolean
  /** From the start of the fault to the look that found it. */
  seconds: number | null
}

/** Planted regressions of about one size. */
export interface CurveCell {
  kind: PlantKind
  effect: number
  /** The cohorts' share of the requests, about. */
  share: number
  planted: number
  found: number
  /** Of the planted ones: those that the judge should find with 80 % probability. */
  detectable: number
  medianSeconds: number | null
}

/** A regression that was added to a copy of what a part of the evidence is about. */
export interface PartPlant {
  part: PartName
  /** `half of the calls fail` */
  what: string
  /** `POST /charges` */
  subject: string
  candidateShare: number
  /** The judge should find it with 80 % probability. */
  isDetectable: boolean
  /** A finding is about it. */
  found: boolean
  /** From the start of the cut, or of a late fault, to the look that found it. */
  seconds: number | null
}

/** How many planted regressions were found. */
export interface FoundFigures {
  planted: number
  found: number
  /** Those that the judge should find with 80 % probability, and how many of them it found. */
  detectable: number
  foundDetectable: number
  /** Of the found of the detectable; the intervals of all parts hold together. */
  interval: ShareInterval
  /** The whole interval lies below 80 %; for all together, or that of a part. */
  tooFew: boolean
}

/** Planted regressions of one part. */
export interface PartFigures extends FoundFigures {
  part: PartName
  rows: {
    what: string
    planted: number
    found: number
    detectable: number
    medianSeconds: number | null
  }[]
}

/** What releases of this service are judged by and placebos are not. */
export interface NotCovered {
  kind: PlaceboKind
  why: string
}

/** One drill of one service in one environment. */
export interface SelfCheckRun {
  service: string
  environment: string
  /** ISO 8601 */
  at: string
  /** The past that was cut. */
  from: string
  to: string
  seed: number
  origin: 'daily' | 'asked'
  bug?: PlantedBug
  /** False where it was stopped. */
  complete: boolean
  /** What could not be drilled, in sentences. */
  gaps: string[]
  /** Absent in runs that knew the service's own requests and the time before alone. */
  notCovered?: NotCovered[]
  cuts: { count: number; seconds: number; requests: number }
  placebos: PlaceboFigures & {
    kinds: Partial<Record<PlaceboKind, PlaceboFigures>>
    alarmed: PlaceboAlarm[]
    /** What was claimed in false alarms, most often first. */
    claims: { claim: string; alarms: number }[]
  }
  drills: FoundFigures & {
    /** Regressions of parts beside the service's own requests, not among the numbers above; see `notCovered`. */
    parts?: PartFigures[]
    /** The smallest ratio that was found. */
    smallestFound: number | null
    /** The smallest cohort in which something was found, as a share of the requests. */
    smallestCohort: number | null
    medianSeconds: number | null
    curve: CurveCell[]
    plants: PlantedRegression[]
  }
}

export interface DrillProgress {
  service: string
  environment: string
  done: number
  of: number
}

/** What happens during a drill. */
export type DrillEvent = { progress: DrillProgress } | { run: SelfCheckRun }

export interface DrillReport {
  runs: SelfCheckRun[]
  /** Services that have too little past, with the reason. */
  skipped: { service: string; environment: string; why: string }[]
  complete: boolean
}
