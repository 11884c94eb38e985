/** Counts of the pairs of codes of two lanes, class by class: the inner loop of the scan. */
import type { Lane, ScanNode } from './scan-node.ts'

/** Counts of one class: [code of the first * stride + code of the second]. Times the weight of the class. */
export type Plane = Uint32Array | Float64Array

/**
 * Tables of one lane against up to four others at a time. Rows of equal weight are counted with integers; codes of four
 * lanes lie in one word, which saves loads, and four independent tables keep the processor from waiting for its own writes.
 */
export class PairCounts {
  #planes: Plane[][] | undefined
  /** Per class: what one count is worth. */
  readonly worth: number[]
  stride = 0
  readonly #uniform: readonly number[]
  readonly #cells: number

  /** @param cells the largest product of two sizes */
  constructor(uniform: readonly number[], cells: number) {
    this.#uniform = uniform
    this.worth = uniform.map((weight) => (Number.isNaN(weight) ? 1 : weight))
    this.#cells = cells
  }

  /** Per table, per class; made when they are first needed. */
  get planes(): readonly (readonly Plane[])[] {
    return (this.#planes ??= Array.from({ length: 4 }, () =>
      this.#uniform.map((weight) =>
        Number.isNaN(weight) ? new Float64Array(this.#cells) : new Uint32Array(this.#cells),
      ),
    ))
  }

  /** One class of `first` against one other lane, into table 0. `stride` is at least the other's size. */
  countOne(node: ScanNode, k: number, first: Lane, second: Uint8Array): void {
    const plane = this.planes[0]![k]!
    const [from, to] = [node.starts[k]!, node.starts[k + 1]!]
    plane.fill(0, 0, first.size * this.stride)
    if (Number.isNaN(this.#uniform[k]!)) {
      addOne(plane, first.codes, second, this.stride, from, to, node.weights!)
    } else countOne(plane, first.codes, second, this.stride, from, to)
  }

  /** One class of `first` against four packed lanes. */
  countFour(node: ScanNode, k: number, first: Lane, packed: Uint32Array): void {
    const [from, to] = [node.starts[k]!, node.starts[k + 1]!]
    const [s, t, u, v] = this.planes
    const [a, b, c, d] = [s![k], t![k], u![k], v![k]]
    const cells = first.size * this.stride
    a!.fill(0, 0, cells)
    b!.fill(0, 0, cells)
    c!.fill(0, 0, cells)
    d!.fill(0, 0, cells)
    if (Number.isNaN(this.#uniform[k]!)) {
      addFour(a!, b!, c!, d!, first.codes, packed, this.stride, from, to, node.weights!)
    } else countFour(a!, b!, c!, d!, first.codes, packed, this.stride, from, to)
  }
}

/** The codes of four lanes in one word per row. */
export function packLanes([a, b, c, d]: readonly Lane[], rows: number): Uint32Array {
  const [i, j, k, l] = [a!.codes, b!.codes, c!.codes, d!.codes]
  const packed = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    packed[row] = i[row]! | (j[row]! << 8) | (k[row]! << 16) | (l[row]! << 24)
  }
  return packed
}

function countOne(
  plane: Plane,
  first: Uint8Array,
  second: Uint8Array,
  stride: number,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) plane[first[row]! * stride + second[row]!]! += 1
}

function addOne(
  plane: Plane,
  first: Uint8Array,
  second: Uint8Array,
  stride: number,
  from: number,
  to: number,
  weights: Float64Array,
): void {
  for (let row = from; row < to; row++) plane[first[row]! * stride + second[row]!]! += weights[row]!
}

function countFour(
  a: Plane,
  b: Plane,
  c: Plane,
  d: Plane,
  first: Uint8Array,
  packed: Uint32Array,
  stride: number,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) {
    const base = first[row]! * stride
    const word = packed[row]!
    a[base + (word & 255)]! += 1
    b[base + ((word >>> 8) & 255)]! += 1
    c[base + ((word >>> 16) & 255)]! += 1
    d[base + (word >>> 24)]! += 1
  }
}

function addFour(
  a: Plane,
  b: Plane,
  c: Plane,
  d: Plane,
  first: Uint8Array,
  packed: Uint32Array,
  stride: number,
  from: number,
  to: number,
  weights: Float64Array,
): void {
  for (let row = from; row < to; row++) {
    const base = first[row]! * stride
    const word = packed[row]!
    const weight = weights[row]!
    a[base + (word & 255)]! += weight
    b[base + ((word >>> 8) & 255)]! += weight
    c[base + ((word >>> 16) & 255)]! += weight
    d[base + (word >>> 24)]! += weight
  }
}
