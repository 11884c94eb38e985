import { createHash } from 'node:crypto'
import type { Cohort } from '../../../cohorts/cohort.ts'
import { rateRatioInterval } from '../../../stats/rate-ratio-interval.ts'
import { sumOfBlocks } from '../../../stats/sum-of-blocks.ts'
import type { Effect, Finding, Severity } from '../../verdict.ts'
import { durationBounds } from '../duration-buckets.ts'
import { millis, percent, times } from '../numbers-in-words.ts'
import type { UnitTable } from '../unit-table.ts'
import type { HistoryClaim } from './history-claims.ts'
import type { ConfirmedHistory } from './judge-history.ts'

export interface HistoryWords {
  service: string
  table: UnitTable
  /** Coverage of the intervals that are shown is one minus this. */
  alphaInterval: number
  /** ISO 8601; what was seen before keeps its time. */
  now: string
  firstSeen: Record<string, string>
  /** As in "fail than before the release". */
  than: string
  /** A sentence at the end of each title; empty for none. */
  remark: string
}

/** The claims as findings: first those that stand on their own, then the ones they account for. */
export function describeHistory(
  confirmed: readonly ConfirmedHistory[],
  words: HistoryWords,
): Finding[] {
  const explained = confirmed.flatMap(({ explains }) => explains)
  return [...confirmed, ...explained].map((each) => describeOne(each, words))
}

function describeOne(evidence: ConfirmedHistory, words: HistoryWords): Finding {
  const { claim, explains, maxLogE, total } = evidence
  const id = historyFindingId(claim)
  const effect = effectOf(evidence, words.alphaInterval)
  const exemplars = exemplarRows(words.table, claim)
  words.firstSeen[id] ??= words.now
  const reason = exemplars.map((row) => words.table.silentReasons.get(row)).find(Boolean)
  const title = titleOf(evidence, effect, words, reason)
  return {
    id,
    kind: claim.kind,
    comparison: 'before-after',
    severity: severityOf(claim, effect),
    title: words.remark === '' ? title : `${title} ${words.remark}`,
    cohort: cohortOf(claim),
    effect,
    evidence: {
      eValue: Math.exp(Math.min(maxLogE, 600)),
      baselineCount: claim.group === 'traffic' ? total.candidateBad : total.baselineTotal,
      candidateCount: claim.group === 'traffic' ? total.baselineBad : total.candidateTotal,
      firstSeen: words.firstSeen[id],
      exemplars: exemplars.map((row) => words.table.traceIds[row]!),
    },
    explains: explains.map((other) => historyFindingId(other.claim)),
  }
}

function historyFindingId({ kind, operation }: HistoryClaim): string {
  const name = JSON.stringify(['before-after', kind, operation])
  return createHash('sha256').update(name).digest('hex').slice(0, 10)
}

function cohortOf({ operation }: HistoryClaim): Cohort {
  return operation === null ? [] : [{ attribute: 'operation', op: '=', value: operation }]
}

function effectOf({ claim, strata, total }: ConfirmedHistory, alpha: number): Effect {
  // one block an operation: its rate before and after, whatever the order in between
  const interval = rateRatioInterval(strata.map(sumOfBlocks), alpha)
  const before = total.baselineTotal === 0 ? null : total.baselineBad / total.baselineTotal
  const after = total.candidateTotal === 0 ? null : total.candidateBad / total.candidateTotal
  if (claim.group !== 'traffic') {
    const ratio = before === null || after === null || before === 0 ? null : after / before
    const measure = measureOf(claim)
    const { low, high } = interval
    return { measure, baseline: before, candidate: after, ratio, low, high, unit: 'fraction' }
  }
  // the sides are exchanged there
  const inverse = (value: number | null): number | null =>
    value === null || value === 0 ? null : 1 / value
  const ratio = before === null || after === null || after === 0 ? null : before / after
  return {
    measure: measureOf(claim),
    baseline: claim.operation === null ? 1 : after,
    candidate: claim.operation === null ? ratio : before,
    ratio,
    low: inverse(interval.high),
    high: inverse(interval.low),
    unit: 'fraction',
  }
}

function measureOf({ kind, operation, bucket }: HistoryClaim): string {
  if (kind === 'failure-rate') return 'failure rate'
  if (kind === 'silent-failure') return 'silent failure rate'
  if (kind === 'latency') return `share slower than ${millis(durationBounds[bucket] ?? 0)}`
  return operation === null ? 'requests in the same time' : 'share of the requests'
}

/** History alone claims `critical` only where the change is huge: this rate, and ten times what it was. */
const hugeRate = 0.1

function severityOf({ group }: HistoryClaim, { candidate, ratio }: Effect): Severity {
  if (group !== 'failures') return group === 'slow' && (ratio ?? 0) < 3 ? 'minor' : 'major'
  return (candidate ?? 0) >= hugeRate && (ratio === null || ratio >= 10) ? 'critical' : 'major'
}

function titleOf(
  { claim, total }: ConfirmedHistory,
  effect: Effect,
  { service, alphaInterval, than }: HistoryWords,
  reason: string | undefined,
): string {
  const subject = claim.operation ?? service
  const sure = `with ${Math.round((1 - alphaInterval) * 100)} % confidence`
  const { low, high } = effect
  const counted = (bad: number, all: number): string =>
    `${bad.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}`
  if (claim.group === 'traffic') {
    const most = high === null ? '' : `, at most ${percent(high)} as many ${sure}`
    return claim.operation === null
      ? `${service} gets fewer requests ${than}: ${total.baselineBad.toLocaleString('en-US')} in the time in which it got ${total.candidateBad.toLocaleString('en-US')}${most}.`
      : `${subject} gets fewer requests ${than}: ${counted(total.baselineBad, total.baselineTotal)} of ${service}, against ${counted(total.candidateBad, total.candidateTotal)}${most}.`
  }
  const what =
    claim.kind === 'failure-rate'
      ? 'fail'
      : claim.kind === 'silent-failure'
        ? `report success although ${reason ?? 'something in them failed'}`
        : `take longer than ${millis(durationBounds[claim.bucket] ?? 0)}`
  const rate = effect.candidate === null ? '' : ` (${percent(effect.candidate)})`
  const least = low === null ? 'ratio not bounded yet' : `ratio at least ${times(low)} ${sure}`
  return `More requests to ${subject} ${what} ${than}: ${counted(total.candidateBad, total.candidateTotal)}${rate}, against ${counted(total.baselineBad, total.baselineTotal)} (${least}).`
}

const maxExemplars = 5

/** Bad units since the release began, those of the candidate first. */
function exemplarRows(table: UnitTable, claim: HistoryClaim): number[] {
  if (claim.group === 'traffic') return []
  const limit = durationBounds[claim.bucket] ?? Infinity
  const sides: [number[], number[]] = [[], []]
  for (let row = 0; row < table.rows; row++) {
    if (claim.operation !== null && table.operations[table.operation[row]!] !== claim.operation)
      continue
    const isBad =
      claim.kind === 'latency'
        ? table.duration[row]! > limit
        : (claim.kind === 'failure-rate' ? table.failed : table.silent)[row] === 1
    if (isBad) sides[table.candidate[row] as 0 | 1].push(row)
  }
  return [...sides[1], ...sides[0]].slice(0, maxExemplars)
}
