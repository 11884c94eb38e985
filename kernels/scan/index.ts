/**
 * The inner loops of the scan for cohorts, orders 2 and 3: see src/cohorts/search/kernels. All numbers come out as the plain
 * loops have them, bit by bit.
 */
import { childOf, splitRows, weigh } from './children'
import { makePlanes } from './counts'
import { alloc, mark, release, releaseAll } from './memory'
import { pairsOf } from './pairs'
import { laneOf, Lane, Rows } from './rows'
import { setClass, setHurdles, setSettings } from './settings'
import { makeTable, tableOf } from './tables'

export { alloc, setClass, setHurdles, setSettings }

let root: usize = 0
let splitLane: i32 = -1
let afterRoot: usize = 0
let afterSplit: usize = 0

/** Forgets the scan before. */
export function reset(): void {
  releaseAll()
  root = 0
  splitLane = -1
  afterRoot = 0
}

/** Makes room for the root. Settings and classes have been set. */
export function setRoot(
  lanes: i32,
  s1: i32,
  s2: i32,
  s3: i32,
  s4: i32,
  weights: usize,
  cost: f64,
): void {
  makePlanes()
  makeTable()
  root = alloc(offsetof<Rows>())
  const rows = changetype<Rows>(root)
  rows.lanes = alloc(<usize>lanes * offsetof<Lane>())
  rows.count = 0
  rows.depth = 0
  rows.s0 = 0
  rows.s1 = s1
  rows.s2 = s2
  rows.s3 = s3
  rows.s4 = s4
  rows.weights = weights
  rows.packs = 0
  rows.cost = cost
  weigh(rows)
}

/** In ascending order; numbers last. */
export function addLane(
  axis: i32,
  isNumber: i32,
  size: i32,
  codes: usize,
  original: usize,
  cost: f64,
): void {
  const rows = changetype<Rows>(root)
  const lane = laneOf(rows, rows.count)
  rows.count += 1
  lane.axis = axis
  lane.isNumber = isNumber
  lane.size = size
  lane.groups = 0
  lane.codes = codes
  lane.original = original
  lane.cost = cost
}

/** Order 2: one lane of the root with every later one. */
export function pairsOfRoot(index: i32): void {
  // what is made on the way (packs, groups) stays with the root
  pairsOf(changetype<Rows>(root), index)
  splitLane = -1
  afterRoot = 0
}

/** Order 3: every pair of later lanes within one code of a lane of the root. */
export function triplesOf(index: i32, code: i32): void {
  const rows = changetype<Rows>(root)
  if (afterRoot === 0) afterRoot = mark()
  if (splitLane !== index) {
    release(afterRoot)
    splitRows(rows, laneOf(rows, index))
    splitLane = index
    afterSplit = mark()
  }
  const child = childOf(rows, index, code)
  for (let next = 0; next < child.count; next++) pairsOf(child, next)
  release(afterSplit)
}

/** Weighted counts of two lanes of the root: f64 [(code of the first * size of the other + code of the other) * 4 + class]. */
export function tableOfPair(index: i32, other: i32): usize {
  const rows = changetype<Rows>(root)
  return tableOf(rows, laneOf(rows, index), laneOf(rows, other))
}
