/** The answer of a comparison: what `aftergreen compare --json` and `POST /api/compare` give. */
import type { Cohort } from '../cohort.ts'
import type { SideCounts } from './cohort-source.ts'

export interface Comparison {
  /** Nothing was cut, and nobody stopped it. */
  complete: boolean
  searched: {
    rows: number
    baselineRows: number
    candidateRows: number
    attributes: number
    maxOrder: number
    /** Cells and intervals compared. */
    cells: number
    /** Plain sentences. */
    cut: string[]
  }
  seconds: number
  /** The change of everything, for the first measure; `globals` has all of them. */
  global: GlobalChange
  globals: GlobalChange[]
  /** Best first. */
  findings: Finding[]
  mixShift: MixShift[]
  power: Power
  /** Plain sentences. */
  notes: string[]
}

export interface GlobalChange {
  measure: string
  baseline: SideCounts
  candidate: SideCounts
  /** Candidate's rate over the baseline's, with its 95 % interval. */
  ratio: number
  low: number
  high: number
}

export interface Finding {
  rank: number
  measure: string
  cohort: Cohort
  /** The cohort in words. */
  text: string
  baseline: SideCounts
  candidate: SideCounts
  effect: {
    kind: 'odds-ratio' | 'rate-ratio'
    value: number
    low: number
    high: number
  }
  /** Latency: how many times as long the cohort's events take, beyond the rest's change. */
  slowdown?: { value: number; low: number; high: number }
  /** Bad events of the candidate beyond what its baseline and the rest's change explain; events for volumes. */
  excess: number
  /** Of the excess of everything; 0 to 1. Null where there is no excess overall. */
  shareOfExcess: number | null
  q: number
  /** Different units with bad events on the candidate; for volumes, with events on the side that has more of them. */
  units: number
  /** Attributes that say the same as one of the cohort's. */
  aliases: string[]
  alternatives: { cohort: Cohort; text: string }[]
  exemplars: { baseline: string[]; candidate: string[] }
  /** SQL, null where the source has none. */
  predicate: string | null
}

/** A kind of traffic that grew or shrank, and what that alone does to the overall rate. */
export interface MixShift {
  measure: string
  cohort: Cohort
  text: string
  /** Of all events of the side; 0 to 1. */
  baselineShare: number
  candidateShare: number
  /** Of the baseline: bad share inside and outside. */
  baselineRate: number
  restRate: number
  /** By how much the overall rate moves by the shift alone (0.01 = one point). */
  effectOnRate: number
}

/** What a search that found nothing would have found nine times in ten. */
export interface Power {
  /** Share of the traffic of the smallest cohort that fails ten times as often as everything does. */
  smallestShare: number | null
  /** Odds ratio of the smallest effect in a cohort of one per cent of the traffic. */
  smallestEffect: number | null
}

/** What is compared, beside the populations that the source knows. */
export interface CompareRequest {
  /** 1 to 6; default 3. */
  maxOrder?: number
  /** Patterns of attributes to leave out. */
  ignore?: readonly string[]
  /** Patterns of attributes that the deny list must not touch. */
  allow?: readonly string[]
  /** Whether names that stand for outcomes and plumbing are left out (`denied-attributes.ts`); default true. */
  deny?: boolean
  /** Most findings; default 20. */
  maxFindings?: number
  /** False discovery rate; default 0.05. */
  q?: number
}

export interface CompareProgress {
  stage: 'reading' | 'searching' | 'counting' | 'explaining'
  /** 0 to 1 within the stage. */
  done: number
}
