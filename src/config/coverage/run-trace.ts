/** What the tracers wrote down about one run: names, places, shapes and fingerprints, never a value. */
import type { Location } from '../location.ts'

export interface TracedRead {
  key: string
  /** `has`: it was only asked whether the key is there. */
  how: 'get' | 'has'
  /** Whose code reads it: that of the repository, an installed package, or the runtime itself. */
  by: 'project' | 'library' | 'runtime'
  /** The nearest place in the repository's own code. */
  at?: Location
  /** The test file that was running. */
  test?: string
  /** Left out with `has` where the key is there. */
  state?: 'set' | 'empty' | 'unset'
  /** With `set` (`shapeClass`). */
  shape?: string
  /** With `set`: as `SealedValue.fingerprint`, under the secret of the run. */
  print?: string
}

/** One process, or one thread of it. */
export interface TracedProcess {
  language: 'javascript' | 'python'
  /** The file it was started with, where it lies in the repository; else ''. */
  main: string
  reads: TracedRead[]
  /** Where the whole environment was taken, by the repository's code or through a library: who reads a copy is not seen. */
  copies: { by: 'project' | 'library'; at: Location }[]
}

export interface RunTrace {
  processes: TracedProcess[]
  /** Sentences: what of the trace could not be read, or was not written. */
  problems: string[]
}

/** What stands beside a kept trace. */
export interface RunFacts {
  version: 1
  /** Of the secret of the fingerprints: traces with different ones cannot be compared. */
  keyId: string
  /** What the test command ended with; null = by a signal. */
  exitCode: number | null
}
