import type { HistogramBlock, HistogramEProcess } from '../../stats/bucket-latency-test.ts'
import type { ComparisonBlock, EProcess } from '../../stats/e-process.ts'
import { sumOfBlocks } from '../../stats/sum-of-blocks.ts'

/** An e-process by block. */
export interface Series {
  /** Natural logarithm after each block. */
  logE: Float64Array
  maxLogE: number
}

/** Counts of blocks, four each: total and bad of the baseline, total and bad of the candidate. */
export type BlockCells = ArrayLike<number>

/** Histograms of blocks, one after the other: the baseline's buckets and the candidate's of each. */
export interface HistogramCells {
  counts: Float64Array
  buckets: number
}

type Open = ComparisonBlock | HistogramBlock | undefined

/** An e-process that was fed with blocks: with the same blocks again it would be where it is. */
interface Fed<Test> {
  test: Test
  /** What waits for the side that is still empty, by stratum. */
  open: Open[]
  blocks: number
  /** Of the blocks. */
  fingerprint: string
  logE: Float64Array
}

/**
 * The e-processes of one release between its looks. Each is fed with what is new; where anything changed in what it was fed
 * with, it begins anew. What it says is what feeding it from the start would give, to the last digit.
 */
export class KeptSeries {
  #before = new Map<string, unknown>()
  #now = new Map<string, unknown>()

  /** To be called before each look: what the last one did not ask for is forgotten. */
  begin(): void {
    this.#before = this.#now
    this.#now = new Map()
  }

  /**
   * Feeds an e-process with strata: blocks of the same time, one list a stratum. Blocks of a stratum in which one side is
   * empty are merged with the next: a narrow cohort has few requests in each, and half a block says nothing. Whether to
   * merge depends on the totals alone, so the e-process stays one.
   * @param key of the claim and its margin, the same at every look
   */
  ofCells(
    key: string,
    make: () => EProcess,
    strata: readonly BlockCells[],
    blocks: number,
  ): Series {
    return this.#feed(key, blocks, {
      make,
      mark: (mark, block) => {
        const cell = 4 * block
        for (let stratum = 0; stratum < strata.length; stratum++) {
          const cells = strata[stratum]!
          if (!(cells[cell]! + cells[cell + 2]! > 0)) continue
          mark.add(stratum)
          mark.add(cells[cell + 2]!)
          mark.add(cells[cell + 3]!)
          mark.add(cells[cell]!)
          mark.add(cells[cell + 1]!)
        }
      },
      update: (test, open, block) => {
        for (let stratum = 0; stratum < strata.length; stratum++) {
          const cells = strata[stratum]!
          if (4 * block >= cells.length) continue
          const waiting = open[stratum] as ComparisonBlock | undefined
          const own = blockOf(cells, block)
          const sum = waiting === undefined ? own : sumOfBlocks([waiting, own])
          const hasBoth = sum.candidateTotal > 0 && sum.baselineTotal > 0
          if (hasBoth) test.update(sum)
          open[stratum] = hasBoth ? undefined : sum
        }
      },
    })
  }

  /** The same with blocks that are objects. */
  ofCounts(
    key: string,
    make: () => EProcess,
    strata: readonly (readonly ComparisonBlock[])[],
    blocks: number,
  ): Series {
    return this.ofCells(key, make, strata.map(cellsOf), blocks)
  }

  /** The same with durations. Those of a block in which one side is empty are tested with it, and again with the next. */
  ofHistograms(
    key: string,
    make: () => HistogramEProcess,
    histograms: readonly HistogramBlock[] | HistogramCells,
    blocks: number,
  ): Series {
    const cells = 'counts' in histograms ? histograms : histogramCellsOf(histograms)
    const { counts, buckets } = cells
    return this.#feed(key, blocks, {
      make,
      mark: (mark, block) => {
        const end = 2 * (block + 1) * buckets
        for (let i = 2 * block * buckets; i < end; i++) mark.add(counts[i]!)
      },
      update: (test, open, block) => {
        const merged = mergedHistogram(
          open[0] as HistogramBlock | undefined,
          histogramOf(cells, block),
        )
        test.update(merged)
        open[0] = isComplete(merged) ? undefined : merged
      },
    })
  }

  #feed<Test extends { logE: number; maxLogE: number }>(
    key: string,
    blocks: number,
    {
      make,
      mark,
      update,
    }: {
      make: () => Test
      mark: (mark: Fingerprint, block: number) => void
      update: (test: Test, open: Open[], block: number) => void
    },
  ): Series {
    const known = this.#before.get(key) as Fed<Test> | undefined
    // one that fails half-way is not kept
    this.#before.delete(key)
    const print = new Fingerprint()
    let fed: Omit<Fed<Test>, 'fingerprint'> = {
      test: make(),
      open: [],
      blocks: 0,
      logE: new Float64Array(0),
    }
    for (let block = 0; block < blocks; block++) {
      if (known?.blocks === block && known.fingerprint === print.text) fed = known
      print.add(block)
      mark(print, block)
    }
    if (known?.blocks === blocks && known.fingerprint === print.text) fed = known
    const { test, open } = fed
    const logE = new Float64Array(blocks)
    logE.set(fed.logE)
    for (let block = fed.blocks; block < blocks; block++) {
      update(test, open, block)
      logE[block] = test.logE
    }
    this.#now.set(key, { test, open, blocks, fingerprint: print.text, logE })
    return { logE, maxLogE: test.maxLogE }
  }
}

/** Of a list of whole numbers, 64 bits in two halves. */
class Fingerprint {
  #a = 0x243f6a88
  #b = 0x13198a2e

  add(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1)
    this.#a = a ^ (a >>> 15)
    const b = Math.imul(this.#b + value, 0x85ebca6b) ^ (this.#b >>> 7)
    this.#b = b ^ (b >>> 13)
  }

  get text(): string {
    return `${this.#a} ${this.#b}`
  }
}

function blockOf(cells: BlockCells, block: number): ComparisonBlock {
  return {
    baselineTotal: cells[4 * block]!,
    baselineBad: cells[4 * block + 1]!,
    candidateTotal: cells[4 * block + 2]!,
    candidateBad: cells[4 * block + 3]!,
  }
}

export function blocksOf(cells: BlockCells): ComparisonBlock[] {
  return Array.from({ length: cells.length / 4 }, (_, block) => blockOf(cells, block))
}

function cellsOf(blocks: readonly ComparisonBlock[]): Float64Array {
  const cells = new Float64Array(4 * blocks.length)
  blocks.forEach((block, i) => {
    cells[4 * i] = block.baselineTotal
    cells[4 * i + 1] = block.baselineBad
    cells[4 * i + 2] = block.candidateTotal
    cells[4 * i + 3] = block.candidateBad
  })
  return cells
}

function histogramCellsOf(blocks: readonly HistogramBlock[]): HistogramCells {
  const buckets = blocks[0]?.baseline.length ?? 0
  const counts = new Float64Array(2 * blocks.length * buckets)
  blocks.forEach(({ baseline, candidate }, block) => {
    counts.set(Array.from(baseline), 2 * block * buckets)
    counts.set(Array.from(candidate), (2 * block + 1) * buckets)
  })
  return { counts, buckets }
}

function histogramOf({ counts, buckets }: HistogramCells, block: number): HistogramBlock {
  const at = 2 * block * buckets
  return {
    baseline: counts.slice(at, at + buckets),
    candidate: counts.slice(at + buckets, at + 2 * buckets),
  }
}

/** Both together. */
function mergedHistogram(a: HistogramBlock | undefined, b: HistogramBlock): HistogramBlock {
  if (a === undefined) return b
  return {
    baseline: Float64Array.from(b.baseline, (n, i) => n + a.baseline[i]!),
    candidate: Float64Array.from(b.candidate, (n, i) => n + a.candidate[i]!),
  }
}

/** Both sides have requests. */
const isComplete = (block: HistogramBlock): boolean =>
  [block.baseline, block.candidate].every((side) =>
    Array.prototype.some.call(side, (n: number) => n > 0),
  )
