/** One scan whose parts are shared out: by the thread that needs it, and by others that have nothing else to do. */
import type { Contender } from '../search/scan-contender.ts'
import type { ScanPart, ScanRun } from '../search/scan-plan.ts'
import type { ScanSpace } from '../search/scan-space.ts'

/** Can be sent to other threads. */
export interface SharedScan {
  space: ScanSpace
  parts: readonly ScanPart[]
  /** Int32: parts taken; then a byte for each part: 1 = finished. */
  state: SharedArrayBuffer
}

export function sharedScan(space: ScanSpace, parts: readonly ScanPart[]): SharedScan {
  return { space, parts, state: new SharedArrayBuffer(4 + parts.length) }
}

/** Does parts that nobody has taken until there is none; pauses after each. */
export function* takeParts(
  { parts, state }: SharedScan,
  run: ScanRun,
  stop: () => boolean,
): Generator<void, Contender[]> {
  const taken = new Int32Array(state, 0, 1)
  const finished = new Uint8Array(state, 4)
  for (;;) {
    const index = Atomics.add(taken, 0, 1)
    const part = parts[index]
    if (part === undefined || stop()) {
      run.end()
      return run.contenders
    }
    if (run.do(part)) Atomics.store(finished, index, 1)
    yield
  }
}

export function anyLeft({ parts, state }: SharedScan): boolean {
  return Atomics.load(new Int32Array(state, 0, 1), 0) < parts.length
}

/** 0 to 1. */
export function shareDone({ parts, state }: SharedScan): number {
  const finished = new Uint8Array(state, 4)
  let all = 0
  let done = 0
  for (const [index, { work }] of parts.entries()) {
    all += work
    if (Atomics.load(finished, index) === 1) done += work
  }
  return all === 0 ? 1 : done / all
}

/** Orders with parts that are not finished. */
export function openOrders({ parts, state }: SharedScan): Set<number> {
  const finished = new Uint8Array(state, 4)
  return new Set(parts.filter((_, index) => finished[index] === 0).map(({ order }) => order))
}
