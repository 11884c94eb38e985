import type { Store } from '../store/store.ts'

/** What a detector looks at: the requests that some versions of a service answered in a window of event time. */
export interface DetectorScope {
  store: Pick<Store, 'query' | 'attribute' | 'relation'>
  service: string
  environment: string
  /** Empty: all. */
  versions: readonly string[]
  /** ISO 8601; from <= time < to */
  from: string
  to: string
  /** SQL condition over `trace_id` that keeps a hashed share of the traces; `1` keeps all. */
  sample: string
}

/** One request that reported success although something in it failed. */
export interface SilentFailure {
  traceId: string
  /** The span of the service that failed silently, or the parent of the span that did. */
  spanId: string
  /** What failed, in a few words without identifiers, for example `POST /charges failed`. */
  reason: string
}

/** The answer of a detector. */
export interface Detection {
  failures: SilentFailure[]
  /** False where the limit was reached: the rest was not looked at. */
  complete: boolean
}

/**
 * One kind of silent failure: a sign in telemetry that something went wrong although the request says that it did not.
 * Its mere presence proves little; the judge compares how often it shows in the candidate and in the baseline.
 */
export interface Detector {
  id: string
  /** What is looked for, as a sentence. */
  description: string
  detect(scope: DetectorScope): Promise<Detection>
  /**
   * The same failures as a subquery of `trace_id` and `span_id`, without a limit, to be counted where they are stored; its
   * parameters are those of the scope by name.
   */
  spans(scope: Pick<DetectorScope, 'store' | 'sample'>): string
}
