import type { BucketCounts, MeasureKind } from '../compare/cohort-source.ts'

/** One suggested cohort with its counts on the confirmation half. */
export interface Suggestion {
  kind: MeasureKind
  /** Suggestions of one measure share what "everything" is. */
  measure: string
  counts: BucketCounts
  /** Different units with bad events, both halves. */
  units: { baseline: number; candidate: number }
}

export interface EffectEstimate {
  /** `odds-ratio` for shares, `rate-ratio` for volumes: the candidate's over the baseline's, beyond the rest's. */
  kind: 'odds-ratio' | 'rate-ratio'
  value: number
  low: number
  high: number
}

export interface Confirmation {
  confirmed: boolean
  /** Of "no change beyond the rest's change"; one-sided for shares, two-sided for volumes. */
  p: number
  /** Smallest false discovery rate at which it would be confirmed (Benjamini-Yekutieli). */
  q: number
  effect: EffectEstimate
}

export interface ConfirmOptions {
  /** False discovery rate; default 0.05. */
  q?: number
  /** Different units with bad events that a finding needs; default 5. */
  minimumUnits?: number
}
