import { createHash } from 'node:crypto'
import type { ComparisonBlock } from '../../../stats/e-process.ts'
import { pooledRateRatio } from '../../../stats/pooled-rate-ratio.ts'
import type { Finding } from '../../verdict.ts'
import { blocksOf } from '../kept-series.ts'
import { badRows, notCounted } from '../measures.ts'
import { onceEach, userNumbers } from '../once-per-user.ts'
import type { Policy } from '../policy.ts'
import type { UnitTable } from '../unit-table.ts'
import { describeHistory, type HistoryWords } from './describe-history.ts'
import type { HistoryClaim } from './history-claims.ts'
import { sumOf } from './history-counts.ts'
import { type ConfirmedHistory, cautiousDifference, riseOf } from './judge-history.ts'
import type { PreparedHistory } from './prepare-history.ts'

/**
 * What ran before, against what runs now: failures of each operation in all requests of the new version, beside the old
 * one and alone, against all of the old version's, before the release and beside the new one. It is for when the old
 * version has fallen silent: the comparison side by side has ended, perhaps just short of its bound, and that with the time
 * before the release asks for three times as many failures where its past is short. It takes rates to stay what they were,
 * which nobody has checked, so the margin is that of safety, the calibrated one where that is greater, and what is found
 * holds a release and never rolls it back. It has an error budget of its own, as large as that of harm.
 */
export function compareVersions(
  { claims, reference, calibration }: PreparedHistory,
  table: UnitTable,
  policy: Policy,
): ConfirmedHistory[] {
  const { isCalibrated, margins } = calibration
  const margin = Math.max(policy.safeFailureRatio, isCalibrated ? margins.failures : 0)
  const known = claims.filter(({ group, operation }) => group === 'failures' && operation !== null)
  const bound = Math.log(known.length / policy.alphaHarm)
  const kinds = new Set(known.map(({ kind }) => kind))
  const units = new Map([...kinds].map((kind) => [kind, countVersions(table, kind)]))
  return known
    .map((claim): ConfirmedHistory => {
      const { kind, operation } = claim
      const before = reference.operations.get(operation!)
      const beside = units.get(kind)!.get(operation!)
      const total: ComparisonBlock = {
        candidateTotal: beside?.candidateTotal ?? 0,
        candidateBad: beside?.candidateBad ?? 0,
        baselineTotal: sumOf(before?.requests ?? []) + (beside?.baselineTotal ?? 0),
        baselineBad:
          sumOf((kind === 'failure-rate' ? before?.failed : before?.silent) ?? []) +
          (beside?.baselineBad ?? 0),
      }
      const maxLogE = pooledRateRatio(total, margin)
      return { claim, margin, strata: [[total]], maxLogE, total, explains: [] }
    })
    .filter(
      ({ maxLogE, total }) => maxLogE >= bound && riseOf(total) >= cautiousDifference.failures,
    )
    .toSorted((a, b) => b.maxLogE - a.maxLogE)
}

const than = 'in the new version than in what ran before and beside it'

/** The findings of `compareVersions`. */
export function describeVersions(
  confirmed: readonly ConfirmedHistory[],
  words: Omit<HistoryWords, 'than' | 'remark'>,
): Finding[] {
  // a comparison of its own is a finding of its own, first seen when it was
  const own = { ...words, firstSeen: {}, than, remark: '' }
  return describeHistory(confirmed, own).map((finding) => {
    const id = createHash('sha256').update(`versions ${finding.id}`).digest('hex').slice(0, 10)
    words.firstSeen[id] ??= words.now
    return {
      ...finding,
      id,
      severity: finding.severity === 'critical' ? 'major' : finding.severity,
      evidence: { ...finding.evidence, firstSeen: words.firstSeen[id] },
    }
  })
}

/** Requests of both versions by operation, each user up to the first failure. */
function countVersions(table: UnitTable, kind: HistoryClaim['kind']): Map<string, ComparisonBlock> {
  const bad = onceEach(
    badRows(table, kind === 'failure-rate' ? kind : 'silent-failure'),
    new Uint8Array(table.rows).fill(1),
    userNumbers(table),
  )
  const counts = table.operations.map(() => [0, 0, 0, 0])
  for (let row = 0; row < table.rows; row++) {
    if (bad[row] === notCounted) continue
    const own = counts[table.operation[row]!]!
    const side = 2 * table.candidate[row]!
    own[side]! += 1
    own[side + 1]! += bad[row]!
  }
  return new Map(table.operations.map((operation, i) => [operation, blocksOf(counts[i]!)[0]!]))
}
