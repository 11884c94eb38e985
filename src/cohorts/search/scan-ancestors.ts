/** Counts of the wider cells that a cell lies in. */
import type { AxisRange } from './scan-node.ts'
import type { Four } from './scan-score.ts'
import type { ScanSpace } from './scan-space.ts'

/** Tables of pairs kept, in numbers (8 bytes each), and wider cells of three and more conditions. */
const mostNumbers = 6e6
const mostCells = 20_000

/** Counts a pair of axes: [(code of the first * size of the second + code of the second) * 4 + class]. */
export interface PairTables {
  /** Null where it cannot; of values that no cell can name, it need not count anything. */
  pairTable(first: number, second: number): Float64Array | null
}

export class Ancestors {
  readonly #space: ScanSpace
  readonly #tables: PairTables | null
  readonly #singles: Float64Array[] = []
  readonly #pairs = new Map<number, Float64Array>()
  readonly #cells = new Map<string, Four>()
  #numbers = 0

  constructor(space: ScanSpace, tables: PairTables | null = null) {
    this.#space = space
    this.#tables = tables
    for (const [axis, { size }] of space.axes.entries()) {
      this.#singles.push(countCodes(space, space.columns[axis]!, size))
    }
  }

  /** Every single one of two or more conditions. */
  singles(conditions: readonly AxisRange[]): Four[] {
    return conditions.length < 2 ? [] : conditions.map((condition) => this.#single(condition))
  }

  /** Of the conditions (ascending axes) every two, and all but one; not all of them, nor single ones. */
  more(conditions: readonly AxisRange[]): Four[] {
    const cells: Four[] = []
    if (conditions.length > 2) {
      for (const [index, first] of conditions.entries()) {
        for (const second of conditions.slice(index + 1)) cells.push(this.#pair(first, second))
      }
    }
    if (conditions.length > 3) {
      for (const left of conditions)
        cells.push(this.#cell(conditions.filter((one) => one !== left)))
    }
    return cells
  }

  #single({ axis, first, last }: AxisRange): Four {
    const counts = this.#singles[axis]!
    const four = [0, 0, 0, 0]
    for (let at = first * 4; at < (last + 1) * 4; at++) four[at & 3]! += counts[at]!
    return four
  }

  #pair(first: AxisRange, second: AxisRange): Four {
    const counts = this.#pairTable(first.axis, second.axis)
    const { size } = this.#space.axes[second.axis]!
    const four = [0, 0, 0, 0]
    for (let i = first.first; i <= first.last; i++) {
      const end = (i * size + second.last + 1) * 4
      for (let at = (i * size + second.first) * 4; at < end; at++) four[at & 3]! += counts[at]!
    }
    return four
  }

  #pairTable(first: number, second: number): Float64Array {
    const { axes, columns } = this.#space
    const key = first * axes.length + second
    const known = this.#pairs.get(key)
    if (known !== undefined) return known
    const stride = axes[second]!.size
    const quick = this.#tables?.pairTable(first, second) ?? null
    const counts = quick ?? new Float64Array(axes[first]!.size * stride * 4)
    if (this.#numbers + counts.length > mostNumbers) {
      this.#pairs.clear()
      this.#numbers = 0
    }
    this.#numbers += counts.length
    this.#pairs.set(key, counts)
    if (quick !== null) return quick
    const { starts, uniform, weights } = this.#space
    for (let k = 0; k < 4; k++) {
      const [from, to, weight] = [starts[k]!, starts[k + 1]!, uniform[k]!]
      const [a, b] = [columns[first]!, columns[second]!]
      if (weights !== null && Number.isNaN(weight)) {
        addWeighted(counts, k, a, b, stride, from, to, weights)
      } else addEqual(counts, k, a, b, stride, from, to, weight)
    }
    return counts
  }

  #cell(conditions: readonly AxisRange[]): Four {
    const key = conditions.map(({ axis, first, last }) => `${axis}:${first}:${last}`).join()
    const known = this.#cells.get(key)
    if (known !== undefined) return known
    const four = [0, 0, 0, 0]
    const columns = conditions.map(({ axis }) => this.#space.columns[axis]!)
    this.#eachRow((row, k, weight) => {
      for (let i = 0; i < conditions.length; i++) {
        const code = columns[i]![row]!
        const { first, last } = conditions[i]!
        if (code < first || code > last) return
      }
      four[k]! += weight
    })
    if (this.#cells.size >= mostCells) this.#cells.clear()
    this.#cells.set(key, four)
    return four
  }

  #eachRow(visit: (row: number, k: number, weight: number) => void): void {
    const { starts, uniform, weights } = this.#space
    for (let k = 0; k < 4; k++) {
      const weight = uniform[k]!
      for (let row = starts[k]!; row < starts[k + 1]!; row++) {
        visit(row, k, weights !== null && Number.isNaN(weight) ? weights[row]! : weight)
      }
    }
  }
}

/** [code * 4 + class] */
function countCodes(
  { starts, uniform, weights }: ScanSpace,
  codes: Uint8Array,
  size: number,
): Float64Array {
  const counts = new Float64Array(size * 4)
  for (let k = 0; k < 4; k++) {
    const [from, to, weight] = [starts[k]!, starts[k + 1]!, uniform[k]!]
    if (weights !== null && Number.isNaN(weight)) {
      for (let row = from; row < to; row++) counts[codes[row]! * 4 + k]! += weights[row]!
    } else for (let row = from; row < to; row++) counts[codes[row]! * 4 + k]! += weight
  }
  return counts
}

function addEqual(
  counts: Float64Array,
  k: number,
  first: Uint8Array,
  second: Uint8Array,
  stride: number,
  from: number,
  to: number,
  weight: number,
): void {
  for (let row = from; row < to; row++) {
    counts[(first[row]! * stride + second[row]!) * 4 + k]! += weight
  }
}

function addWeighted(
  counts: Float64Array,
  k: number,
  first: Uint8Array,
  second: Uint8Array,
  stride: number,
  from: number,
  to: number,
  weights: Float64Array,
): void {
  for (let row = from; row < to; row++) {
    counts[(first[row]! * stride + second[row]!) * 4 + k]! += weights[row]!
  }
}
