/** The inner loops of the scan, compiled (kernels/scan); the plain loops of `ScanPass` are what they are tested against. */
import { conditionHurdle } from '../description-cost.ts'
import { leastBeyondParent, type ScanJury } from '../scan-jury.ts'
import type { AxisRange, ScanNode } from '../scan-node.ts'
import type { ScanSpace } from '../scan-space.ts'
import {
  giveKernelBack,
  takeKernel,
  type CompiledKernel,
  type JudgeCell,
  type KernelExports,
} from './compiled-kernel.ts'

/** Longest conjunctions that the kernel knows: what `pairs` and `triples` do. */
export const kernelOrder = 3

/** Of one scan, with a copy of its rows. */
export class ScanKernel {
  readonly #kernel: CompiledKernel
  readonly #exports: KernelExports
  readonly #root: ScanNode
  readonly #axes: ScanSpace['axes']
  #prefix: readonly AxisRange[] = []

  /** Null where there is none for such a scan, or none on this machine. */
  static of(space: ScanSpace, root: ScanNode, jury: ScanJury): ScanKernel | null {
    if (space.kind !== 'share' || space.maxOrder < 2) return null
    const judge: JudgeCell = (
      axis,
      first,
      last,
      otherAxis,
      otherFirst,
      otherLast,
      cost,
      ...four
    ) => {
      const other = { axis: otherAxis, first: otherFirst, last: otherLast }
      jury.judge([...scan.#prefix, { axis, first, last }, other], cost, four)
    }
    const kernel = takeKernel(judge)
    if (kernel === null) return null
    const scan = new ScanKernel(kernel, space, root)
    scan.#fill(space, jury)
    jury.tables = scan
    return scan
  }

  private constructor(kernel: CompiledKernel, space: ScanSpace, root: ScanNode) {
    this.#kernel = kernel
    this.#exports = kernel.exports
    this.#root = root
    this.#axes = space.axes
  }

  /** Others may have the memory; nothing may be asked after this. */
  end(jury: ScanJury): void {
    jury.tables = null
    giveKernelBack(this.#kernel)
  }

  /** Order 2: one lane of the root with every later one. */
  pairs(lane: number): void {
    this.#prefix = []
    this.#exports.pairsOfRoot(lane)
  }

  /** Order 3: every pair of later lanes within one code of a lane of the root. */
  triples(lane: number, code: number): void {
    const { axis, original } = this.#root.lanes[lane]!
    const value = original[code]!
    this.#prefix = [{ axis, first: value, last: value }]
    this.#exports.triplesOf(lane, code)
  }

  /**
   * Weighted counts of two axes: [(code of the first * size of the other + code of the other) * 4 + class]. Of values that no
   * cell can name, nothing is counted.
   */
  pairTable(first: number, second: number): Float64Array | null {
    const { lanes } = this.#root
    const [a, b] = [first, second].map((axis) => lanes.findIndex((lane) => lane.axis === axis))
    if (a === undefined || b === undefined || a < 0 || b < 0) return null
    const [one, other] = [lanes[a]!, lanes[b]!]
    const from = this.#exports.tableOfPair(a, b)
    const counts = new Float64Array(this.#exports.memory.buffer, from, one.size * other.size * 4)
    const stride = this.#axes[second]!.size
    const table = new Float64Array(this.#axes[first]!.size * stride * 4)
    for (let i = one.number ? 0 : 1; i < one.size; i++) {
      for (let j = other.number ? 0 : 1; j < other.size; j++) {
        const at = (i * other.size + j) * 4
        const to = (one.original[i]! * stride + other.original[j]!) * 4
        for (let k = 0; k < 4; k++) table[to + k] = counts[at + k]!
      }
    }
    return table
  }

  #fill(space: ScanSpace, jury: ScanJury): void {
    const { setSettings, setHurdles, setClass, setRoot, addLane } = this.#exports
    const { lanes, starts, weights } = this.#root
    const largest = Math.max(1, ...lanes.map(({ size }) => size))
    setSettings(space.minimumBad, space.restRatio, jury.overall, largest)
    setHurdles(space.leastScore, leastBeyondParent, conditionHurdle)
    for (const [k, weight] of space.uniform.entries()) {
      const uneven = Number.isNaN(weight)
      setClass(k, Number(uneven), uneven ? 1 : weight)
    }
    const [, s1, s2, s3, s4] = starts as [number, number, number, number, number]
    const weightsAt =
      weights === null
        ? 0
        : this.#copied(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength))
    setRoot(lanes.length, s1, s2, s3, s4, weightsAt, space.baseCost)
    for (const { axis, number, size, codes, original } of lanes) {
      const codesAt = this.#copied(codes)
      const originalAt = this.#copied(original)
      addLane(axis, Number(number), size, codesAt, originalAt, space.axes[axis]!.cost)
    }
  }

  #copied(bytes: Uint8Array): number {
    const { alloc, memory } = this.#exports
    const at = alloc(bytes.length)
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes)
    return at
  }
}
