/** Rectangles of two numbers and boxes of three within a node. */
import { BestCell } from './scan-best-cell.ts'
import { accumulate, bestBox, coarseGroups, groupsOfTwo, groupsWithin } from './scan-boxes.ts'
import type { ScanJury } from './scan-jury.ts'
import type { Lane, ScanNode } from './scan-node.ts'
import { packLanes, PairCounts } from './scan-pair-counts.ts'
import type { ScanSpace } from './scan-space.ts'

/** A number in coarse groups; group 0 = absent. */
interface Coarse extends Lane {
  /** Group g holds bins edges[g - 1] + 1 to edges[g]. */
  edges: readonly number[]
}

export class NumberBoxes {
  readonly #space: ScanSpace
  readonly #jury: ScanJury
  readonly #pairs: PairCounts

  constructor(space: ScanSpace, jury: ScanJury) {
    this.#space = space
    this.#jury = jury
    const most = Math.max((groupsOfTwo + 1) ** 2, (groupsWithin + 1) ** 3)
    this.#pairs = new PairCounts(space.uniform, most)
  }

  /** The best rectangle of one number with each of the others. */
  rectangles(node: ScanNode, first: Lane, others: readonly Lane[]): void {
    if (others.length === 0) return
    const groups = node.prefix.length === 0 ? groupsOfTwo : groupsWithin
    const coarse = coarseLane(node, first, groups)
    const later = others.map((other) => coarseLane(node, other, groups))
    this.#withEach(node, coarse, later, (counts, other) => {
      this.#judge(node, counts, [coarse, other])
    })
  }

  /** The best box of each three numbers. False where it was stopped. */
  triples(node: ScanNode, stop: () => boolean): boolean {
    const numbers = node.lanes.filter(({ number }) => number)
    if (numbers.length < 3) return true
    const coarse = numbers.map((lane) => coarseLane(node, lane, groupsWithin))
    for (const [i, first] of coarse.entries()) {
      for (const [j, second] of coarse.entries()) {
        if (j <= i || j === coarse.length - 1) continue
        if (stop()) return false
        const both = joinLanes(first, second)
        this.#withEach(node, both, coarse.slice(j + 1), (counts, third) => {
          this.#judge(node, counts, [first, second, third])
        })
      }
    }
    return true
  }

  /** Counts of the first with each of the others: [first][other][class]. */
  #withEach(
    node: ScanNode,
    first: Lane,
    others: readonly Coarse[],
    visit: (counts: Float64Array, other: Coarse) => void,
  ): void {
    const pairs = this.#pairs
    const { planes, worth } = pairs
    const odd = others.length % 4
    const blocks = others.slice(0, odd).map((other) => [other])
    for (let from = odd; from < others.length; from += 4) blocks.push(others.slice(from, from + 4))
    for (const block of blocks) {
      const stride = Math.max(...block.map(({ size }) => size))
      pairs.stride = stride
      const packed = block.length === 4 ? packLanes(block, node.starts[4]!) : null
      for (let k = 0; k < 4; k++) {
        if (packed === null) pairs.countOne(node, k, first, block[0]!.codes)
        else pairs.countFour(node, k, first, packed)
      }
      for (const [table, other] of block.entries()) {
        const counts = new Float64Array(first.size * other.size * 4)
        for (let k = 0; k < 4; k++) {
          const plane = planes[table]![k]!
          let at = k
          for (let row = 0; row < first.size; row++) {
            for (let group = 0; group < other.size; group++) {
              counts[at] = plane[row * stride + group]! * worth[k]!
              at += 4
            }
          }
        }
        visit(counts, other)
      }
    }
  }

  #judge(node: ScanNode, counts: Float64Array, lanes: readonly Coarse[]): void {
    const cost = this.#jury.cost([...node.prefix, ...lanes].map(({ axis }) => axis))
    const sizes = lanes.map(({ size }) => size)
    const [a, b, c] = (lanes.length === 3 ? sizes : [1, ...sizes]) as [number, number, number]
    accumulate(counts, a, b, c)
    const least = cost + this.#jury.leastScore
    const fewest = this.#jury.fewestBad(node.counts, least)
    const best = new BestCell(this.#jury.inner(node.counts), this.#jury.outer, least)
    const box = bestBox(counts, [a, b, c], this.#space.kind, fewest, best)
    if (box === null) return
    const skipped = 3 - lanes.length
    const conditions = lanes.map(({ axis, edges }, lane) => ({
      axis,
      first: edges[box.from[lane + skipped]!]! + 1,
      last: edges[box.to[lane + skipped]!]!,
    }))
    this.#jury.judge([...node.prefix, ...conditions], cost, best.four)
  }
}

function coarseLane(node: ScanNode, lane: Lane, most: number): Coarse {
  const edges = coarseGroups(lane.size - 1, most)
  const group = new Uint8Array(lane.size)
  for (let i = 1; i < edges.length; i++) group.fill(i, edges[i - 1]! + 1, edges[i]! + 1)
  const codes = new Uint8Array(node.starts[4]!)
  for (let row = 0; row < codes.length; row++) codes[row] = group[lane.codes[row]!]!
  return { ...lane, codes, size: edges.length, edges }
}

/** The pairs of codes of two lanes as one; at most 256 of them. */
function joinLanes(first: Lane, second: Lane): Lane {
  const codes = first.codes.slice()
  for (let row = 0; row < codes.length; row++) {
    codes[row] = codes[row]! * second.size + second.codes[row]!
  }
  return { ...first, codes, size: first.size * second.size }
}
