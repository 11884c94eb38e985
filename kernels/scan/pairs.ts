/** One lane of a node with every later one, as src/cohorts/search/scan-pass.ts has it. */
import { rectangles } from './boxes'
import { countAt, countClass, firstOfPack, packOf, plane } from './counts'
import { judge } from './host'
import { foundFirst, foundLast, loadBins, searchInterval, setBins, sliceCount } from './intervals'
import { Lane, laneOf, Rows } from './rows'
import {
  best0,
  best1,
  best2,
  best3,
  evidenceMayReach,
  fewestBad,
  mostPerBad,
  startBest,
  withCondition,
} from './score'
import { isUneven, leastBeyondParent, leastScore, worthOf } from './settings'

export function pairsOf(rows: Rows, index: i32): void {
  const first = laneOf(rows, index)
  if (first.isNumber !== 0) {
    rectangles(rows, index)
    return
  }
  for (let pack = 0; firstOfPack(rows, pack) + 3 > index; pack++) pairsOfPack(rows, index, pack)
}

/** Candidates' bad rows first: the other classes are counted only where some cell has enough of them. */
function pairsOfPack(rows: Rows, index: i32, pack: i32): void {
  const first = laneOf(rows, index)
  const begin = firstOfPack(rows, pack)
  const start = max(0, index + 1 - begin)
  let stride = 0
  for (let t = start; t < 4; t++) stride = max(stride, laneOf(rows, begin + t).size)
  const cells = first.size * stride
  const words = packOf(rows, pack)
  countClass(rows, 3, first.codes, words, cells, stride, start)
  let any = false
  for (let t = start; t < 4 && !any; t++) {
    const other = laneOf(rows, begin + t)
    any = isSupported(rows, t, first, other, stride)
  }
  if (!any) return
  for (let k = 0; k < 3; k++) countClass(rows, k, first.codes, words, cells, stride, start)
  for (let t = start; t < 4; t++) {
    const other = laneOf(rows, begin + t)
    const cost = costOf(rows, first, other)
    if (other.isNumber !== 0) slicesOf(rows, t, first, other, stride, cost)
    else cellsOf(rows, t, first, other, stride, cost)
  }
}

function costOf(rows: Rows, first: Lane, other: Lane): f64 {
  const cost = withCondition(rows.cost, rows.depth, first.cost)
  return withCondition(cost, rows.depth + 1, other.cost)
}

/** Whether some cell has enough bad rows; of numbers, some slice. */
function isSupported(rows: Rows, t: i32, first: Lane, other: Lane, stride: i32): bool {
  const from = plane(t, 3)
  const uneven = isUneven(3)
  const enough = fewestBad(rows.each, costOf(rows, first, other) + leastScore) / worthOf(3)
  for (let code = 1; code < first.size; code++) {
    let sum: f64 = 0
    for (let next = 1; next < other.size; next++) {
      const count = countAt(from, uneven, code * stride + next)
      sum = other.isNumber !== 0 ? sum + count : count
      if (sum >= enough) return true
    }
  }
  return false
}

function cellsOf(rows: Rows, t: i32, first: Lane, other: Lane, stride: i32, cost: f64): void {
  const least = cost + leastScore
  const enough = fewestBad(rows.each, least) / worthOf(3)
  const uneven = isUneven(3)
  const bad = plane(t, 3)
  for (let code = 1; code < first.size; code++) {
    for (let next = 1; next < other.size; next++) {
      const at = code * stride + next
      if (countAt(bad, uneven, at) < enough) continue
      const b0 = countAt(plane(t, 0), isUneven(0), at) * worthOf(0)
      const b1 = countAt(plane(t, 1), isUneven(1), at) * worthOf(1)
      const c0 = countAt(plane(t, 2), isUneven(2), at) * worthOf(2)
      const c1 = countAt(bad, uneven, at) * worthOf(3)
      if (!evidenceMayReach(b0, b1, c0, c1, least)) continue
      const value = <i32>load<u8>(first.original + code)
      const second = <i32>load<u8>(other.original + next)
      judge(first.axis, value, value, other.axis, second, second, cost, b0, b1, c0, c1)
    }
  }
}

function slicesOf(rows: Rows, t: i32, first: Lane, other: Lane, stride: i32, cost: f64): void {
  const least = cost + leastScore
  const fewestOfNode = fewestBad(rows.each, least)
  setBins(other.size - 1)
  for (let code = 1; code < first.size; code++) {
    const from = code * stride + 1
    if (loadBins(3, plane(t, 3), isUneven(3), from, worthOf(3)) < fewestOfNode) continue
    for (let k = 0; k < 3; k++) loadBins(k, plane(t, k), isUneven(k), from, worthOf(k))
    let absent = false
    for (let k = 0; k < 4 && !absent; k++) {
      absent = countAt(plane(t, k), isUneven(k), from - 1) > 0
    }
    const b0 = sliceCount(0)
    const b1 = sliceCount(1)
    const c0 = sliceCount(2)
    const c1 = sliceCount(3)
    const fewest = fewestBad(mostPerBad(b0, b1), least)
    if (!(c1 >= fewest)) continue
    startBest(b0, b1, c0, c1, least)
    // within a slice that is worse itself, what a part of it has to show beyond that is less
    const raised = evidenceMayReach(b0, b1, c0, c1, leastBeyondParent)
    const wanted: f64 = rows.depth < 1 ? NaN : raised ? leastBeyondParent : least
    if (!searchInterval(absent, wanted, fewest)) continue
    const value = <i32>load<u8>(first.original + code)
    judge(
      first.axis,
      value,
      value,
      other.axis,
      foundFirst,
      foundLast,
      cost,
      best0,
      best1,
      best2,
      best3,
    )
  }
}
