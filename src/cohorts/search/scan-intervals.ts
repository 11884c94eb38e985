/** The best interval of the bins of a number within a slice of the rows. */
import { baselineBad, candidateBad } from '../cell-counts.ts'
import type { BestCell } from './scan-best-cell.ts'
import type { Plane } from './scan-pair-counts.ts'

/** Where more bins than this have bad rows, the ends come from maximum sums instead of from all pairs. */
const mostEnds = 12

/** How many times as many bad rows as expected a bin should have to count as inside. */
const raised = [1.25, 1.6, 3, 8, 30]
const perBad = raised.map(Math.log)
const lowered = [0.8, 0.6, 0.3, 0.1]
/** Share of the gain wanted that one of the ratios must show (they are no further apart than that). */
const promising = 0.5

/** Weight, in bad rows, of the slice's rate in that of a bin. */
const priorBad = 2

export class IntervalSearch {
  readonly #volume: boolean
  /** Counts of the bins before each bin (from 1): [bin * 4 + class]. */
  readonly #sums = new Float64Array(257 * 4)
  readonly #expected = new Float64Array(256)
  readonly #ends = new Uint8Array(256)
  readonly #highest = new Float64Array(raised.length)
  #bins = 0
  #fewest = 0
  #first = 0
  #last = 0

  constructor(kind: 'share' | 'volume') {
    this.#volume = kind === 'volume'
  }

  /** Bins of the next slices. */
  resize(bins: number): void {
    this.#bins = bins
    this.#sums.fill(0)
  }

  /** One class of the next slice: its bins lie at `from`, `from + step`, ...; returns their sum. */
  load(k: number, counts: Plane, from: number, step: number, worth: number): number {
    const sums = this.#sums
    const end = this.#bins * 4 + 4 + k
    let sum = 0
    for (let at = 4 + k; at < end; at += 4) {
      sums[at] = sum
      sum += counts[from]! * worth
      from += step
    }
    sums[end] = sum
    return sum
  }

  /** The slice's counts by class. */
  get all(): number[] {
    const end = this.#bins * 4 + 4
    const sums = this.#sums
    return [sums[end]!, sums[end + 1]!, sums[end + 2]!, sums[end + 3]!]
  }

  /**
   * The best interval of the slice that was loaded; leaves its counts in `best`.
   *
   * @param absent whether rows of the slice lie in no bin: else the interval of all bins says nothing
   * @param least nats that the best interval should show where maximum sums are used; null = try every pair of ends
   * @param fewest bad rows that it must have
   */
  search(
    best: BestCell,
    absent: boolean,
    least: number | null,
    fewest: number,
  ): { first: number; last: number } | null {
    this.#fewest = fewest
    const ends = this.#findEnds()
    this.#first = 0
    if (least === null || ends <= mostEnds) {
      for (let i = 0; i < ends; i++) {
        for (let j = i; j < ends; j++) this.#try(this.#ends[i]!, this.#ends[j]!, best, absent)
      }
    } else this.#climb(best, absent, least)
    return this.#first > 0 ? { first: this.#first, last: this.#last } : null
  }

  /** The bins that an interval can begin and end with: no other can be the best. Returns how many. */
  #findEnds(): number {
    const sums = this.#sums
    let ends = 0
    for (let bin = 1; bin <= this.#bins; bin++) {
      const at = bin * 4
      const bad = sums[at + 4 + candidateBad]! > sums[at + candidateBad]!
      if (bad || (this.#volume && sums[at + 4 + baselineBad]! > sums[at + baselineBad]!)) {
        this.#ends[ends++] = bin
      }
    }
    return ends
  }

  #try(first: number, last: number, best: BestCell, absent: boolean): void {
    const sums = this.#sums
    const from = first * 4
    const to = (last + 1) * 4
    const bad = sums[to + candidateBad]! - sums[from + candidateBad]!
    const baseBad = sums[to + baselineBad]! - sums[from + baselineBad]!
    if (bad < this.#fewest && (!this.#volume || baseBad < this.#fewest)) return
    if (!absent && first === 1 && last === this.#bins) return
    if (best.offer(sums[to]! - sums[from]!, baseBad, sums[to + 2]! - sums[from + 2]!, bad)) {
      this.#first = first
      this.#last = last
    }
  }

  /**
   * The gain of an interval is a convex function of its bad and its expected rows, so the best interval maximises some
   * weighted sum of the two (Kadane's scan, one for each ratio of the two); from there the ratio is adapted until the
   * interval stays.
   */
  #climb(best: BestCell, absent: boolean, least: number): void {
    this.#expect()
    if (this.#volume) {
      for (const ratio of raised) this.#climbFrom(ratio, best, absent, least)
      for (const ratio of lowered) this.#climbFrom(ratio, best, absent, least)
      return
    }
    this.#highestSums()
    for (let index = 0; index < raised.length; index++) {
      if (this.#highest[index]! < least * promising) continue
      this.#climbFrom(raised[index]!, best, absent, least)
    }
  }

  #climbFrom(start: number, best: BestCell, absent: boolean, least: number): void {
    const sums = this.#sums
    const allBad = sums[this.#bins * 4 + 4 + candidateBad]!
    let allExpected = 0
    for (let bin = 1; bin <= this.#bins; bin++) allExpected += this.#expected[bin]!
    let ratio = start
    let scale = 1
    for (let step = 0; step < 4; step++) {
      if (this.#largestSum(ratio, scale) <= 0) return
      const [first, last] = [this.#from, this.#to]
      let expected = 0
      for (let bin = first; bin <= last; bin++) expected += this.#expected[bin]!
      const bad = sums[last * 4 + 4 + candidateBad]! - sums[first * 4 + candidateBad]!
      // expected if it were like the rest of the slice
      const rest = (allBad - bad + 1) / (allExpected - expected + 1)
      const next = Math.max(rest, this.#leastScale)
      const usual = expected * next
      if (start > 1 ? bad <= usual : bad >= usual) return
      const gain = (bad > 0 ? bad * Math.log(bad / usual) : 0) - bad + usual
      if (gain < least * promising) return
      this.#try(first, last, best, absent)
      const adapted = Math.max(bad, 0.5) / usual
      if (Math.abs(adapted - ratio) + Math.abs(next - scale) < 0.02 * ratio) return
      ratio = adapted
      scale = next
    }
  }

  /**
   * Into `#highest`, for each raised ratio: the largest sum of any interval, with as few bad rows expected as the rest can
   * say. Spares nearly all slices the climb: all ratios in one pass.
   */
  #highestSums(): void {
    const sums = this.#sums
    const scale = this.#leastScale
    const expected = this.#expected
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    let s4 = 0
    let h0 = 0
    let h1 = 0
    let h2 = 0
    let h3 = 0
    let h4 = 0
    const p0 = perBad[0]!
    const p1 = perBad[1]!
    const p2 = perBad[2]!
    const p3 = perBad[3]!
    const p4 = perBad[4]!
    const e0 = raised[0]! - 1
    const e1 = raised[1]! - 1
    const e2 = raised[2]! - 1
    const e3 = raised[3]! - 1
    const e4 = raised[4]! - 1
    let before = sums[4 + candidateBad]!
    for (let bin = 1; bin <= this.#bins; bin++) {
      const next = sums[bin * 4 + 4 + candidateBad]!
      const bad = next - before
      before = next
      const usual = expected[bin]! * scale
      s0 = Math.max(0, s0 + bad * p0 - usual * e0)
      s1 = Math.max(0, s1 + bad * p1 - usual * e1)
      s2 = Math.max(0, s2 + bad * p2 - usual * e2)
      s3 = Math.max(0, s3 + bad * p3 - usual * e3)
      s4 = Math.max(0, s4 + bad * p4 - usual * e4)
      h0 = Math.max(h0, s0)
      h1 = Math.max(h1, s1)
      h2 = Math.max(h2, s2)
      h3 = Math.max(h3, s3)
      h4 = Math.max(h4, s4)
    }
    const highest = this.#highest
    highest[0] = h0
    highest[1] = h1
    highest[2] = h2
    highest[3] = h3
    highest[4] = h4
  }

  /** Bad rows of the candidate to expect in each bin, were it like the slice as a whole. */
  #expect(): void {
    const sums = this.#sums
    const expected = this.#expected
    const [b0, b1, , c1] = this.all as [number, number, number, number]
    if (this.#volume) {
      const share = c1 / Math.max(c1 + b1, Number.MIN_VALUE)
      for (let bin = 1; bin <= this.#bins; bin++) {
        const at = bin * 4
        const rows = sums[at + 5]! - sums[at + 1]! + sums[at + 7]! - sums[at + 3]!
        expected[bin] = share * rows
      }
      return
    }
    const rate = (b1 + 0.5) / (b0 + b1 + 1)
    const priorRows = priorBad / rate
    let sum = 0
    for (let bin = 1; bin <= this.#bins; bin++) {
      const at = bin * 4
      const bad = sums[at + 5]! - sums[at + 1]!
      const own = (bad + priorBad) / (sums[at + 4]! - sums[at]! + bad + priorRows)
      expected[bin] = own * (sums[at + 6]! - sums[at + 2]! + sums[at + 7]! - sums[at + 3]!)
      sum += expected[bin]!
    }
    // what changed in all of the slice is not news about one part of it
    const lift = Math.max(1, c1 / Math.max(sum, Number.MIN_VALUE))
    this.#leastScale = 1 / lift
    if (lift > 1) for (let bin = 1; bin <= this.#bins; bin++) expected[bin]! *= lift
  }

  #from = 0
  #to = 0
  /** The rest of a slice explains no less than its baseline's rate. */
  #leastScale = 0

  /** Leaves the interval in `#from` and `#to`; returns its sum. */
  #largestSum(ratio: number, scale: number): number {
    const perBad = Math.log(ratio)
    const perExpected = (ratio - 1) * scale
    const sums = this.#sums
    const expected = this.#expected
    const bins = this.#bins
    let highest = 0
    let sum = 0
    let from = 1
    let before = sums[4 + candidateBad]!
    for (let bin = 1; bin <= bins; bin++) {
      const next = sums[bin * 4 + 4 + candidateBad]!
      const gain = (next - before) * perBad - expected[bin]! * perExpected
      before = next
      if (sum <= 0) {
        sum = gain
        from = bin
      } else sum += gain
      if (sum > highest) {
        highest = sum
        this.#from = from
        this.#to = bin
      }
    }
    return highest
  }
}
