import type { Fault } from './faults.ts'

/** Something that must not happen. */
export class Failure extends Error {
  readonly kind: Fault

  constructor(kind: Fault, message: string) {
    super(message)
    this.kind = kind
  }
}

export interface FailureExample {
  kind: Fault
  /** Number of the payload; the run with the same seed makes the same one. */
  index: number
  detail: string
}

/** What one stretch of payloads came to. */
export interface Stretch {
  /** How often each thing became of a payload: `signal encoding outcome`, or `http status`. */
  outcomes: Record<string, number>
  failures: Record<Fault, number>
  examples: FailureExample[]
  slowest: { ms: number; index: number; bytes: number }
}

export interface MemorySample {
  /** Bytes after a collection of garbage: objects, and buffers outside the heap. */
  heap: number
  buffers: number
}

export interface FuzzReport extends Stretch {
  seed: number
  payloads: number
  seconds: number
  /** Of the worker, after garbage was collected: the first sample and the largest after it. */
  memory: { first: MemorySample; largest: MemorySample; peakResident: number }
  planted: number
}

export const noFailures = (): Record<Fault, number> => ({
  crash: 0,
  hang: 0,
  leak: 0,
  rollback: 0,
  answer: 0,
})
