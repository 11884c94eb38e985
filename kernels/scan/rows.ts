/** The rows of a node and the lanes (attributes) that can be named in it, as they lie in memory. */

@unmanaged
export class Lane {
  axis: i32
  isNumber: i32
  /** Codes are 0 to size - 1. */
  size: i32
  /** Groups of a number's bins; 0 = not yet made. */
  groups: i32
  /** u8 per row. */
  codes: usize
  /** u8 per code: the axis' code. */
  original: usize
  /** u8 per row: the group of its bin, 0 = absent. */
  coarse: usize
  /** i32 per group and one more: the last bin of each. */
  edges: usize
  /** Nats of one condition on it. */
  cost: f64
}

@unmanaged
export class Rows {
  /** Lanes, one after the other; those of numbers last. */
  lanes: usize
  count: i32
  /** Conditions before. */
  depth: i32
  /** Rows of class k are those from s(k) to s(k + 1). */
  s0: i32
  s1: i32
  s2: i32
  s3: i32
  s4: i32
  /** f64 per row, or 0. */
  weights: usize
  /** Four codes a word, of four neighbouring lanes; the last four first. 0 = not yet made. */
  packs: usize
  /** Weighted rows by class. */
  c0: f64
  c1: f64
  c2: f64
  c3: f64
  /** Nats of the conditions before. */
  cost: f64
  /** Most nats that one bad row of a part can gain. */
  each: f64
}

export function laneOf(rows: Rows, index: i32): Lane {
  return changetype<Lane>(rows.lanes + <usize>index * offsetof<Lane>())
}

/** Where class k starts. */
export function startOf(rows: Rows, k: i32): i32 {
  return load<i32>(changetype<usize>(rows) + ((<usize>k) << 2), offsetof<Rows>('s0'))
}
