/** Goes through the cells of one order. */
import { baselineBad, candidateBad } from '../cell-counts.ts'
import { BestCell } from './scan-best-cell.ts'
import { IntervalSearch } from './scan-intervals.ts'
import { leastBeyondParent, type ScanJury } from './scan-jury.ts'
import { childNode, splitNode, type AxisRange, type Lane, type ScanNode } from './scan-node.ts'
import { NumberBoxes } from './scan-number-boxes.ts'
import { packLanes, PairCounts } from './scan-pair-counts.ts'
import type { ScanSpace } from './scan-space.ts'

/** Longest prefix within which every pair of ends of an interval is tried. */
const exhaustivePrefix = 1

export class ScanPass {
  readonly #space: ScanSpace
  readonly #jury: ScanJury
  readonly #stop: () => boolean
  readonly #pairs: PairCounts
  readonly #intervals: IntervalSearch
  readonly #boxes: NumberBoxes

  constructor(space: ScanSpace, jury: ScanJury, stop: () => boolean) {
    this.#space = space
    this.#jury = jury
    this.#stop = stop
    const largest = Math.max(1, ...space.axes.map(({ size }) => size))
    this.#pairs = new PairCounts(space.uniform, largest * largest)
    this.#boxes = new NumberBoxes(space, jury)
    this.#intervals = new IntervalSearch(space.kind)
  }

  /** Order 1. */
  singles(root: ScanNode): void {
    for (const lane of root.lanes) {
      const counts = this.#countsOf(root, lane)
      const cost = this.#jury.cost([lane.axis])
      if (lane.number) {
        this.#intervals.resize(lane.size - 1)
        for (const k of [0, 1, 2, 3]) this.#intervals.load(k, counts, 4 + k, 4, 1)
        const absent = counts.subarray(0, 4).some((count) => count > 0)
        this.#interval([], null, lane.axis, cost, absent)
      } else {
        for (let code = 1; code < lane.size; code++) {
          const [b0, b1, c0, c1] = counts.subarray(code * 4, code * 4 + 4)
          if (!this.#supported(b1!, c1!, this.#space.minimumBad)) continue
          const original = lane.original[code]!
          const conditions = [{ axis: lane.axis, first: original, last: original }]
          this.#jury.judge(conditions, cost, [b0!, b1!, c0!, c1!])
        }
      }
    }
  }

  /** All cells of `order` conditions below a node. False where it was stopped. */
  below(node: ScanNode, order: number): boolean {
    const left = order - node.prefix.length
    if (left === 2) {
      for (const index of node.lanes.keys()) if (!this.pairsOf(node, index)) return false
      return true
    }
    if (left === 3 && !this.triplesOfNumbers(node)) return false
    for (const [index, lane] of node.lanes.entries()) {
      if (lane.number || node.lanes.length - index < left) break
      const split = splitNode(node, lane)
      for (let code = 1; code < lane.size; code++) {
        if (this.#stop()) return false
        if (!this.below(childNode(this.#space, node, index, code, split), order)) return false
      }
    }
    return true
  }

  /** One lane of a node with every later one. False where it was stopped. */
  pairsOf(node: ScanNode, index: number): boolean {
    if (this.#stop()) return false
    const first = node.lanes[index]!
    const later = node.lanes.slice(index + 1)
    if (first.number) {
      this.#boxes.rectangles(node, first, later)
      return true
    }
    const odd = later.length % 4
    for (const second of later.slice(0, odd)) this.#pair(node, first, [second])
    for (let from = odd; from < later.length; from += 4) {
      this.#pair(node, first, later.slice(from, from + 4))
    }
    return true
  }

  /** False where it was stopped. */
  triplesOfNumbers(node: ScanNode): boolean {
    return this.#boxes.triples(node, this.#stop)
  }

  /** Candidates' bad rows first: the other classes are counted only where some cell has enough of them. */
  #pair(node: ScanNode, first: Lane, others: readonly Lane[]): void {
    const pairs = this.#pairs
    pairs.stride = Math.max(...others.map(({ size }) => size))
    const packed = others.length === 4 ? this.#packed(node, others) : null
    const count = (k: number): void => {
      if (packed === null) pairs.countOne(node, k, first, others[0]!.codes)
      else pairs.countFour(node, k, first, packed)
    }
    count(candidateBad)
    if (this.#space.kind === 'volume') count(baselineBad)
    if (!others.some((other, table) => this.#anySupported(table, first, other))) return
    if (this.#space.kind === 'share') for (const k of [0, 1, 2]) count(k)
    for (const [table, other] of others.entries()) {
      if (other.number) this.#slices(node, table, first, other)
      else this.#cells(node, table, first, other)
    }
  }

  #packedOf: ScanNode | null = null
  #packs = new Map<number, Uint32Array>()

  #packed(node: ScanNode, lanes: readonly Lane[]): Uint32Array {
    if (this.#packedOf !== node) {
      this.#packedOf = node
      this.#packs = new Map()
    }
    const known = this.#packs.get(lanes[0]!.axis)
    if (known !== undefined) return known
    const packed = packLanes(lanes, node.starts[4]!)
    this.#packs.set(lanes[0]!.axis, packed)
    return packed
  }

  #supported(base: number, bad: number, fewest: number): boolean {
    return bad >= fewest || (this.#space.kind === 'volume' && base >= fewest)
  }

  /** Numbers: whether some slice has enough. */
  #anySupported(table: number, first: Lane, other: Lane): boolean {
    const { stride, worth } = this.#pairs
    const planes = this.#pairs.planes[table]!
    const has = (k: number): boolean => {
      const plane = planes[k]!
      const enough = this.#space.minimumBad / worth[k]!
      for (let row = stride; row < first.size * stride; row += stride) {
        let sum = 0
        for (let at = row + 1; at < row + other.size; at++) {
          if (other.number) sum += plane[at]!
          else sum = plane[at]!
          if (sum >= enough) return true
        }
      }
      return false
    }
    return has(candidateBad) || (this.#space.kind === 'volume' && has(baselineBad))
  }

  #cells(node: ScanNode, table: number, first: Lane, other: Lane): void {
    const { stride, worth } = this.#pairs
    const [p0, p1, p2, p3] = this.#pairs.planes[table]!
    const [w0, w1, w2, w3] = worth as [number, number, number, number]
    const cost = this.#costOf(node, [first, other])
    const { outer } = this.#jury
    const volume = this.#space.kind === 'volume'
    const fewest = this.#jury.fewestBad(node.counts, cost + this.#jury.leastScore)
    const enough = fewest / w3
    const enoughBase = fewest / w1
    for (let code = 1; code < first.size; code++) {
      const row = code * stride
      for (let next = 1; next < other.size; next++) {
        const at = row + next
        if (p3![at]! < enough && (!volume || p1![at]! < enoughBase)) continue
        const b0 = volume ? 0 : p0![at]! * w0
        const b1 = p1![at]! * w1
        const c0 = volume ? 0 : p2![at]! * w2
        const c1 = p3![at]! * w3
        if (!outer.evidenceMayReach(b0, b1, c0, c1, cost + this.#jury.leastScore)) continue
        this.#jury.judge([...node.prefix, valueOf(first, code), valueOf(other, next)], cost, [
          b0,
          b1,
          c0,
          c1,
        ])
      }
    }
  }

  #slices(node: ScanNode, table: number, first: Lane, other: Lane): void {
    const { stride, worth } = this.#pairs
    const planes = this.#pairs.planes[table]!
    const volume = this.#space.kind === 'volume'
    const intervals = this.#intervals
    const cost = this.#costOf(node, [first, other])
    const minimumBad = this.#jury.fewestBad(node.counts, cost + this.#jury.leastScore)
    intervals.resize(other.size - 1)
    for (let code = 1; code < first.size; code++) {
      const from = code * stride + 1
      const bad = intervals.load(candidateBad, planes[3]!, from, 1, worth[3]!)
      if (bad < minimumBad && !volume) continue
      const base = intervals.load(baselineBad, planes[1]!, from, 1, worth[1]!)
      if (bad < minimumBad && base < minimumBad) continue
      if (!volume) for (const k of [0, 2]) intervals.load(k, planes[k]!, from, 1, worth[k]!)
      const absent = planes.some((plane) => plane[from - 1]! > 0)
      this.#interval(node.prefix, valueOf(first, code), other.axis, cost, absent)
    }
  }

  /** The best interval of a number within the slice of the rows that was loaded. */
  #interval(
    prefix: readonly AxisRange[],
    value: AxisRange | null,
    axis: number,
    cost: number,
    absent: boolean,
  ): void {
    const least = cost + this.#jury.leastScore
    const { all } = this.#intervals
    const [b0, b1, c0, c1] = all as [number, number, number, number]
    const fewest = this.#jury.fewestBad(all, least)
    if (!this.#supported(b1, c1, fewest)) return
    const best = new BestCell(this.#jury.inner(all), this.#jury.outer, least)
    // within a slice that is worse itself, what a part of it has to show beyond that is less
    const raised = this.#jury.outer.evidenceMayReach(b0, b1, c0, c1, leastBeyondParent)
    const exhaustive = value === null || prefix.length < exhaustivePrefix
    const wanted = raised ? leastBeyondParent : least
    const found = this.#intervals.search(best, absent, exhaustive ? null : wanted, fewest)
    if (found === null) return
    const slice = value === null ? prefix : [...prefix, value]
    this.#jury.judge([...slice, { axis, ...found }], cost, best.four)
  }

  #costOf(node: ScanNode, lanes: readonly Lane[]): number {
    return this.#jury.cost([...node.prefix, ...lanes].map(({ axis }) => axis))
  }

  /** [code * 4 + class] */
  #countsOf(node: ScanNode, { codes, size }: Lane): Float64Array {
    const counts = new Float64Array(size * 4)
    for (let k = 0; k < 4; k++) {
      const weight = this.#space.uniform[k]!
      const weights = Number.isNaN(weight) ? node.weights : null
      for (let row = node.starts[k]!; row < node.starts[k + 1]!; row++) {
        counts[codes[row]! * 4 + k]! += weights === null ? weight : weights[row]!
      }
    }
    return counts
  }
}

function valueOf(lane: Lane, code: number): AxisRange {
  const value = lane.original[code]!
  return { axis: lane.axis, first: value, last: value }
}
