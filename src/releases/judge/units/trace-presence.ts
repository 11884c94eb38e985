import type { Stretch } from './time-chunks.ts'
import {
  inWindow,
  sampleOf,
  stretchStart,
  traceNumber,
  type UnitScope,
  withinStretches,
} from './unit-scope.ts'

/** The hashes of the traces that the service had any span of in each of the stretches, ascending. */
export async function tracesIn(
  { store, parameters }: UnitScope,
  stretches: readonly Stretch[],
  oneOf: number,
): Promise<Float64Array[]> {
  if (stretches.length === 0) return []
  const { rows, columns } = await store.queryNative(
    `SELECT toFloat64(${stretchStart(stretches)}) AS stretch, ${traceNumber} AS trace
     FROM ${store.relation('traces')}
     WHERE ${inWindow} AND ${withinStretches(stretches)} AND ${sampleOf(oneOf)}
     GROUP BY stretch, trace ORDER BY stretch, trace`,
    parameters,
  )
  const numbers = (name: string): Float64Array => {
    const column = columns[name]
    return column?.kind === 'number'
      ? Float64Array.from(column.values as ArrayLike<number>)
      : new Float64Array(0)
  }
  const [stretch, trace] = [numbers('stretch'), numbers('trace')]
  let row = 0
  return stretches.map(({ from }) => {
    const start = row
    while (row < rows && stretch[row] === from) row++
    return trace.slice(start, row)
  })
}

/** Both, ascending, each once. */
export function unionOf(a: Float64Array, b: Float64Array): Float64Array {
  const union = new Float64Array(a.length + b.length)
  let [i, j, length] = [0, 0, 0]
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i] ?? Infinity, b[j] ?? Infinity]
    union[length++] = Math.min(x, y)
    if (x <= y) i++
    if (y <= x) j++
  }
  return union.slice(0, length)
}

export function hasTrace(traces: Float64Array, trace: number): boolean {
  let [low, high] = [0, traces.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (traces[middle]! < trace) low = middle + 1
    else high = middle
  }
  return traces[low] === trace
}
