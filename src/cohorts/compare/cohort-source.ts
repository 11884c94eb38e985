/**
 * Where the rows of a comparison come from: tables of the store, a file, or arrays in memory. A source is opened for one
 * comparison: it knows the two populations, what is bad, what is slow, and which rows belong to one unit.
 *
 * Each unit (user, session, trace) lies in one half, by its hash: `discovery` suggests cohorts, `confirmation` tests them.
 * The same hash puts it into one of 256 buckets, over which variances are taken: events of one unit are not independent.
 */
import type { Cohort } from '../cohort.ts'
import type { CohortTable } from '../cohort-table.ts'
import type { MixBalance } from '../mix-balance.ts'

export const bucketCount = 256

/**
 * - `share`: bad events of all events (failures; slower than the baseline's p50, p90, p99 of the same operation)
 * - `volume`: events of the candidate against events of the baseline; every event is "bad" on its side
 */
export type MeasureKind = 'share' | 'volume'

export interface SourceMeasure {
  /** `rate`, `slow p50`, `slow p90`, `slow p99`, `volume`, `actual` */
  name: string
  kind: MeasureKind
}

export interface SourceDescription {
  /** Events (weights summed) on each side, in both halves. */
  baseline: number
  candidate: number
  /** Rows that were read; fewer than events where rows are weighted. */
  rows: number
  measures: readonly SourceMeasure[]
  /** What a unit is, for people: `trace_id`, `user_id`, `row`. */
  unit: string
  /** What a row that can be looked up is, for people: `trace`, `row`. */
  exemplar: string
  /** Plain sentences about the data: what was left out, converted or sampled. */
  notes: readonly string[]
  /** Plain sentences: what the search will not see, although nobody asked to leave it out. */
  cut?: readonly string[]
}

/** Rows of the discovery half: all bad ones up to a bound, the others as a hashed sample; `table.weights` says which. */
export interface DiscoverySample {
  table: CohortTable
  /** One for each measure of the description, in its order; 255 = the row is not part of this measure's sample. */
  measures: readonly DiscoveryMeasure[]
  /** Plain sentences: which rows were sampled, one in how many. */
  notes: readonly string[]
}

export interface DiscoveryMeasure extends SourceMeasure {
  bad: Uint8Array
  /** Per row, where the measure's sample differs from the table's: how many events it stands for. */
  weights?: Float64Array
}

/** Weighted events. */
export interface SideCounts {
  bad: number
  total: number
}

/** One cohort under one measure. */
export interface CohortCounts {
  /** Both halves, every row, not balanced: what is printed. */
  baseline: SideCounts
  candidate: SideCounts
  /** The discovery half alone, not balanced: compared with what the search saw. */
  discovery: { baseline: SideCounts; candidate: SideCounts }
  /** The confirmation half: `bucketCount` numbers each. The baseline's are weighted by the mix balance. */
  confirmation: BucketCounts
  /**
   * At least so many different units have a bad event: buckets of either half with one, at most 512. Enough to tell many
   * units from few; `examine` says how many there are.
   */
  units: { baseline: number; candidate: number }
}

export interface BucketCounts {
  baselineBad: Float64Array
  baselineTotal: Float64Array
  candidateBad: Float64Array
  candidateTotal: Float64Array
}

export interface CountRequest {
  cohorts: readonly Cohort[]
  /** Names of measures; counts come back for each cohort and each of them. */
  measures: readonly string[]
  /** Of measures of shares. Volumes ask who is there at all: they are never balanced. */
  balance: MixBalance
}

/** A cohort under one measure. */
export interface CohortQuestion {
  cohort: Cohort
  measure: string
}

export interface ExaminedCohort {
  /** Up to three ids of bad rows on each side (any row where none is bad); the same ones each time. */
  exemplars: { baseline: string[]; candidate: string[] }
  /** Different units with bad events, both halves. */
  units: { baseline: number; candidate: number }
  /** By running the text of `predicate`, and nothing else of the search: an independent check. */
  counts: { baseline: SideCounts; candidate: SideCounts }
}

/** log-duration of a cohort's events, confirmation half: for the shift of latency. `bucketCount` numbers each. */
export interface DurationSums {
  baseline: { count: Float64Array; sum: Float64Array }
  candidate: { count: Float64Array; sum: Float64Array }
}

export interface CohortSource {
  /** Whether two questions at once take less time than one after the other. */
  isScannedTogether?: boolean
  /** @throws COMPARE_EMPTY_SIDE, COMPARE_SIDES_OVERLAP, COMPARE_COLUMN and what the engine throws */
  describe(signal?: AbortSignal): Promise<SourceDescription>
  sample(signal?: AbortSignal): Promise<DiscoverySample>
  /** Exact, over all rows: [cohort][measure]. At most 200 cohorts at a time. */
  count(request: CountRequest, signal?: AbortSignal): Promise<CohortCounts[][]>
  /** Per cohort; null where there are no durations. Of cohorts that were counted last, it is known already. */
  durations(cohorts: readonly Cohort[], signal?: AbortSignal): Promise<DurationSums[] | null>
  /** Of the rows that satisfy the texts of `predicate`. */
  examine(asked: readonly CohortQuestion[], signal?: AbortSignal): Promise<ExaminedCohort[]>
  /** The cohort as text that a person can run (SQL); null where the source has no language. */
  predicate(cohort: Cohort): string | null
  close(): Promise<void>
}
