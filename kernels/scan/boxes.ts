/** Rectangles of two numbers on coarse bins, as src/cohorts/search/scan-boxes.ts has them. */
import { countAt, countClass, packLanes, plane } from './counts'
import { alloc } from './memory'
import { Lane, laneOf, Rows } from './rows'
import { best0, best1, best2, best3, fewestBad, offer, startBest, withCondition } from './score'
import { isUneven, leastScore, worthOf } from './settings'
import { judge } from './host'

const groupsOfTwo: i32 = 10
const groupsWithin: i32 = 8
/** f64: [group of the first][group of the other][class], then of everything up to each group. */
const table: usize = memory.data(11 * 11 * 4 * 8, 8)
const line: usize = memory.data(11 * 4 * 8, 8)
const groupOf: usize = memory.data(256)

/** The best rectangle of a number with each later one. */
export function rectangles(rows: Rows, index: i32): void {
  const first = coarse(rows, laneOf(rows, index))
  let next = index + 1
  while (next < rows.count) {
    const count = min(4, rows.count - next)
    const codes = coarse(rows, laneOf(rows, next)).coarse
    const second = count > 1 ? coarse(rows, laneOf(rows, next + 1)).coarse : codes
    const third = count > 2 ? coarse(rows, laneOf(rows, next + 2)).coarse : codes
    const fourth = count > 3 ? coarse(rows, laneOf(rows, next + 3)).coarse : codes
    const packed = alloc(<usize>rows.s4 * 4)
    packLanes(packed, rows.s4, fourth, third, second, codes)
    let stride = 0
    for (let i = 0; i < count; i++) stride = max(stride, laneOf(rows, next + i).groups + 1)
    const cells = (first.groups + 1) * stride
    for (let k = 0; k < 4; k++) {
      countClass(rows, k, first.coarse, packed, cells, stride, 4 - count)
    }
    for (let i = 0; i < count; i++) {
      rectangle(rows, first, laneOf(rows, next + i), 3 - i, stride)
    }
    next += count
  }
}

function rectangle(rows: Rows, first: Lane, other: Lane, t: i32, stride: i32): void {
  const height = first.groups + 1
  const width = other.groups + 1
  for (let k = 0; k < 4; k++) {
    const from = plane(t, k)
    const uneven = isUneven(k)
    const worth = worthOf(k)
    for (let row = 0; row < height; row++) {
      let sum: f64 = 0
      for (let group = 0; group < width; group++) {
        sum += countAt(from, uneven, row * stride + group) * worth
        const at = table + ((<usize>((row * width + group) * 4 + k)) << 3)
        store<f64>(at, row > 0 ? sum + load<f64>(at - ((<usize>width) << 5)) : sum)
      }
    }
  }
  const cost = withCondition(
    withCondition(rows.cost, rows.depth, first.cost),
    rows.depth + 1,
    other.cost,
  )
  const least = cost + leastScore
  const fewest = fewestBad(rows.each, least)
  startBest(rows.c0, rows.c1, rows.c2, rows.c3, least)
  let found = false
  let bestTop = 0
  let bestBottom = 0
  let bestLeft = 0
  let bestRight = 0
  for (let top = 0; top < height - 1; top++) {
    for (let bottom = top + 1; bottom < height; bottom++) {
      if (top === 0 && bottom === height - 1) continue
      const low = table + ((<usize>(top * width)) << 5)
      const high = table + ((<usize>(bottom * width)) << 5)
      const end = (<usize>width - 1) << 5
      if (load<f64>(high + end + 24) - load<f64>(low + end + 24) < fewest) continue
      for (let at: usize = 0; at < (<usize>width) << 5; at += 16) {
        v128.store(line + at, f64x2.sub(v128.load(high + at), v128.load(low + at)))
      }
      for (let left: usize = 0; left < end; left += 32) {
        for (let right = left + 32; right <= end; right += 32) {
          const bad = load<f64>(line + right + 24) - load<f64>(line + left + 24)
          if (bad < fewest) continue
          if (left === 0 && right === end) continue
          const baseGood = load<f64>(line + right) - load<f64>(line + left)
          const baseBad = load<f64>(line + right + 8) - load<f64>(line + left + 8)
          const good = load<f64>(line + right + 16) - load<f64>(line + left + 16)
          if (!offer(baseGood, baseBad, good, bad)) continue
          found = true
          bestTop = top
          bestBottom = bottom
          bestLeft = <i32>(left >> 5)
          bestRight = <i32>(right >> 5)
        }
      }
    }
  }
  if (!found) return
  judge(
    first.axis,
    edge(first, bestTop) + 1,
    edge(first, bestBottom),
    other.axis,
    edge(other, bestLeft) + 1,
    edge(other, bestRight),
    cost,
    best0,
    best1,
    best2,
    best3,
  )
}

function edge(lane: Lane, group: i32): i32 {
  return load<i32>(lane.edges + ((<usize>group) << 2))
}

/** The lane with its bins in groups. */
function coarse(rows: Rows, lane: Lane): Lane {
  if (lane.groups > 0) return lane
  const bins = lane.size - 1
  const groups = min(rows.depth === 0 ? groupsOfTwo : groupsWithin, bins)
  lane.edges = alloc((<usize>(groups + 1)) << 2)
  store<u8>(groupOf, 0)
  store<i32>(lane.edges, 0)
  let bin = 1
  for (let group = 1; group <= groups; group++) {
    const last = <i32>Math.floor(<f64>(group * bins) / <f64>groups + 0.5)
    store<i32>(lane.edges + ((<usize>group) << 2), last)
    for (; bin <= last; bin++) store<u8>(groupOf + bin, <u8>group)
  }
  lane.coarse = alloc(rows.s4)
  for (let row = 0; row < rows.s4; row++) {
    store<u8>(lane.coarse + row, load<u8>(groupOf + load<u8>(lane.codes + row)))
  }
  lane.groups = groups
  return lane
}
