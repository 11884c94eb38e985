import { createHash } from 'node:crypto'
import type { Finding } from '../../../verdict.ts'
import type { JudgeWindow } from '../../judge-window.ts'
import { lateWindow } from '../../plan/late-windows.ts'
import type { Policy } from '../../policy.ts'
import { confirmedMetricClaims, describeMetricFindings } from './describe-metric-findings.ts'
import { evaluateMetricClaims } from './evaluate-metric-claims.ts'
import { weightedClaims } from './metric-claims.ts'
import type { MetricTable } from './metric-table.ts'
import { splitInTime } from './split-in-time.ts'

/** Of a short watch, the share of the error budget that its one comparison has. */
const shortShare = 1 / 16

/** The latest part has so many blocks: the worst one of a process does not count. */
const leastBlocks = 3

/**
 * Where the old version has fallen silent, what begins afterwards can only be held against the time before: the latest
 * part of the watch against the time in which both answered. Nothing is replayed to see how much moves
 * by itself, so the margins are those of safety, and what is found holds a release and never rolls it back.
 * @param silentFrom ms since 1970
 * @param now ISO 8601
 */
export function lookBack(
  table: MetricTable,
  service: string,
  window: JudgeWindow,
  silentFrom: number,
  policy: Policy,
  now: string,
): Finding[] {
  const late = lateWindow(window.from, window.to)
  const blockOf = (at: number): number => Math.ceil((at - window.from) / table.blockMillis)
  const until = Math.min(blockOf(silentFrom), table.blocks - leastBlocks)
  if (until < 1) return []
  const at = Math.max(until, Math.min(blockOf(late?.from ?? 0), table.blocks - leastBlocks))
  const alpha = policy.alphaHarm * policy.lateShare * (late?.share ?? shortShare)
  const wide: Policy = {
    ...policy,
    harmFailureRatio: policy.safeFailureRatio,
    harmLatencyOdds: policy.safeLatencyOdds,
  }
  const split = splitInTime(table, until, at)
  const { claims } = weightedClaims(split, {})
  const confirmed = confirmedMetricClaims(evaluateMetricClaims(split, claims, wide), alpha)
  const time = new Date(window.from + until * table.blockMillis).toISOString().slice(11, 16)
  return describeMetricFindings(split, confirmed, service, policy, now).map((finding) => ({
    ...finding,
    id: laterId(finding.id),
    comparison: 'before-after',
    title: finding.title
      .replace(' candidate ', ' ')
      .replace(' of the baseline (', ` before ${time} UTC (`),
    explains: finding.explains.map(laterId),
  }))
}

function laterId(id: string): string {
  return createHash('sha256').update(`later ${id}`).digest('hex').slice(0, 10)
}
