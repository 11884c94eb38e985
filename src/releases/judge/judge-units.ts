import type { AttributeSelection } from '../../cohorts/attribute-selection.ts'
import type { Distribution, Finding } from '../verdict.ts'
import { confirmedClaims } from './confirmed-claims.ts'
import { describeFindings } from './describe-findings.ts'
import type { DiscoverySummary } from './discover-cohorts.ts'
import { evaluateHarm } from './evaluate-harm.ts'
import { explainClaims } from './explain-claims.ts'
import { addFixedHypotheses } from './fixed-hypotheses.ts'
import { withHarm } from './harm-of-claims.ts'
import type { WatchState } from './hypothesis.ts'
import type { JudgeWindow } from './judge-window.ts'
import { KeptSeries } from './kept-series.ts'
import type { Policy } from './policy.ts'
import { safetyClaims, type SafetyClaim } from './safety-claims.ts'
import { searchWhenDue } from './search-when-due.ts'
import { selectUnitAttributes } from './select-unit-attributes.ts'
import { atOnce, type Steps } from '../../cohorts/steps.ts'
import type { UnitTable } from './unit-table.ts'

/** What the units of one look show: harm found, safety proven, and what was searched. */
export interface UnitJudgement {
  state: WatchState
  findings: Finding[]
  distributions: Record<string, Distribution>
  claims: SafetyClaim[]
  discovery: DiscoverySummary
}

/** Runs `judgeUnitsInSteps` at once. */
export function judgeUnits(...input: Parameters<typeof judgeUnitsInSteps>): UnitJudgement {
  return atOnce(judgeUnitsInSteps(...input))
}

/**
 * The judge's mathematics over the units of one look. Pure: the same units, state and time give the same judgement.
 * @param evaluatedAt ISO 8601, for what is seen first in this look
 * @param kept what earlier looks at the release left; it saves work and changes nothing
 */
export function* judgeUnitsInSteps(
  table: UnitTable,
  service: string,
  window: JudgeWindow,
  before: WatchState,
  policy: Policy,
  evaluatedAt: string,
  selection: AttributeSelection = selectUnitAttributes(table),
  kept = new KeptSeries(),
): Steps<UnitJudgement> {
  kept.begin()
  const fixed = addFixedHypotheses(before.hypotheses, table, window.blocks)
  const { hypotheses, summary, search } = yield* searchWhenDue(
    fixed,
    table,
    window,
    before.search,
    selection,
  )
  yield
  const harm = evaluateHarm(table, hypotheses, window, policy, kept)
  const alarmed = harm.globalMaxLogE >= Math.log(1 / policy.alphaHarm)
  const state: WatchState = {
    ...before,
    hypotheses,
    search,
    looks: before.looks + 1,
    firstSeen: { ...before.firstSeen },
    alarmedAt: before.alarmedAt ?? (alarmed ? evaluatedAt : null),
  }
  yield
  const standing = explainClaims(table, confirmedClaims(harm, policy))
  const described = describeFindings(table, service, standing, window, state, policy, evaluatedAt)
  yield
  return {
    state,
    ...described,
    claims: withHarm(safetyClaims(table, service, window, policy, kept), harm, policy),
    discovery: summary,
  }
}
