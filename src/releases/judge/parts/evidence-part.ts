import type { Detector } from '../../../signals/detector.ts'
import type { Store } from '../../../store/store.ts'
import type { RecordedRelease } from '../../ledger/ledger.ts'
import type { BlindSpot, Finding } from '../../verdict.ts'
import type { JudgePace, JudgeWindow } from '../judge-window.ts'
import type { PartMemory } from '../hypothesis.ts'
import type { Policy } from '../policy.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import type { UnitTable } from '../unit-table.ts'

/** What a part of the evidence is looked at with. */
export interface PartInput {
  store: Store
  recorded: RecordedRelease
  window: JudgeWindow
  pace: JudgePace
  policy: Policy
  detectors: readonly Detector[]
  /** The service's own requests at this look. */
  table: UnitTable
  /** What this part remembers of earlier looks. */
  memory: PartMemory
  /** Milliseconds since the epoch. */
  now: number
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
  /** The part has requests of these sides to judge by, although the service's own traces may show none. */
  covers?: { candidate: boolean; baseline: boolean }
}

/**
 * A kind of evidence beside the service's own requests: the edges around it, its metrics. Each has its own share of the
 * error budget, fixed in advance, so that a further part takes nothing from what the others guarantee.
 */
export interface EvidencePart {
  name: 'edges' | 'metrics'
  /** Share of `Policy.alphaHarm`. */
  alphaShare: (policy: Policy) => number
  /** Null where there is nothing of this kind to look at. */
  look: (input: PartInput) => Promise<PartLook | null>
}
