import type { PartMemory } from '../../hypothesis.ts'
import type { Policy } from '../../policy.ts'
import type { SafetyClaim } from '../../safety-claims.ts'
import type { Finding } from '../../../verdict.ts'
import { confirmedMetricClaims, describeMetricFindings } from './describe-metric-findings.ts'
import { evaluateMetricClaims, type EvaluatedClaim } from './evaluate-metric-claims.ts'
import { weightedClaims } from './metric-claims.ts'
import { metricSafety } from './metric-safety.ts'
import type { MetricTable } from './metric-table.ts'

/** What counters and histograms show at one look. */
export interface MetricJudgement {
  findings: Finding[]
  isAlarmed: boolean
  /** What `proceed` needs where there are no traces. */
  claims: SafetyClaim[]
  evaluated: EvaluatedClaim[]
  memory: PartMemory
}

/**
 * The mathematics over the counts of one look. Pure: the same counts and memory give the same judgement.
 * @param alpha of all harm claims together
 * @param now ISO 8601
 */
export function judgeMetrics(
  table: MetricTable,
  service: string,
  memory: PartMemory,
  policy: Policy,
  alpha: number,
  now: string,
): MetricJudgement {
  const { claims, remembered } = weightedClaims(table, memory)
  const evidence = evaluateMetricClaims(table, claims, policy)
  const confirmed = confirmedMetricClaims(evidence, alpha)
  const safety = metricSafety(table, service, policy, memory.proven)
  return {
    findings: describeMetricFindings(table, confirmed, service, policy, now),
    isAlarmed: evidence.globalMaxLogE >= Math.log(1 / alpha),
    claims: safety,
    evaluated: evidence.evaluated,
    memory: {
      ...memory,
      claims: remembered,
      proven: safety.flatMap(({ met, requirement }) => (met ? [requirement] : [])),
    },
  }
}
