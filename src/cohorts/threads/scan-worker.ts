/** One thread of a scan: takes the next part that nobody has taken, until there is none. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Contender } from '../search/scan-contender.ts'
import { ScanRun, type ScanPart } from '../search/scan-plan.ts'
import type { ScanSpace } from '../search/scan-space.ts'

export interface ScanWork {
  space: ScanSpace
  parts: readonly ScanPart[]
  /** Int32: parts taken, whether to stop; then a byte for each part: 1 = finished. */
  state: SharedArrayBuffer
}

export type ScanWorkDone = Contender[]

const { space, parts, state } = workerData as ScanWork
const shared = new Int32Array(state, 0, 2)
const finished = new Uint8Array(state, 8)
const stop = (): boolean => Atomics.load(shared, 1) !== 0
const run = ScanRun.of(space, stop)
for (;;) {
  const index = Atomics.add(shared, 0, 1)
  const part = parts[index]
  if (part === undefined || stop()) break
  if (run.do(part)) Atomics.store(finished, index, 1)
}
const answer: ScanWorkDone = run.contenders
parentPort?.postMessage(answer, [])
