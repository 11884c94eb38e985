/** What a replay is asked for, and what it answers. */
import type { Release } from '../release.ts'
import type { VerdictChange } from '../release-service.ts'
import type { Verdict } from '../verdict.ts'

export interface ReplayRequest {
  /** ISO 8601; left out: where the telemetry of the release ends, or the next release began. */
  until?: string
  /** Seconds between two looks; default 60. Longer spans get longer steps. */
  everySeconds?: number
}

export interface ReplayPlan {
  /** The start of the release. */
  from: string
  /** The time of the last look. */
  until: string
  /** What the end is. */
  end: 'asked for' | 'next release' | 'end of telemetry'
  everySeconds: number
  looks: number
  /** More looks were asked for than one replay takes. */
  widened: boolean
}

/** A look at which the verdict said something else than at the look before. */
export interface ReplayEntry extends VerdictChange {
  /** What is different, in words. */
  changed: string[]
}

export interface Replay {
  /** With the baseline that the judge found by itself, where nobody named one. */
  release: Release
  plan: ReplayPlan
  /** Looks that were made: fewer than planned where the verdict was final before, or the replay was stopped. */
  looks: number
  /** False where it was stopped: what follows was not judged. */
  complete: boolean
  /** The first look that said `rollback`; null where none did. */
  caught: { at: string; secondsAfterStart: number; headline: string } | null
  /** Oldest first; the first entry is the first look. */
  timeline: ReplayEntry[]
  /** Of the last look; null where none was made. */
  verdict: Verdict | null
}

/** What happens during a replay. */
export type ReplayEvent =
  | { plan: ReplayPlan; release: Release }
  | { progress: { look: number; at: string } }
  /** The verdict is that of the entry; `caught` as of then. */
  | { change: ReplayEntry; verdict: Verdict; caught: Replay['caught'] }
