import { createHash } from 'node:crypto'
import { formatCohort } from '../../../../cohorts/format-cohort.ts'
import { eBenjaminiHochberg } from '../../../../stats/e-benjamini-hochberg.ts'
import type { ComparisonBlock } from '../../../../stats/e-process.ts'
import { rateRatioInterval } from '../../../../stats/rate-ratio-interval.ts'
import { millis, percent, times } from '../../numbers-in-words.ts'
import type { Policy } from '../../policy.ts'
import type { Effect, Finding, Severity } from '../../../verdict.ts'
import {
  allRequests,
  countsByOperation,
  failedRequests,
  slowerThan,
  timedRequests,
} from './claim-counts.ts'
import { type EvaluatedClaim, type MetricEvidence, thinned } from './evaluate-metric-claims.ts'
import type { MetricTable } from './metric-table.ts'

/**
 * Claims that reached their own bound, or stand on the weighted e-BH list; where only all of them together did, the
 * strongest (judge.md §6.6).
 */
export function confirmedMetricClaims(
  { evaluated, globalMaxLogE }: MetricEvidence,
  alpha: number,
): EvaluatedClaim[] {
  const bound = Math.log(1 / alpha)
  const weights = evaluated.map(({ claim }) => claim.weight)
  const listed = new Set(
    eBenjaminiHochberg(
      evaluated.map(({ logE }) => logE),
      alpha,
      weights,
    ),
  )
  const strength = ({ claim, maxLogE }: EvaluatedClaim): number => maxLogE + Math.log(claim.weight)
  const confirmed = evaluated.filter((one, i) => listed.has(i) || strength(one) >= bound)
  if (confirmed.length > 0 || globalMaxLogE < bound) return confirmed
  return evaluated.toSorted((a, b) => strength(b) - strength(a)).slice(0, 1)
}

/**
 * Findings, those of operations and calls first. A claim about all requests, a value or a process is listed under the
 * strongest of the same kind that describes it more exactly: an operation, else whichever has the most evidence.
 */
export function describeMetricFindings(
  table: MetricTable,
  confirmed: readonly EvaluatedClaim[],
  service: string,
  policy: Policy,
  now: string,
): Finding[] {
  const order = confirmed.toSorted(
    (a, b) =>
      Number(isExact(b)) - Number(isExact(a)) ||
      b.maxLogE - a.maxLogE ||
      (a.claim.id < b.claim.id ? -1 : 1),
  )
  const findings = order.map((one) => describe(table, one, service, policy, now))
  return findings.map((finding, i) => {
    const { kind, role } = order[i]!.claim
    const isFirst = order.findIndex(({ claim }) => claim.kind === kind && claim.role === role) === i
    if (!isFirst) return finding
    const own = order.flatMap(({ claim }, j) =>
      j !== i && claim.kind === kind && claim.role === role && !isExact(order[j]!)
        ? [findings[j]!.id]
        : [],
    )
    return { ...finding, explains: own }
  })
}

/** About one operation or call: what a person can look at. */
function isExact({ claim }: EvaluatedClaim): boolean {
  return claim.isKnown && claim.cohort.length > 0
}

function describe(
  table: MetricTable,
  evaluated: EvaluatedClaim,
  service: string,
  policy: Policy,
  now: string,
): Finding {
  const { claim, maxLogE, margin } = evaluated
  const measured =
    claim.kind === 'latency'
      ? slowEffect(table, evaluated, policy)
      : failureEffect(table, evaluated, policy)
  const { effect, counts } = measured
  const named = claim.cohort.find(
    ({ attribute }) => attribute === 'operation' || attribute === 'call',
  )
  const value = named?.op === '=' ? String(named.value) : ''
  const subject =
    value === '' ? service : claim.role === 'client' ? `calls of ${service} to ${value}` : value
  const where =
    named === undefined && claim.cohort.length > 0 ? ` where ${formatCohort(claim.cohort)}` : ''
  const seen = (bad: number, all: number): string =>
    `${Math.round(bad).toLocaleString('en-US')} of ${Math.round(all).toLocaleString('en-US')}`
  const rate = effect.candidate === null ? '' : ` (${percent(effect.candidate)})`
  const what = claim.kind === 'latency' ? `take longer than ${measured.bound}` : 'fail'
  const requests = claim.role === 'client' ? subject : `requests to ${subject}`
  return {
    id: createHash('sha256').update(`metrics|${claim.id}`).digest('hex').slice(0, 10),
    kind: claim.kind,
    severity: severityOf(claim.kind, effect),
    title: `${seen(counts.candidateBad, counts.candidateTotal)} candidate ${requests}${rate} ${what}${where}, against ${seen(counts.baselineBad, counts.baselineTotal)} of the baseline (counted by metrics; ${interval(effect, policy)}; up to ${times(margin)} times would be put down to chance and to differences between processes).`,
    cohort: claim.cohort,
    effect,
    evidence: {
      eValue: Math.exp(Math.min(maxLogE, 600)),
      baselineCount: Math.round(counts.baselineTotal),
      candidateCount: Math.round(counts.candidateTotal),
      firstSeen: now,
      exemplars: [],
    },
    explains: [],
  }
}

function failureEffect(
  { blocks }: MetricTable,
  { groups, spread }: EvaluatedClaim,
  policy: Policy,
): { effect: Effect; counts: ComparisonBlock; bound: string } {
  const strata = countsByOperation(groups, blocks, failedRequests, allRequests)
  return {
    ...rateEffect('failure rate', strata, spread.clustering, policy.alphaInterval),
    bound: '',
  }
}

/** The share of requests over the bound where the two sides are furthest apart. */
function slowEffect(
  { blocks, bounds: all }: MetricTable,
  { claim, groups, spread }: EvaluatedClaim,
  policy: Policy,
): { effect: Effect; counts: ComparisonBlock; bound: string } {
  const bounds = all.get(claim.metric!)!
  const alpha = policy.alphaInterval / bounds.length
  const effects = bounds.map((bound, i) => {
    const strata = countsByOperation(groups, blocks, slowerThan(i), timedRequests)
    const name = millis(bound)
    return {
      ...rateEffect(`share of requests over ${name}`, strata, spread.clustering, alpha),
      bound: name,
    }
  })
  const apart = ({ effect }: { effect: Effect }): number =>
    (effect.candidate ?? 0) - (effect.baseline ?? 0)
  return effects.reduce((best, next) => (apart(next) > apart(best) ? next : best))
}

function rateEffect(
  measure: string,
  strata: readonly ComparisonBlock[][],
  clustering: number,
  alpha: number,
): { effect: Effect; counts: ComparisonBlock } {
  const counts = { candidateTotal: 0, candidateBad: 0, baselineTotal: 0, baselineBad: 0 }
  for (const block of strata.flat()) {
    for (const key of ['candidateTotal', 'candidateBad', 'baselineTotal', 'baselineBad'] as const)
      counts[key] += block[key]
  }
  const { low, high } = rateRatioInterval(
    strata.flatMap((blocks) => thinned(blocks, clustering)),
    alpha,
  )
  const share = (bad: number, all: number): number | null => (all === 0 ? null : bad / all)
  const baseline = share(counts.baselineBad, counts.baselineTotal)
  const candidate = share(counts.candidateBad, counts.candidateTotal)
  const ratio =
    baseline === null || candidate === null || baseline === 0 ? null : candidate / baseline
  return { effect: { measure, baseline, candidate, ratio, low, high, unit: 'fraction' }, counts }
}

function interval({ low, high }: Effect, { alphaInterval }: Policy): string {
  const sure = `with ${Math.round((1 - alphaInterval) * 100)} % confidence`
  if (low === null) return 'ratio not bounded yet'
  if (high === null) return `ratio at least ${times(low)} ${sure}`
  return `ratio ${times(low)} to ${times(high)} ${sure}`
}

function severityOf(kind: Finding['kind'], { ratio, candidate }: Effect): Severity {
  if (kind === 'latency') return ratio !== null && ratio >= 2 ? 'major' : 'minor'
  return ratio === null || ratio >= 5 || (candidate ?? 0) >= 0.05 ? 'critical' : 'major'
}
