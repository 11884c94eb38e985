import type { Section } from './sections.ts'
import type { Target } from './target.ts'
import type { FaultName } from './reference/faults.ts'

export type Level = 'MUST' | 'SHOULD' | 'MAY'

/** What a server must have before a case can be asked of it. */
export type Need = 'json' | 'zstd' | 'grpc'

/** One row of a table of cases. */
export interface ConformanceCase {
  /** AREA/NAME, for good: results are compared by it. */
  id: string
  level: Level
  section: Section
  /** What is sent, in words. */
  sends: string
  /** What a server that conforms does, in words. */
  expects: string
  needs?: readonly Need[]
  /** The fault of the reference server that makes this case fail: see reference/faults.ts. */
  fault: FaultName
  /** @throws Unmet, NotRun */
  run(target: Target): Promise<void>
}

/** An expectation that was not met; the message says what was seen. */
export class Unmet extends Error {
  override readonly name = 'Unmet'
}

/** The case says nothing about this server; the message says why. */
export class NotRun extends Error {
  override readonly name = 'NotRun'
}
