import { quantileOf } from '../../../stats/kth-smallest.ts'
import { mergedBlocks } from '../../../stats/merged-blocks.ts'
import { rateRatioInterval } from '../../../stats/rate-ratio-interval.ts'
import type { Comparison, NotExcluded } from '../../verdict.ts'
import type { CoverageGap } from '../coverage.ts'
import { blockNumbers } from '../block-numbers.ts'
import { comparisonBlocks, leaveOutWarmUp } from '../evaluate-harm.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { millis } from '../numbers-in-words.ts'
import type { Policy } from '../policy.ts'
import { riseNotExcluded } from '../rise-not-excluded.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import type { UnitTable } from '../unit-table.ts'

export interface NotExcludedInput {
  service: string
  table: UnitTable
  window: JudgeWindow
  claims: readonly SafetyClaim[]
  comparison: Comparison
  gaps: readonly CoverageGap[]
  policy: Policy
}

/**
 * The claim that is furthest from proof (the failures of the service, where all are proven), and the rise up to which
 * nothing is excluded: the upper end of an interval that holds at every look at once. Where nothing can be compared, no
 * rise is excluded, however large.
 */
export function notExcluded(input: NotExcludedInput): NotExcluded {
  const { claims, comparison, gaps, service } = input
  const hardest = hardestClaim(claims)
  const what = hardest === undefined ? `failure rate of ${service}` : nameOf(hardest, service)
  const isVoid = comparison.sampleRatioMismatch.mismatch || gaps.length > 0
  if (hardest === undefined || isVoid) return { what, ratio: null }
  return hardest.kind === 'latency' && comparison.baselineKind === 'concurrent'
    ? slower(hardest, input)
    : { what, ratio: riseNotExcluded(hardest, input.policy.alphaSafe) }
}

/** The open claim with the least progress, of equal ones that with most against it; with none open, the first one. */
export function hardestClaim(claims: readonly SafetyClaim[]): SafetyClaim | undefined {
  const open = claims.filter(({ met }) => !met)
  const now = ({ progress, evidenceNow = progress }: SafetyClaim): number => evidenceNow
  return open.toSorted((a, b) => a.progress - b.progress || now(a) - now(b))[0] ?? claims[0]
}

function nameOf({ kind, operation }: SafetyClaim, service: string): string {
  const subject = operation ?? service
  if (kind === 'latency') return `share of slow requests of ${subject}`
  return `${kind === 'failure-rate' ? 'failure rate' : 'silent failure rate'} of ${subject}`
}

/** Slow: beyond the 90th percentile of the baseline. */
function slower({ operation }: SafetyClaim, input: NotExcludedInput): NotExcluded {
  const { table, window, policy, service } = input
  const mask = leaveOutWarmUp(table, maskOf(table, operation))
  const durations: number[] = []
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 1 && table.candidate[row] === 0) durations.push(table.duration[row]!)
  }
  const subject = operation ?? service
  if (durations.length === 0) return { what: `share of slow requests of ${subject}`, ratio: null }
  const bound = quantileOf(Float64Array.from(durations), 0.9)!
  const slow = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) if (table.duration[row]! > bound) slow[row] = 1
  const blocks = comparisonBlocks(table, mask, slow, blockNumbers(table, window), window.blocks)
  return {
    what: `share of requests of ${subject} that take longer than ${millis(bound)}`,
    ratio: rateRatioInterval(mergedBlocks(blocks), policy.alphaSafe).high,
  }
}

function maskOf(table: UnitTable, operation: string | null): Uint8Array {
  if (operation === null) return new Uint8Array(table.rows).fill(1)
  const index = table.operations.indexOf(operation)
  const mask = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++) if (table.operation[row] === index) mask[row] = 1
  return mask
}
