/** The numbers behind a verdict. Every claim is made against a margin: a difference below it is nobody's business. */
export interface Policy {
  /** Probability of `rollback` on a release that harms nobody, over its whole watch. */
  alphaHarm: number
  /**
   * Share of `alphaHarm` that the comparison with the time before the release gets; what the shares leave is that of the
   * concurrent comparison of the service's own requests.
   */
  historyShare: number
  /** … that later parts of the watch get, each compared with what was before it. */
  lateShare: number
  /** … that the edges around the service get: its callers' view of it, and its calls to others. */
  edgesShare: number
  /** … that its metrics get: counters and histograms, saturation and slopes. */
  metricsShare: number
  /** Probability of claiming "not worse" where it is worse by the margin. */
  alphaSafe: number
  /** Coverage of the intervals that are shown is one minus this. */
  alphaInterval: number
  /** Failures (reported or silent): a ratio up to this is no harm. */
  harmFailureRatio: number
  /** Slow requests: odds of being slower than any bound, up to this ratio, are no harm. */
  harmLatencyOdds: number
  /** Slow requests of a cohort: share beyond the baseline's quantile, up to this ratio, is no harm. */
  harmSlowRatio: number
  /** `proceed` needs proof that failures of the service rose by less than this ratio … */
  safeFailureRatio: number
  /** … or by less than this share of all requests. */
  safeFailureDifference: number
  /** The same for one operation, which has less traffic. */
  safeOperationRatio: number
  safeOperationDifference: number
  /** `proceed` needs proof that the odds of a slow request rose by less than this ratio. */
  safeLatencyOdds: number
  /** Operations with at least this share of the baseline's traffic need proofs of their own. */
  requiredOperationShare: number
  /** A release is done only after this many hours of watching. */
  soakHours: number
}

export const defaultPolicy: Policy = {
  alphaHarm: 0.01,
  historyShare: 0.2,
  lateShare: 0.05,
  edgesShare: 0.1,
  metricsShare: 0.1,
  alphaSafe: 0.05,
  alphaInterval: 0.05,
  harmFailureRatio: 1.25,
  harmLatencyOdds: 1.5,
  harmSlowRatio: 2,
  safeFailureRatio: 2,
  safeFailureDifference: 0.005,
  safeOperationRatio: 3,
  safeOperationDifference: 0.02,
  safeLatencyOdds: 2,
  requiredOperationShare: 0.05,
  soakHours: 24,
}

/** The policy of the concurrent comparison by itself: with what the other kinds of evidence leave of the error budget. */
export function concurrentPolicy(policy: Policy): Policy {
  const { alphaHarm, historyShare, lateShare, edgesShare, metricsShare } = policy
  const others = historyShare + lateShare + edgesShare + metricsShare
  return { ...policy, alphaHarm: alphaHarm * (1 - others) }
}
