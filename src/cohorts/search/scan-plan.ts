/** The parts that a scan falls into; threads share them out. */
import { kernelOrder, ScanKernel } from './kernels/scan-kernel.ts'
import { groupsOfTwo, groupsWithin } from './scan-boxes.ts'
import { ContenderKeeper } from './scan-keeper.ts'
import { ScanJury } from './scan-jury.ts'
import {
  childNode,
  rootNode,
  splitNode,
  type Lane,
  type ScanNode,
  type Split,
} from './scan-node.ts'
import { ScanPass } from './scan-pass.ts'
import type { ScanSpace } from './scan-space.ts'

export interface ScanPart {
  order: number
  /** First axis, as a lane of the root; -1 = what needs none. */
  lane: number
  /** Its code; -1 = all of them. */
  code: number
  /** Row visits, about. */
  work: number
}

/** Lower orders first; within an order, in the order of the lanes: later ones have ever less work. */
export function scanParts(space: ScanSpace, root: ScanNode): ScanPart[] {
  const rows = root.starts[4]!
  const parts: ScanPart[] = [{ order: 1, lane: -1, code: -1, work: rows * root.lanes.length }]
  const sizesOf = space.maxOrder < 3 ? [] : root.lanes.map(codeSizes)
  for (let order = 2; order <= space.maxOrder; order++) {
    if (order === 3) parts.push({ order, lane: -1, code: -1, work: rows })
    for (const [index, lane] of root.lanes.entries()) {
      const later = root.lanes.length - 1 - index
      if (order === 2) {
        parts.push({ order, lane: index, code: -1, work: rows * later })
      } else if (!lane.number && later >= order - 1) {
        const sizes = sizesOf[index]!
        const sets = choose(later, order - 1)
        for (let code = 1; code < lane.size; code++) {
          parts.push({ order, lane: index, code, work: sizes[code]! * sets })
        }
      }
    }
  }
  return parts
}

/** Rows by code. */
function codeSizes({ codes, size }: Lane): Uint32Array {
  const sizes = new Uint32Array(size)
  for (let row = 0; row < codes.length; row++) sizes[codes[row]!]! += 1
  return sizes
}

/** Does parts of a scan and keeps the best of what they find. */
export class ScanRun {
  readonly root: ScanNode
  readonly #space: ScanSpace
  readonly #keeper: ContenderKeeper
  readonly #stop: () => boolean
  readonly #pass: ScanPass
  readonly #jury: ScanJury
  #kernel: ScanKernel | null
  #split: { lane: number; split: Split } | undefined

  constructor(space: ScanSpace, root: ScanNode, keeper: ContenderKeeper, stop: () => boolean) {
    this.root = root
    this.#space = space
    this.#keeper = keeper
    this.#stop = stop
    this.#jury = new ScanJury(space, keeper)
    this.#pass = new ScanPass(space, this.#jury, stop)
    this.#kernel = ScanKernel.of(space, root, this.#jury)
  }

  static of(space: ScanSpace, stop: () => boolean): ScanRun {
    return new ScanRun(space, rootNode(space), new ContenderKeeper(space.keep), stop)
  }

  /** After the last part; gives memory back for the next scan. */
  end(): void {
    this.#kernel?.end(this.#jury)
    this.#kernel = null
  }

  get contenders(): ReturnType<ContenderKeeper['list']> {
    return this.#keeper.list()
  }

  /** False where it was stopped. */
  do({ order, lane, code }: ScanPart): boolean {
    const { root } = this
    if (order === 1) {
      this.#pass.singles(root)
      return true
    }
    if (order > 2 && lane < 0) return this.#pass.triplesOfNumbers(root)
    if (this.#kernel !== null && order <= kernelOrder) {
      if (this.#stop()) return false
      if (order === 2) this.#kernel.pairs(lane)
      else this.#kernel.triples(lane, code)
      return true
    }
    if (order === 2) return this.#pass.pairsOf(root, lane)
    if (this.#split?.lane !== lane) {
      this.#split = { lane, split: splitNode(root, root.lanes[lane]!) }
    }
    const child = childNode(this.#space, root, lane, code, this.#split.split)
    return this.#pass.below(child, order)
  }
}

/**
 * Conjunctions of `order` conditions: values and absences of different attributes, with every interval of one number,
 * pairs of coarse intervals of two, triples of still coarser ones of three.
 */
export function cellsOfOrder({ axes }: ScanSpace, order: number): number {
  const coarse = (size: number, most: number): number => {
    const groups = Math.min(most, size - 1)
    return (groups * (groups + 1)) / 2
  }
  const values = axes
    .filter(({ kind }) => kind !== 'number')
    .map(({ size, unnamed }) => size - (unnamed < 0 ? 0 : 1))
  const numbers = axes.filter(({ kind }) => kind === 'number')
  const groups = [0, Infinity, order === 2 ? groupsOfTwo : groupsWithin, groupsWithin]
  const intervals = groups.map((most) => numbers.map(({ size }) => coarse(size, most)))
  let cells = 0
  for (let ranges = 0; ranges <= Math.min(3, order); ranges++) {
    cells += products(values, order - ranges) * products(intervals[ranges]!, ranges)
  }
  return cells
}

/** Sum of the products of every `count` of the sizes (elementary symmetric polynomial). */
function products(sizes: readonly number[], count: number): number {
  const sums = [1, ...Array.from({ length: count }, () => 0)]
  for (const size of sizes) {
    for (let taken = count; taken > 0; taken--) sums[taken]! += sums[taken - 1]! * size
  }
  return sums[count]!
}

function choose(n: number, k: number): number {
  let result = 1
  for (let i = 0; i < k; i++) result *= (n - i) / (i + 1)
  return result
}
