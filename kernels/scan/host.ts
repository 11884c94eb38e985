/** What the host does for the scan. */

/** The host's own logarithm, so that both ways of scanning give the same bits. */
export declare function log(x: f64): f64

/**
 * A cell that may pay for its description: a condition on each of two axes (codes first to last), in addition to those that
 * the node has; what it costs, and its weighted rows by class.
 */
export declare function judge(
  axis: i32,
  first: i32,
  last: i32,
  otherAxis: i32,
  otherFirst: i32,
  otherLast: i32,
  cost: f64,
  b0: f64,
  b1: f64,
  c0: f64,
  c1: f64,
): void
