/** Counts of the pairs of codes of one lane with up to four others, class by class: the inner loop. */
import { alloc } from './memory'
import { laneOf, Rows, startOf } from './rows'
import { isUneven, largest } from './settings'

/** Of table t and class k, u32 or f64: [code of the first * stride + code of the other]. */
let planes: usize = 0
let planeBytes: usize = 0

export function makePlanes(): void {
  planeBytes = <usize>max<i32>(largest * largest, 1024) * 8
  planes = alloc(planeBytes * 16)
}

export function plane(t: i32, k: i32): usize {
  return planes + <usize>(t * 4 + k) * planeBytes
}

/** Times the worth of the class. */
export function countAt(from: usize, uneven: bool, at: i32): f64 {
  return uneven ? load<f64>(from + ((<usize>at) << 3)) : <f64>load<u32>(from + ((<usize>at) << 2))
}

/** Lane of the first byte of a pack; below 0 where there are not enough. Packs are counted from the last lanes on. */
export function firstOfPack(rows: Rows, pack: i32): i32 {
  return rows.count - 4 * (pack + 1)
}

export function packOf(rows: Rows, pack: i32): usize {
  if (rows.packs === 0) makePacks(rows)
  return rows.packs + <usize>pack * <usize>rows.s4 * 4
}

function makePacks(rows: Rows): void {
  const packs = (rows.count + 3) >> 2
  const size = rows.s4
  rows.packs = alloc(<usize>packs * <usize>size * 4)
  for (let pack = 0; pack < packs; pack++) {
    const first = firstOfPack(rows, pack)
    packLanes(
      rows.packs + <usize>pack * <usize>size * 4,
      size,
      laneOf(rows, max(first, 0)).codes,
      laneOf(rows, max(first + 1, 0)).codes,
      laneOf(rows, max(first + 2, 0)).codes,
      laneOf(rows, first + 3).codes,
    )
  }
}

/** Codes of the lowest byte come first. */
export function packLanes(to: usize, rows: i32, a: usize, b: usize, c: usize, d: usize): void {
  for (let row = 0; row < rows; row++) {
    store<u32>(
      to + ((<usize>row) << 2),
      <u32>load<u8>(a + row) |
        ((<u32>load<u8>(b + row)) << 8) |
        ((<u32>load<u8>(c + row)) << 16) |
        ((<u32>load<u8>(d + row)) << 24),
    )
  }
}

/** Class k of a lane's codes with the bytes of a pack from byte `start` on, each into the table of its number. */
export function countClass(
  rows: Rows,
  k: i32,
  first: usize,
  pack: usize,
  cells: i32,
  stride: i32,
  start: i32,
): void {
  const uneven = isUneven(k)
  const bytes = (<usize>cells) << (uneven ? 3 : 2)
  for (let t = start; t < 4; t++) memory.fill(plane(t, k), 0, bytes)
  const from = startOf(rows, k)
  const to = startOf(rows, k + 1)
  if (uneven) addWeights(first, pack, rows.weights, k, stride, start, from, to)
  else if (start === 0) countFour(first, pack, k, stride, from, to)
  else countFewer(first, pack, k, stride, start, from, to)
}

function bump(table: usize, cell: u32): void {
  const at = table + ((<usize>cell) << 2)
  store<u32>(at, load<u32>(at) + 1)
}

function countFour(first: usize, pack: usize, k: i32, stride: i32, from: i32, to: i32): void {
  const a = plane(0, k)
  const b = plane(1, k)
  const c = plane(2, k)
  const d = plane(3, k)
  for (let row = from; row < to; row++) {
    const base = <u32>load<u8>(first + row) * stride
    const word = load<u32>(pack + ((<usize>row) << 2))
    bump(a, base + (word & 255))
    bump(b, base + ((word >>> 8) & 255))
    bump(c, base + ((word >>> 16) & 255))
    bump(d, base + (word >>> 24))
  }
}

function countFewer(
  first: usize,
  pack: usize,
  k: i32,
  stride: i32,
  start: i32,
  from: i32,
  to: i32,
): void {
  const b = plane(1, k)
  const c = plane(2, k)
  const d = plane(3, k)
  for (let row = from; row < to; row++) {
    const base = <u32>load<u8>(first + row) * stride
    const word = load<u32>(pack + ((<usize>row) << 2))
    if (start === 1) bump(b, base + ((word >>> 8) & 255))
    if (start <= 2) bump(c, base + ((word >>> 16) & 255))
    bump(d, base + (word >>> 24))
  }
}

function addWeights(
  first: usize,
  pack: usize,
  weights: usize,
  k: i32,
  stride: i32,
  start: i32,
  from: i32,
  to: i32,
): void {
  const a = plane(0, k)
  const b = plane(1, k)
  const c = plane(2, k)
  const d = plane(3, k)
  for (let row = from; row < to; row++) {
    const base = <u32>load<u8>(first + row) * stride
    const word = load<u32>(pack + ((<usize>row) << 2))
    const weight = load<f64>(weights + ((<usize>row) << 3))
    if (start === 0) add(a, base + (word & 255), weight)
    if (start <= 1) add(b, base + ((word >>> 8) & 255), weight)
    if (start <= 2) add(c, base + ((word >>> 16) & 255), weight)
    add(d, base + (word >>> 24), weight)
  }
}

function add(table: usize, cell: u32, weight: f64): void {
  const at = table + ((<usize>cell) << 3)
  store<f64>(at, load<f64>(at) + weight)
}
