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
  return nodeOf(
    space,
    [],
    space.starts,
    space.weights,
    space.columns.map((column, axis) => {
      const { size, kind, unnamed } = space.axes[axis]!
      const original = Uint8Array.from({ length: size }, (_, code) => code)
      return { axis, number: kind === 'number', codes: column.slice(), size, original, unnamed }
    }),
  )
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

/** The rows with one code of a lane; later lanes only. */
export function childNode(
  space: ScanSpace,
  node: ScanNode,
  index: number,
  code: number,
  { order, offsets }: Split,
): ScanNode {
  const lane = node.lanes[index]!
  const from = offsets[code * 4]!
  const starts = [0, 1, 2, 3, 4].map((k) => offsets[code * 4 + k]! - from)
  const rows = starts[4]!
  const gather = (codes: Uint8Array): Uint8Array => {
    const column = new Uint8Array(rows)
    for (let row = 0; row < rows; row++) column[row] = codes[order[from + row]!]!
    return column
  }
  let weights: Float64Array | null = null
  if (node.weights !== null) {
    weights = new Float64Array(rows)
    for (let row = 0; row < rows; row++) weights[row] = node.weights[order[from + row]!]!
  }
  const value = lane.original[code]!
  return nodeOf(
    space,
    [...node.prefix, { axis: lane.axis, first: value, last: value }],
    starts,
    weights,
    node.lanes
      .slice(index + 1)
      .map((later) => ({ ...later, codes: gather(later.codes), unnamed: later.number ? -1 : 0 })),
  )
}

/** Drops the lanes, and joins the codes, that no supported cell can name. `codes` are overwritten. */
function nodeOf(
  space: ScanSpace,
  prefix: readonly AxisRange[],
  starts: readonly number[],
  weights: Float64Array | null,
  candidates: readonly (Lane & { unnamed: number })[],
): ScanNode {
  const lanes: Lane[] = []
  for (const lane of candidates) {
    const kept = lane.number ? supportedNumber : supportedValues
    const found = kept(space, starts, weights, lane)
    if (found !== null) lanes.push(found)
  }
  const counts = [0, 1, 2, 3].map((k) => weightOf(space, starts, weights, k))
  return { prefix, starts, counts, weights, lanes }
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

/** Weighted rows of one class by code. */
function codeCounts(
  { uniform }: ScanSpace,
  starts: readonly number[],
  weights: Float64Array | null,
  { codes, size }: Lane,
  k: number,
): Float64Array {
  const counts = new Float64Array(size)
  const weight = uniform[k]!
  if (Number.isNaN(weight) && weights !== null) {
    for (let row = starts[k]!; row < starts[k + 1]!; row++) counts[codes[row]!]! += weights[row]!
  } else {
    for (let row = starts[k]!; row < starts[k + 1]!; row++) counts[codes[row]!]! += 1
    for (let code = 0; code < size; code++) counts[code]! *= weight
  }
  return counts
}

/** By code: the weight that has to reach the minimum. */
function support(
  space: ScanSpace,
  starts: readonly number[],
  weights: Float64Array | null,
  lane: Lane,
): Float64Array {
  const bad = codeCounts(space, starts, weights, lane, candidateBad)
  if (space.kind === 'share') return bad
  const base = codeCounts(space, starts, weights, lane, baselineBad)
  return bad.map((count, code) => Math.max(count, base[code]!))
}

function supportedNumber(
  space: ScanSpace,
  starts: readonly number[],
  weights: Float64Array | null,
  lane: Lane,
): Lane | null {
  const bad = support(space, starts, weights, lane)
  let sum = 0
  for (let code = 1; code < lane.size; code++) sum += bad[code]!
  return sum >= space.minimumBad ? lane : null
}

/** Null where no value has enough rows, or one has all of them: then it says nothing here. */
function supportedValues(
  space: ScanSpace,
  starts: readonly number[],
  weights: Float64Array | null,
  lane: Lane & { unnamed: number },
): Lane | null {
  const { codes, size, original, unnamed } = lane
  const rows = starts[4]!
  const bad = support(space, starts, weights, lane)
  const recoded = new Uint8Array(size)
  const kept = [0]
  for (let code = 0; code < size; code++) {
    if (code === unnamed || bad[code]! < space.minimumBad) continue
    recoded[code] = kept.length
    kept.push(original[code]!)
  }
  if (kept.length === 1) return null
  let same = 1
  while (same < rows && codes[same] === codes[0]) same += 1
  if (same >= rows) return null
  for (let row = 0; row < rows; row++) codes[row] = recoded[codes[row]!]!
  return { ...lane, size: kept.length, original: Uint8Array.from(kept) }
}
