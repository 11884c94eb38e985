/** What the main thread and the threads of a search say to each other. */
import type { CohortSearch } from '../search-cohorts.ts'
import type { Contender } from '../search/scan-contender.ts'
import type { MeasureAnswer } from '../search/search-measures.ts'
import type { SharedScan } from './shared-scan.ts'

export type ToSearchThread =
  /** What the measures after it are of, once, so that a thread keeps what it computes for all of them; at the end none. */
  | { kind: 'search'; search: CohortSearch | undefined }
  /** Search one measure. */
  | { kind: 'measure'; index: number; control: SharedArrayBuffer }
  /** Help with the scan of another thread. */
  | { kind: 'help'; scan: SharedScan; control: SharedArrayBuffer }
  /** What the others found for the scan that was opened. */
  | { kind: 'helped'; contenders: Contender[] }

export type FromSearchThread =
  | { kind: 'measured'; index: number; answer: MeasureAnswer }
  /** A scan that others may help with, until it is closed. */
  | { kind: 'open'; scan: SharedScan }
  /** Nothing is left to take: asks for what the others found. */
  | { kind: 'close' }
  /** Found while helping. */
  | { kind: 'found'; contenders: Contender[] }
  | { kind: 'failed'; error: unknown }

/** Int32 of the control: whether to stop, then the progress of each measure. */
export const progressUnit = 1000

export function searchControl(measures: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (1 + measures))
}
