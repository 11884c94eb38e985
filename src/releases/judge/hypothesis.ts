import type { Cohort } from '../../cohorts/cohort.ts'
import type { Finding, FindingKind } from '../verdict.ts'

/** What two versions at the same time can be compared by. */
export type HarmKind = Extract<FindingKind, 'failure-rate' | 'latency' | 'silent-failure'>

/** Duration in ms beyond which a request of an operation counts as slow. */
export type SlowBounds = Record<string, number>

/**
 * A claim of harm that is put to the test: "in this cohort, the candidate is worse than the baseline by more than the
 * margin". Its share of the error budget is fixed when it is first put to the test and never changes.
 */
export interface Hypothesis {
  /** Stable name of the claim. */
  id: string
  kind: HarmKind
  cohort: Cohort
  /**
   * - `buckets`: durations, by histogram buckets; fixed claims about an operation
   * - `slow`: durations, by the share of requests beyond `slowBounds`; claims about a cohort
   * - `bad`: failures, reported or silent
   */
  test: 'buckets' | 'slow' | 'bad'
  /** With `slow`: the bounds, learned from the baseline of the discovery half when the claim was first made. */
  slowBounds?: SlowBounds
  /**
   * `fixed`: known before any traffic was seen, judged on all units.
   * `discovered`: suggested by the discovery half, judged on the confirmation half alone.
   */
  origin: 'fixed' | 'discovered'
  /** Share of the error budget; all weights of a release sum to at most 1. */
  weight: number
}

/** What the judge remembers of a release between looks. */
export interface WatchState {
  hypotheses: Hypothesis[]
  looks: number
  /** By finding id: the evaluation that showed it first. */
  firstSeen: Record<string, string>
  /** When the evidence of harm crossed its bound; from then on the verdict stays `rollback`. */
  alarmedAt: string | null
  /** What the comparison with the time before the release rolled back for; it stays, however much is seen later. */
  historyAlarm?: Finding[]
  /** Requirements that were proven against the time before the release; they stay proven. */
  historyProven?: string[]
  /** The last search for cohorts. */
  search?: LastSearch
  /** What tells instances apart for their warm-up, once that is settled: attributes; null, the versions. */
  warmUpBy?: string | null
  /** What each part of the evidence remembers, by its name. */
  parts?: Record<string, PartMemory>
}

export interface LastSearch {
  /** Units that were searched. */
  units: number
  /** End of their window, milliseconds since the epoch. */
  to: number
  /** What was covered. */
  summary: { attributes: number; cells: number; cut: string[] }
}

/** What a part of the evidence remembers of a release between looks. */
export interface PartMemory {
  /** What it rolled back for; it stays, however much is seen later. */
  alarm?: Finding[]
  /** Requirements that it has proven; they stay proven. */
  proven?: string[]
  /** Claims that were suggested by the data, with their shares of the error budget. */
  claims?: { id: string; weight: number }[]
}

export function newWatchState(): WatchState {
  return { hypotheses: [], looks: 0, firstSeen: {}, alarmedAt: null }
}
