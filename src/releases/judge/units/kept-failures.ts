import type { Detector, SilentFailure } from '../../../signals/detector.ts'
import type { UnitTable } from '../unit-table.ts'
import type { UnitChunk } from './unit-chunk.ts'
import { hasTrace } from './trace-presence.ts'
import { sampleOf, type UnitScope, withinStretches } from './unit-scope.ts'

interface FailedTrace {
  /** Its hash. */
  trace: number
  failures: readonly SilentFailure[]
}

/**
 * What the detectors said of each trace. Whether a trace failed silently depends on its own spans alone, so only traces of
 * which spans came or went are asked about again.
 */
export class KeptFailures {
  /** By trace id; only traces with units. */
  readonly #traces = new Map<string, FailedTrace>()
  #isComplete = true

  /** Keeps what was found of all traces. */
  replace({ failures, isComplete }: Detected, chunks: readonly UnitChunk[]): void {
    this.#traces.clear()
    this.#isComplete = isComplete
    this.#keep(failures, chunks, () => true)
  }

  /** Asks about some traces, in the stretches in which they occur. @param touched their hashes, ascending */
  async readAgain(
    scope: UnitScope,
    detectors: readonly Detector[],
    oneOf: number,
    chunks: readonly UnitChunk[],
    touched: Float64Array,
  ): Promise<void> {
    if (touched.length === 0) return
    for (const [id, { trace }] of this.#traces)
      if (hasTrace(touched, trace)) this.#traces.delete(id)
    const where = chunks.filter(({ traces }) => hasCommon(traces, touched))
    const sample = `${sampleOf(oneOf)} AND ${withinStretches(where)}`
    const { failures, isComplete } = await detect(scope, detectors, sample)
    this.#isComplete &&= isComplete
    this.#keep(failures, where, (trace) => hasTrace(touched, trace))
  }

  /** Keeps a smaller sample of traces. */
  sample(oneOf: number): void {
    for (const [id, { trace }] of this.#traces) if (trace % oneOf !== 0) this.#traces.delete(id)
  }

  /**
   * Marks the units that hold a silent failure: by the entry span where the failure names it, else by the trace where the
   * trace used one operation only; a failure that cannot be attributed is left out.
   */
  mark(
    { rows, failed, traceIds }: UnitTable,
    { spans, traces }: { spans: readonly string[]; traces: Float64Array },
  ): Pick<UnitTable, 'silent' | 'silentReasons' | 'detectorsComplete'> {
    const silent = new Uint8Array(rows)
    const reasons = new Map<number, string>()
    const rowsOf = new Map<string, number[]>()
    const mayHave = traceFilter([...this.#traces.values()].map(({ trace }) => trace))
    for (let row = 0; this.#traces.size > 0 && row < rows; row++) {
      if (!mayHave(traces[row]!)) continue
      const id = traceIds[row]!
      if (!this.#traces.has(id)) continue
      const known = rowsOf.get(id)
      if (known === undefined) rowsOf.set(id, [row])
      else known.push(row)
    }
    for (const [id, { failures }] of this.#traces) {
      const own = rowsOf.get(id) ?? []
      for (const { spanId, reason } of failures) {
        const named = own.findLast((row) => spans[row]!.split(',').includes(spanId))
        const row = named ?? (own.length === 1 ? own[0] : undefined)
        if (row === undefined || failed[row] === 1) continue
        silent[row] = 1
        if (!reasons.has(row)) reasons.set(row, reason)
      }
    }
    return { silent, silentReasons: reasons, detectorsComplete: this.#isComplete }
  }

  #keep(
    failures: Detected['failures'],
    chunks: readonly UnitChunk[],
    isAsked: (trace: number) => boolean,
  ): void {
    if (failures.size === 0) return
    for (const { units } of chunks) {
      for (let row = 0; row < units.rows; row++) {
        const own = failures.get(units.traceIds[row]!)
        const trace = units.trace[row]!
        if (own !== undefined && isAsked(trace))
          this.#traces.set(units.traceIds[row]!, { trace, failures: own })
      }
    }
  }
}

/** What detectors found. */
export interface Detected {
  /** By trace id. */
  failures: ReadonlyMap<string, readonly SilentFailure[]>
  isComplete: boolean
}

/** Asks detectors. @param sample SQL condition on the spans that they look at */
export async function detect(
  { store, parameters, versions }: UnitScope,
  detectors: readonly Detector[],
  sample: string,
): Promise<Detected> {
  const { service, environment, from, to } = parameters as Record<string, string>
  const scope = { store, service, environment, versions, from, to, sample } as const
  const detections = await Promise.all(
    detectors.map((detector) => detector.detect(scope as Parameters<Detector['detect']>[0])),
  )
  const all = detections.flatMap(({ failures }) => failures)
  return {
    failures: Map.groupBy(all, ({ traceId }) => traceId),
    isComplete: detections.every(({ complete }) => complete),
  }
}

/** True for all of these traces and for few others, by their hashes: cheaper than to look a text up for each row. */
function traceFilter(traces: readonly number[]): (trace: number) => boolean {
  const bits = Math.max(10, Math.ceil(Math.log2(16 * Math.max(1, traces.length))))
  // of sampled traces the low bits of the hash are all alike
  const place = (trace: number): number => Math.imul(Math.trunc(trace), 0x9e3779b1) >>> (32 - bits)
  const seen = new Uint8Array(2 ** bits)
  for (const trace of traces) seen[place(trace)] = 1
  return (trace) => seen[place(trace)] === 1
}

function hasCommon(a: Float64Array, b: Float64Array): boolean {
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) return true
    if (a[i]! < b[j]!) i++
    else j++
  }
  return false
}
