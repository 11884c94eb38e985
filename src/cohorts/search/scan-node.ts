/** The rows under a prefix of conditions, compact, with only those values that can still be part of a cell. */
import { candidateBad, baselineBad } from '../cell-counts.ts'
import type { ScanSpace } from './scan-space.ts'

/** One condition: codes `first` to `last` of an axis (its index). */
export interface AxisRange {
  axis: number
  first: number
  last: number
}

export interface ScanNode {
  prefix: readonly AxisRange[]
  /** Rows of class c are those from `starts[c]` to `starts[c + 1]`. */
  starts: readonly number[]
  /** Weighted rows by class. */
  counts: readonly number[]
  weights: Float64Array | null
  /** The axes that can be named next, ascending. */
  lanes: readonly Lane[]
}

export interface Lane {
  axis: number
  number: boolean
  /** Per row; numbers: the bins; else code 0 is whatever may not be named here. */
  codes: Uint8Array
  size: number
  /** The axis' code of each code. */
  original: Uint8Array
}

/** All rows. */
export function rootNode(space: ScanSpace): ScanNode {
  const { starts, weights } = space
  const lanes: Lane[] = []
  const rows = Uint32Array.from({ length: starts[4]! }, (_, row) => row)
  for (const [axis, codes] of space.columns.entries()) {
    const { size, kind, unnamed } = space.axes[axis]!
    const original = Uint8Array.from({ length: size }, (_, code) => code)
    const lane = { axis, number: kind === 'number', codes, size, original }
    const kept = keptLane(space, lane, unnamed, rows, starts, weights)
    if (kept !== null) lanes.push(kept)
  }
  return { prefix: [], starts, counts: classWeights(space, starts, weights), weights, lanes }
}

/** Row numbers of a node by code of one of its lanes: those of (code, class) from `offsets[code * 4 + class]`. */
export interface Split {
  order: Uint32Array
  offsets: Uint32Array
}

export function splitNode(node: ScanNode, lane: Lane): Split {
  const { codes, size } = lane
  const offsets = new Uint32Array(size * 4 + 1)
  for (let k = 0; k < 4; k++) {
    for (let row = node.starts[k]!; row < node.starts[k + 1]!; row++) {
      offsets[codes[row]! * 4 + k + 1]! += 1
    }
  }
  for (let at = 0; at < size * 4; at++) offsets[at + 1]! += offsets[at]!
  const next = offsets.slice()
  const order = new Uint32Array(node.starts[4]!)
  for (let k = 0; k < 4; k++) {
    for (let row = node.starts[k]!; row < node.starts[k + 1]!; row++) {
      order[next[codes[row]! * 4 + k]!++] = row
    }
  }
  return { order, offsets }
}

/** The rows with one code of a lane; later lanes only, without those that no supported cell can name. */
export function childNode(
  space: ScanSpace,
  node: ScanNode,
  index: number,
  code: number,
  { order, offsets }: Split,
): ScanNode {
  const { axis, original } = node.lanes[index]!
  const from = offsets[code * 4]!
  const starts = [0, 1, 2, 3, 4].map((k) => offsets[code * 4 + k]! - from)
  const rows = order.subarray(from, from + starts[4]!)
  const weights = node.weights === null ? null : gatherNumbers(node.weights, rows)
  const value = original[code]!
  const lanes: Lane[] = []
  for (let later = index + 1; later < node.lanes.length; later++) {
    const lane = node.lanes[later]!
    const kept = keptLane(space, lane, lane.number ? -1 : 0, rows, starts, weights)
    if (kept !== null) lanes.push(kept)
  }
  return {
    prefix: [...node.prefix, { axis, first: value, last: value }],
    starts,
    counts: classWeights(space, starts, weights),
    weights,
    lanes,
  }
}

/**
 * The lane for some rows of it; null where no supported cell can name it, or one value has all rows: then it says nothing
 * here. Values without enough rows become code 0. Support is counted before anything is copied.
 *
 * @param rows row numbers in the lane, by class from `starts`
 * @param unnamed code that may not be named, or -1
 */
function keptLane(
  space: ScanSpace,
  lane: Lane,
  unnamed: number,
  rows: Uint32Array,
  starts: readonly number[],
  weights: Float64Array | null,
): Lane | null {
  const bad = support(space, lane, rows, starts, weights)
  if (lane.number) {
    let sum = 0
    for (let code = 1; code < lane.size; code++) sum += bad[code]!
    return sum >= space.minimumBad ? { ...lane, codes: gather(lane.codes, rows) } : null
  }
  const recode = new Uint8Array(lane.size)
  const original = new Uint8Array(lane.size + 1)
  let size = 1
  for (let code = 0; code < lane.size; code++) {
    if (code === unnamed || bad[code]! < space.minimumBad) continue
    original[size] = lane.original[code]!
    recode[code] = size
    size += 1
  }
  if (size === 1 || isConstant(lane.codes, rows)) return null
  const codes = gatherRecoded(lane.codes, rows, recode)
  return { ...lane, codes, size, original: original.slice(0, size) }
}

function gather(codes: Uint8Array, rows: Uint32Array): Uint8Array {
  const column = new Uint8Array(rows.length)
  for (let at = 0; at < rows.length; at++) column[at] = codes[rows[at]!]!
  return column
}

function gatherRecoded(codes: Uint8Array, rows: Uint32Array, recode: Uint8Array): Uint8Array {
  const column = new Uint8Array(rows.length)
  for (let at = 0; at < rows.length; at++) column[at] = recode[codes[rows[at]!]!]!
  return column
}

function gatherNumbers(numbers: Float64Array, rows: Uint32Array): Float64Array {
  const column = new Float64Array(rows.length)
  for (let at = 0; at < rows.length; at++) column[at] = numbers[rows[at]!]!
  return column
}

function isConstant(codes: Uint8Array, rows: Uint32Array): boolean {
  const first = codes[rows[0]!]
  for (let at = 1; at < rows.length; at++) if (codes[rows[at]!] !== first) return false
  return true
}

function classWeights(
  space: ScanSpace,
  starts: readonly number[],
  weights: Float64Array | null,
): number[] {
  return [0, 1, 2, 3].map((k) => weightOf(space, starts, weights, k))
}

function weightOf(
  { uniform }: ScanSpace,
  starts: readonly number[],
  weights: Float64Array | null,
  k: number,
): number {
  const weight = uniform[k]!
  if (!Number.isNaN(weight) || weights === null) return weight * (starts[k + 1]! - starts[k]!)
  let sum = 0
  for (let row = starts[k]!; row < starts[k + 1]!; row++) sum += weights[row]!
  return sum
}

/** By code: the weight that has to reach the minimum. */
function support(
  space: ScanSpace,
  lane: Lane,
  rows: Uint32Array,
  starts: readonly number[],
  weights: Float64Array | null,
): Float64Array {
  const bad = codeCounts(space, lane, rows, starts, weights, candidateBad)
  if (space.kind === 'share') return bad
  const base = codeCounts(space, lane, rows, starts, weights, baselineBad)
  for (let code = 0; code < bad.length; code++) bad[code] = Math.max(bad[code]!, base[code]!)
  return bad
}

/** Weighted rows of one class by code. */
function codeCounts(
  { uniform }: ScanSpace,
  { codes, size }: Lane,
  rows: Uint32Array,
  starts: readonly number[],
  weights: Float64Array | null,
  k: number,
): Float64Array {
  const counts = new Float64Array(size)
  const weight = uniform[k]!
  const [from, to] = [starts[k]!, starts[k + 1]!]
  if (Number.isNaN(weight) && weights !== null) {
    for (let at = from; at < to; at++) counts[codes[rows[at]!]!]! += weights[at]!
  } else {
    for (let at = from; at < to; at++) counts[codes[rows[at]!]!]! += 1
    for (let code = 0; code < size; code++) counts[code]! *= weight
  }
  return counts
}
