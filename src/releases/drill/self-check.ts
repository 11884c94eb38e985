/** What a drill of the judge on a service's own past is asked for, and what it shows. */
import type { Cohort } from '../../cohorts/cohort.ts'

/** How a cut of the past without a release was divided. */
export type PlaceboKind =
  /** sessions, users or traces by chance */
  | 'split'
  /** whole instances (pods) by chance */
  | 'instances'
  /** before and after a moment */
  | 'time'

export type PlantKind = 'failures' | 'delay'

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

/** A placebo in which the judge said `rollback`. */
export interface PlaceboAlarm {
  kind: PlaceboKind
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
  cuts: { count: number; seconds: number; requests: number }
  placebos: PlaceboFigures & {
    kinds: Partial<Record<PlaceboKind, PlaceboFigures>>
    alarmed: PlaceboAlarm[]
    /** What was claimed in false alarms, most often first. */
    claims: { claim: string; alarms: number }[]
  }
  drills: {
    planted: number
    found: number
    /** Those that the judge should find with 80 % probability, and how many of them it found. */
    detectable: number
    foundDetectable: number
    /** Of the found of the detectable. */
    interval: ShareInterval
    /** The whole interval lies below 80 %. */
    tooFew: boolean
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
