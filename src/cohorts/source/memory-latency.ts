import type { MemoryDurations, MemoryMeasure } from './memory-rows.ts'

/** The measures of latency and their quantiles. */
export const slowLevels = [
  { name: 'slow p50', level: 0.5 },
  { name: 'slow p90', level: 0.9 },
  { name: 'slow p99', level: 0.99 },
] as const

/** Operations with fewer baseline rows share the bounds of everything. */
const smallestOperation = 500

/** One measure per level: slower than the baseline's quantile of the same operation. Rows without a duration do not count. */
export function slowMeasures(candidate: Uint8Array, durations: MemoryDurations): MemoryMeasure[] {
  const { values, operation } = durations
  const bounds = slowBounds(candidate, durations)
  return slowLevels.map(({ name }, level) => {
    const bad = new Uint8Array(values.length)
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!
      const own = bounds[operation?.[row] ?? 0]!
      bad[row] = Number.isNaN(value) ? 255 : value > own[level]! ? 1 : 0
    }
    return { name, kind: 'share', bad }
  })
}

/** The baseline's exact quantile at each level, per operation: [operation][level]. */
export function slowBounds(candidate: Uint8Array, durations: MemoryDurations): number[][] {
  const { values, operation } = durations
  let operations = 1
  if (operation !== undefined)
    for (const code of operation) operations = Math.max(operations, code + 1)
  const sizes = new Uint32Array(operations)
  const counts = (row: number): boolean => candidate[row] === 0 && !Number.isNaN(values[row]!)
  for (let row = 0; row < values.length; row++) if (counts(row)) sizes[operation?.[row] ?? 0]! += 1
  const starts = new Uint32Array(operations)
  for (let i = 1; i < operations; i++) starts[i] = starts[i - 1]! + sizes[i - 1]!
  const sorted = new Float64Array(starts.at(-1)! + sizes.at(-1)!)
  const next = starts.slice()
  for (let row = 0; row < values.length; row++) {
    if (counts(row)) sorted[next[operation?.[row] ?? 0]!++] = values[row]!
  }
  const own = Array.from(sizes, (size, code) =>
    size < smallestOperation
      ? null
      : quantiles(sorted.subarray(starts[code], starts[code]! + size).toSorted()),
  )
  const shared = own.includes(null) || operations === 1 ? quantiles(sorted.toSorted()) : []
  return own.map((bounds) => bounds ?? shared)
}

function quantiles(sorted: Float64Array): number[] {
  return slowLevels.map(
    ({ level }) =>
      sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))] ?? Infinity,
  )
}
