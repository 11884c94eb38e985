import { durationBounds } from '../duration-buckets.ts'

/** What an operation did in each block of a grid of time. */
export interface OperationCounts {
  requests: Float64Array
  failed: Float64Array
  /** Reported success although a detector saw a failure. */
  silent: Float64Array
  /** Durations, `durationBuckets` numbers a block. */
  durations: Uint32Array
}

/** Counts of a service on a grid of blocks; block `first` is index 0 of every list. */
export interface HistoryCounts {
  /** Number of the first block; block 0 begins at the origin of the grid. */
  first: number
  blocks: number
  /** Blocks of time that each block stands for. */
  exposure: Float64Array
  operations: Map<string, OperationCounts>
}

export const durationBuckets = durationBounds.length + 1

/** The operations beyond the busiest, together. */
export const otherOperations = '(other operations)'

export function emptyCounts(first: number, blocks: number): HistoryCounts {
  return { first, blocks, exposure: new Float64Array(blocks), operations: new Map() }
}

/** The lists of an operation, created where there are none. */
export function countsOf(counts: HistoryCounts, operation: string): OperationCounts {
  let found = counts.operations.get(operation)
  if (found === undefined) {
    found = {
      requests: new Float64Array(counts.blocks),
      failed: new Float64Array(counts.blocks),
      silent: new Float64Array(counts.blocks),
      durations: new Uint32Array(counts.blocks * durationBuckets),
    }
    counts.operations.set(operation, found)
  }
  return found
}

/** The first block with a request; null where there is none. */
export function firstBlockWithTraffic(counts: HistoryCounts): number | null {
  let least = counts.blocks
  for (const { requests } of counts.operations.values()) {
    const index = requests.findIndex((n) => n > 0)
    if (index >= 0) least = Math.min(least, index)
  }
  return least === counts.blocks ? null : counts.first + least
}

/** Adds block `from` of one grid to block `to` of another one; blocks outside either are nothing. */
export function addBlock(
  target: HistoryCounts,
  to: number,
  source: HistoryCounts,
  from: number,
): void {
  const at = from - source.first
  const place = to - target.first
  if (at < 0 || at >= source.blocks || place < 0 || place >= target.blocks) return
  target.exposure[place]! += source.exposure[at]!
  for (const [operation, counts] of source.operations) {
    if (counts.requests[at] === 0) continue
    const sum = countsOf(target, operation)
    sum.requests[place]! += counts.requests[at]!
    sum.failed[place]! += counts.failed[at]!
    sum.silent[place]! += counts.silent[at]!
    for (let bucket = 0; bucket < durationBuckets; bucket++) {
      sum.durations[place * durationBuckets + bucket]! +=
        counts.durations[at * durationBuckets + bucket]!
    }
  }
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum
}

/** Requests of all operations. */
export function requestsIn(counts: HistoryCounts): number {
  let sum = 0
  for (const { requests } of counts.operations.values()) sum += sumOf(requests)
  return sum
}
