import type { Detector } from '../../../signals/detector.ts'
import type { Store } from '../../../store/store.ts'
import type { RecordedRelease } from '../../ledger/ledger.ts'
import type { BlindSpot, Finding, TimeWindow } from '../../verdict.ts'
import type { FindingUnits } from '../attribution/finding-units.ts'
import type { HistoryCache } from '../history/history-cache.ts'
import type { JudgePace, JudgeWindow } from '../judge-window.ts'
import type { LookSample } from '../look-sample.ts'
import type { PartMemory } from '../hypothesis.ts'
import type { PlanLook } from '../plan/look-at-plan.ts'
import type { Policy } from '../policy.ts'
import type { ReadAhead } from '../read-ahead.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import type { UnitTable } from '../unit-table.ts'

/** What a part of the evidence is looked at with. */
export interface PartInput extends PartSource, PartContext {}

/** What a part reads from. */
export interface PartSource {
  store: Store
  recorded: RecordedRelease
  window: JudgeWindow
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  /** The service's own requests at this look. */
  table: UnitTable
  /** Who looks again and again while nothing old is imported; null for a look by itself. */
  watcher: object | null
  /** Milliseconds since the epoch. */
  now: number
  /** Of the look. */
  sample?: LookSample | undefined
  /** Of whoever looks again and again. */
  historyCache?: HistoryCache | undefined
  /** Of the look: begins to read what the part will need. */
  ahead: ReadAhead
}

/** What is known once all before a part has been judged. */
export interface PartContext {
  /** What was found before this part: by the service's own requests, and by the parts before it. */
  findings: readonly Finding[]
  /** What this part remembers of earlier looks. */
  memory: PartMemory
}

/** What a release has lived through, of what its plan asks for. */
export interface CountedWatch {
  /** Hours since 1970 that were watched, and in which the candidate answered requests. */
  lived: number[]
  /** Hours since 1970 with requests before the release. */
  past: number[]
  /** ms for which the candidate has answered nearly all requests, up to now. */
  fullMillis: number
  levels: PlanLook['levels']
}

/** What one look at a part shows. */
export interface PartLook {
  /** What stands by itself, each confirmed at this part's share of the error budget. */
  findings: Finding[]
  /** Findings enough for `rollback` at this look: the evidence crossed the bound of this part's share. */
  isAlarmed: boolean
  /** Further proofs that `proceed` needs. */
  claims: SafetyClaim[]
  /** What keeps the verdict from `proceed` although nothing is wrong. */
  withheld: string | null
  spots: BlindSpot[]
  memory: PartMemory
  /** Findings of this part by the id of the one that accounts for them, also of one found before it. */
  explained?: ReadonlyMap<string, readonly string[]>
  /** The units that a finding of this part is about; null where it has none. */
  unitsOf?: (finding: Finding) => Promise<FindingUnits | null>
  /** The part has requests of these sides to judge by, although the service's own traces may show none. */
  covers?: { candidate: boolean; baseline: boolean }
  /** With `covers` of both sides: how many requests, and when; they take the place of what traces would show. */
  traffic?: { candidate: number; baseline: number; window: TimeWindow }
  /** With `traffic`: what of the plan the candidate has lived through by it. */
  counted?: CountedWatch
}

/**
 * A kind of evidence beside the service's own requests: the edges around it, its metrics. Each has its own share of the
 * error budget, fixed in advance, so that a further part takes nothing from what the others guarantee.
 */
export interface EvidencePart {
  name: 'edges' | 'metrics' | 'late'
  /** Share of `Policy.alphaHarm`. */
  alphaShare: (policy: Policy) => number
  /**
   * Begins to read, where that takes long. What it returns ends the look: null where there is nothing of this kind to look
   * at.
   */
  begin: (source: PartSource) => (context: PartContext) => Promise<PartLook | null>
}
