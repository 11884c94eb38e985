/** What a scan of all conjunctions is asked, and what it answers. */

/** What the scan needs to know of an attribute; a `CodedAttribute` has it. */
export interface ScanAttribute {
  /** Codes are 0 ("absent") to size - 1. */
  size: number
  /** Codes from 1 on are bins of a number: neighbours form intervals. */
  ordered: boolean
  /** Code of the values too rare to be reported, or -1. */
  other: number
  /** Nats that it costs to name one value, and one interval. */
  valueCost: number
  intervalCost: number
}

/** Codes `first` to `last` of an attribute (its index); one value where they are equal. */
export interface CodedCondition {
  attribute: number
  first: number
  last: number
}

/** A cell worth a closer look. */
export interface Contender {
  /** In ascending order of attributes; `[]` is everything. */
  conditions: readonly CodedCondition[]
  /** Evidence minus cost, in nats: `likelihoodGain` for shares, the G statistic of the split for volumes. */
  score: number
  /** Fit minus cost, in nats: the rest's change (volume: the split of everything) taken as known. The description with the highest is the one to report. */
  fit: number
  cost: number
  /** Rate towards which the baseline's rate is shrunk: the highest among the parents. Volume: share on the candidate. */
  prior: number
  /** Weighted rows by class. */
  counts: readonly [number, number, number, number]
}

export interface ScanSettings {
  kind: 'share' | 'volume'
  /** Most conditions, 1 to 6. */
  maxOrder: number
  /** Fewest weighted bad candidate rows of a cell; volume: fewest rows on the side that has more. */
  minimumBad: number
  /** Nats that every cell costs, for what is chosen before any condition. */
  baseCost: number
  /** Odds ratio expected of the rest where it says little itself: 1, or the parent's within a parent. */
  restRatio: number
  /** Whether "everything" is a cell (shares only). */
  root: boolean
  /** Indices of attributes that may not be named. */
  excluded: readonly number[]
  /** Nats of score and fit from which on a cell is looked at; default `leastScore` of description-cost.ts. */
  leastScore?: number
  /** Contenders kept of each order; default 200. */
  keep?: number
}

export interface ScanResult {
  /** Best fit first; the order is total, so it depends on nothing but the rows. */
  contenders: Contender[]
  /** Whether contenders that would pay for themselves were left out, for better ones of the same order. */
  crowded: boolean
  /** Conjunctions that were compared, those that support alone ruled out included. */
  cells: number
  /** Plain sentences: what was left out. Empty = complete. */
  cut: string[]
}
