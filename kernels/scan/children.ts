/** The rows of a node with one code of a lane, as src/cohorts/search/scan-node.ts has them. */
import { alloc } from './memory'
import { laneOf, Lane, Rows, startOf } from './rows'
import { mostPerBad, withCondition } from './score'
import { isUneven, minimumBad, worthOf } from './settings'

/** Row numbers of a node by code and class of a lane, u32; where each begins, u32 by code * 4 + class. */
let splitOrder: usize = 0
let splitOffsets: usize = 0
/** f64 and u8 by code. */
const support: usize = memory.data(256 * 8, 8)
const recode: usize = memory.data(256)

/** Takes memory that lasts until the next split. */
export function splitRows(rows: Rows, lane: Lane): void {
  const size = lane.size
  const codes = lane.codes
  const cells = <usize>size * 4
  splitOffsets = alloc((cells + 1) * 4)
  const next = alloc((cells + 1) * 4)
  splitOrder = alloc(<usize>rows.s4 * 4)
  memory.fill(splitOffsets, 0, (cells + 1) * 4)
  for (let k = 0; k < 4; k++) {
    const end = startOf(rows, k + 1)
    for (let row = startOf(rows, k); row < end; row++) {
      const at = splitOffsets + ((<usize>load<u8>(codes + row) * 4 + k + 1) << 2)
      store<u32>(at, load<u32>(at) + 1)
    }
  }
  for (let at: usize = 0; at < cells; at++) {
    const to = splitOffsets + ((at + 1) << 2)
    store<u32>(to, load<u32>(to) + load<u32>(to - 4))
  }
  memory.copy(next, splitOffsets, (cells + 1) * 4)
  for (let k = 0; k < 4; k++) {
    const end = startOf(rows, k + 1)
    for (let row = startOf(rows, k); row < end; row++) {
      const at = next + ((<usize>load<u8>(codes + row) * 4 + k) << 2)
      const place = load<u32>(at)
      store<u32>(at, place + 1)
      store<u32>(splitOrder + ((<usize>place) << 2), row)
    }
  }
}

/** The rows with one code of the lane that was split; later lanes only, without values that have too few bad rows. */
export function childOf(rows: Rows, index: i32, code: i32): Rows {
  const child = changetype<Rows>(alloc(offsetof<Rows>()))
  const from = load<u32>(splitOffsets + ((<usize>code) << 4))
  const order = splitOrder + ((<usize>from) << 2)
  for (let k = 0; k <= 4; k++) {
    const start = load<u32>(splitOffsets + ((<usize>code * 4 + k) << 2)) - from
    store<i32>(changetype<usize>(child) + ((<usize>k) << 2), start, offsetof<Rows>('s0'))
  }
  const size = child.s4
  child.weights = 0
  if (rows.weights !== 0) {
    child.weights = alloc(<usize>size * 8)
    for (let at = 0; at < size; at++) {
      const row = <usize>load<u32>(order + ((<usize>at) << 2))
      store<f64>(child.weights + ((<usize>at) << 3), load<f64>(rows.weights + (row << 3)))
    }
  }
  const later = rows.count - index - 1
  child.lanes = alloc(<usize>later * offsetof<Lane>())
  child.count = 0
  for (let next = index + 1; next < rows.count; next++) keepLane(child, laneOf(rows, next), order)
  child.depth = rows.depth + 1
  child.packs = 0
  child.cost = withCondition(rows.cost, rows.depth, laneOf(rows, index).cost)
  weigh(child)
  return child
}

/** Weighted rows by class, and what follows from them. */
export function weigh(rows: Rows): void {
  rows.c0 = weightOf(rows, 0)
  rows.c1 = weightOf(rows, 1)
  rows.c2 = weightOf(rows, 2)
  rows.c3 = weightOf(rows, 3)
  rows.each = mostPerBad(rows.c0, rows.c1)
}

function weightOf(rows: Rows, k: i32): f64 {
  const from = startOf(rows, k)
  const to = startOf(rows, k + 1)
  if (!isUneven(k)) return worthOf(k) * <f64>(to - from)
  let sum: f64 = 0
  for (let row = from; row < to; row++) sum += load<f64>(rows.weights + ((<usize>row) << 3))
  return sum
}

/** Adds the lane for these rows, unless no supported cell can name it or one value has all rows. */
function keepLane(child: Rows, lane: Lane, order: usize): void {
  const size = lane.size
  countBad(child, lane, order)
  const rows = child.s4
  if (lane.isNumber !== 0) {
    let sum: f64 = 0
    for (let code = 1; code < size; code++) sum += load<f64>(support + ((<usize>code) << 3))
    if (!(sum >= minimumBad)) return
    const kept = added(child, lane)
    const to = kept.codes
    const from = lane.codes
    for (let at = 0; at < rows; at++) {
      store<u8>(to + at, load<u8>(from + load<u32>(order + ((<usize>at) << 2))))
    }
    return
  }
  memory.fill(recode, 0, 256)
  let kept = 1
  for (let code = 1; code < size; code++) {
    if (load<f64>(support + ((<usize>code) << 3)) < minimumBad) continue
    store<u8>(recode + code, <u8>kept)
    kept += 1
  }
  if (kept === 1 || isConstant(lane, order, rows)) return
  const other = added(child, lane)
  other.size = kept
  other.original = alloc(kept)
  store<u8>(other.original, 0)
  for (let code = 1; code < size; code++) {
    const to = load<u8>(recode + code)
    if (to > 0) store<u8>(other.original + to, load<u8>(lane.original + code))
  }
  const to = other.codes
  const from = lane.codes
  for (let at = 0; at < rows; at++) {
    const code = load<u8>(from + load<u32>(order + ((<usize>at) << 2)))
    store<u8>(to + at, load<u8>(recode + code))
  }
}

function added(child: Rows, lane: Lane): Lane {
  const kept = laneOf(child, child.count)
  child.count += 1
  memory.copy(changetype<usize>(kept), changetype<usize>(lane), offsetof<Lane>())
  kept.codes = alloc(child.s4)
  kept.groups = 0
  return kept
}

/** Weighted bad rows of the candidate by code. */
function countBad(child: Rows, lane: Lane, order: usize): void {
  const codes = lane.codes
  memory.fill(support, 0, (<usize>lane.size) << 3)
  const uneven = isUneven(3)
  for (let at = child.s3; at < child.s4; at++) {
    const code = <usize>load<u8>(codes + load<u32>(order + ((<usize>at) << 2)))
    const to = support + (code << 3)
    const weight = uneven ? load<f64>(child.weights + ((<usize>at) << 3)) : 1
    store<f64>(to, load<f64>(to) + weight)
  }
  if (uneven) return
  for (let code = 0; code < lane.size; code++) {
    const to = support + ((<usize>code) << 3)
    store<f64>(to, load<f64>(to) * worthOf(3))
  }
}

function isConstant(lane: Lane, order: usize, rows: i32): bool {
  const codes = lane.codes
  const first = load<u8>(codes + load<u32>(order))
  for (let at = 1; at < rows; at++) {
    if (load<u8>(codes + load<u32>(order + ((<usize>at) << 2))) !== first) return false
  }
  return true
}
