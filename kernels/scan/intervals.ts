/** The best interval of a number's bins within a slice, as src/cohorts/search/scan-intervals.ts has it. */
import { log } from './host'
import { offer } from './score'
import { countAt } from './counts'

const mostEnds: i32 = 12
const promising: f64 = 0.5
const priorBad: f64 = 2

/** f64 by bin * 4 + class: counts of the bins before each bin (from 1). */
const sums: usize = memory.data(260 * 4 * 8, 8)
/** f64 by bin. */
const expected: usize = memory.data(260 * 8, 8)
const ends: usize = memory.data(260)
const highest: usize = memory.data(5 * 8, 8)
const ratios: usize = memory.data(5 * 8, 8)
const perBads: usize = memory.data(5 * 8, 8)
let bins: i32 = 0
let fewest: f64 = 0
let leastScale: f64 = 0
let ready: bool = false
export let foundFirst: i32 = 0
export let foundLast: i32 = 0

export function setBins(count: i32): void {
  bins = count
  if (ready) return
  ready = true
  setRatio(0, 1.25)
  setRatio(1, 1.6)
  setRatio(2, 3)
  setRatio(3, 8)
  setRatio(4, 30)
}

function setRatio(index: i32, ratio: f64): void {
  store<f64>(ratios + ((<usize>index) << 3), ratio)
  store<f64>(perBads + ((<usize>index) << 3), log(ratio))
}

function sumAt(bin: i32, k: i32): f64 {
  return load<f64>(sums + ((<usize>(bin * 4 + k)) << 3))
}

/** One class of the next slice; returns the sum. */
export function loadBins(k: i32, counts: usize, uneven: bool, from: i32, worth: f64): f64 {
  let at = sums + ((<usize>(4 + k)) << 3)
  let sum: f64 = 0
  for (let bin = 0; bin < bins; bin++) {
    store<f64>(at, sum)
    sum += countAt(counts, uneven, from + bin) * worth
    at += 32
  }
  store<f64>(at, sum)
  return sum
}

/** Weighted rows of a class in the slice. */
export function sliceCount(k: i32): f64 {
  return sumAt(bins + 1, k)
}

/**
 * Leaves the ends in `foundFirst` and `foundLast`; false where none is better than nothing.
 * @param least NaN: every pair of ends is tried
 */
export function searchInterval(absent: bool, least: f64, minimum: f64): bool {
  fewest = minimum
  foundFirst = 0
  const count = findEnds()
  if (isNaN(least) || count <= mostEnds) {
    for (let i = 0; i < count; i++) {
      const first = <i32>load<u8>(ends + i)
      for (let j = i; j < count; j++) tryInterval(first, <i32>load<u8>(ends + j), absent)
    }
  } else climb(absent, least)
  return foundFirst > 0
}

function findEnds(): i32 {
  let count = 0
  for (let bin = 1; bin <= bins; bin++) {
    if (sumAt(bin + 1, 3) > sumAt(bin, 3)) store<u8>(ends + count++, <u8>bin)
  }
  return count
}

function tryInterval(first: i32, last: i32, absent: bool): void {
  const to = last + 1
  const bad = sumAt(to, 3) - sumAt(first, 3)
  if (bad < fewest) return
  if (!absent && first === 1 && last === bins) return
  const baseBad = sumAt(to, 1) - sumAt(first, 1)
  const baseGood = sumAt(to, 0) - sumAt(first, 0)
  if (offer(baseGood, baseBad, sumAt(to, 2) - sumAt(first, 2), bad)) {
    foundFirst = first
    foundLast = last
  }
}

function climb(absent: bool, least: f64): void {
  expect()
  highestSums()
  for (let index = 0; index < 5; index++) {
    if (load<f64>(highest + ((<usize>index) << 3)) < least * promising) continue
    climbFrom(load<f64>(ratios + ((<usize>index) << 3)), absent, least)
  }
}

function climbFrom(start: f64, absent: bool, least: f64): void {
  const allBad = sumAt(bins + 1, 3)
  let allExpected: f64 = 0
  for (let bin = 1; bin <= bins; bin++) allExpected += load<f64>(expected + ((<usize>bin) << 3))
  let ratio = start
  let scale: f64 = 1
  for (let step = 0; step < 4; step++) {
    if (largestSum(ratio, scale) <= 0) return
    const first = sumFrom
    const last = sumTo
    let inside: f64 = 0
    for (let bin = first; bin <= last; bin++) inside += load<f64>(expected + ((<usize>bin) << 3))
    const bad = sumAt(last + 1, 3) - sumAt(first, 3)
    const rest = (allBad - bad + 1) / (allExpected - inside + 1)
    const next = max<f64>(rest, leastScale)
    const usual = inside * next
    if (bad <= usual) return
    const gain = (bad > 0 ? bad * log(bad / usual) : 0) - bad + usual
    if (gain < least * promising) return
    tryInterval(first, last, absent)
    const adapted = max<f64>(bad, 0.5) / usual
    if (abs<f64>(adapted - ratio) + abs<f64>(next - scale) < 0.02 * ratio) return
    ratio = adapted
    scale = next
  }
}

/** For each ratio the largest sum of any interval. */
function highestSums(): void {
  const scale = leastScale
  const p01 = v128.load(perBads)
  const p23 = v128.load(perBads + 16)
  const p4 = load<f64>(perBads + 32)
  const one = f64x2.splat(1)
  const e01 = f64x2.sub(v128.load(ratios), one)
  const e23 = f64x2.sub(v128.load(ratios + 16), one)
  const e4 = load<f64>(ratios + 32) - 1
  const zero = f64x2.splat(0)
  let s01 = zero
  let s23 = zero
  let s4: f64 = 0
  let h01 = zero
  let h23 = zero
  let h4: f64 = 0
  let before = sumAt(1, 3)
  for (let bin = 1; bin <= bins; bin++) {
    const next = sumAt(bin + 1, 3)
    const bad = next - before
    before = next
    const usual = load<f64>(expected + ((<usize>bin) << 3)) * scale
    const bads = f64x2.splat(bad)
    const usuals = f64x2.splat(usual)
    s01 = f64x2.pmax(zero, f64x2.sub(f64x2.add(s01, f64x2.mul(bads, p01)), f64x2.mul(usuals, e01)))
    s23 = f64x2.pmax(zero, f64x2.sub(f64x2.add(s23, f64x2.mul(bads, p23)), f64x2.mul(usuals, e23)))
    const sum = s4 + bad * p4 - usual * e4
    s4 = sum > 0 ? sum : 0
    h01 = f64x2.pmax(h01, s01)
    h23 = f64x2.pmax(h23, s23)
    if (s4 > h4) h4 = s4
  }
  v128.store(highest, h01)
  v128.store(highest + 16, h23)
  store<f64>(highest + 32, h4)
}

/** Bad rows of the candidate to expect in each bin, were it like the slice as a whole. */
function expect(): void {
  const b0 = sliceCount(0)
  const b1 = sliceCount(1)
  const c1 = sliceCount(3)
  const rate = (b1 + 0.5) / (b0 + b1 + 1)
  const priorRows = priorBad / rate
  let sum: f64 = 0
  for (let bin = 1; bin <= bins; bin++) {
    const to = bin + 1
    const bad = sumAt(to, 1) - sumAt(bin, 1)
    const own = (bad + priorBad) / (sumAt(to, 0) - sumAt(bin, 0) + bad + priorRows)
    const usual = own * (sumAt(to, 2) - sumAt(bin, 2) + sumAt(to, 3) - sumAt(bin, 3))
    store<f64>(expected + ((<usize>bin) << 3), usual)
    sum += usual
  }
  const lift = max<f64>(1, c1 / max<f64>(sum, 5e-324))
  leastScale = 1 / lift
  if (lift <= 1) return
  for (let bin = 1; bin <= bins; bin++) {
    const at = expected + ((<usize>bin) << 3)
    store<f64>(at, load<f64>(at) * lift)
  }
}

let sumFrom: i32 = 0
let sumTo: i32 = 0

/** Leaves the interval in `sumFrom` and `sumTo`. */
function largestSum(ratio: f64, scale: f64): f64 {
  const perBad = log(ratio)
  const perExpected = (ratio - 1) * scale
  let most: f64 = 0
  let sum: f64 = 0
  let from = 1
  let before = sumAt(1, 3)
  for (let bin = 1; bin <= bins; bin++) {
    const next = sumAt(bin + 1, 3)
    const gain = (next - before) * perBad - load<f64>(expected + ((<usize>bin) << 3)) * perExpected
    before = next
    if (sum <= 0) {
      sum = gain
      from = bin
    } else sum += gain
    if (sum > most) {
      most = sum
      sumFrom = from
      sumTo = bin
    }
  }
  return most
}
