import { safetyLatency } from '../../stats/bucket-latency-test.ts'
import { safetyRateDifference } from '../../stats/bernoulli-blocks.ts'
import { safetyRateRatio } from '../../stats/rate-ratio-test.ts'
import { weightedLogMean } from '../../stats/e-merge.ts'
import { durationBounds } from './duration-buckets.ts'
import { blockNumbers, comparisonBlocks, histogramBlocks, updateMerged } from './evaluate-harm.ts'
import type { JudgeWindow } from './judge-window.ts'
import { badRows } from './measures.ts'
import { percent } from './numbers-in-words.ts'
import type { Policy } from './policy.ts'
import type { UnitTable } from './unit-table.ts'

/** A proof of "not worse" that `proceed` needs. */
export interface SafetyClaim {
  /** The claim as a sentence without a verb of proof: "failures of checkout less than doubled". */
  requirement: string
  operation: string | null
  kind: 'failure-rate' | 'silent-failure' | 'latency'
  met: boolean
  /** 0 to 1: how much of the evidence is there. */
  progress: number
  /** Candidate units and bad units seen so far, for what is still needed. */
  units: { candidate: number; baseline: number; bad: number }
}

/**
 * Tests every claim that `proceed` needs: failures and silent failures of the service, and failures and durations of
 * each operation that carries enough traffic. Each must pass by itself, so no correction for their number (judge.md
 * §6.5). A claim about failures may be met by a bound on the ratio or on the difference: its null is that both are
 * exceeded, under which the mean of the two e-processes is one. Once met, a claim stays met: the running maximum counts.
 */
export function safetyClaims(
  table: UnitTable,
  service: string,
  window: JudgeWindow,
  policy: Policy,
): SafetyClaim[] {
  const blockOf = blockNumbers(table, window)
  const everything = new Uint8Array(table.rows).fill(1)
  const whole = (kind: 'failure-rate' | 'silent-failure'): SafetyClaim =>
    failureClaim(table, everything, blockOf, window.blocks, policy, {
      kind,
      operation: null,
      subject: service,
      ratio: policy.safeFailureRatio,
      difference: policy.safeFailureDifference,
    })
  const claims = [whole('failure-rate'), whole('silent-failure')]
  for (const operation of requiredOperations(table, policy)) {
    const mask = Uint8Array.from(table.operation, (index) =>
      table.operations[index] === operation ? 1 : 0,
    )
    claims.push(
      failureClaim(table, mask, blockOf, window.blocks, policy, {
        kind: 'failure-rate',
        operation,
        subject: operation,
        ratio: policy.safeOperationRatio,
        difference: policy.safeOperationDifference,
      }),
      latencyClaim(table, mask, blockOf, window.blocks, policy, operation),
    )
  }
  return claims
}

interface FailureClaim {
  kind: 'failure-rate' | 'silent-failure'
  operation: string | null
  subject: string
  ratio: number
  difference: number
}

function failureClaim(
  table: UnitTable,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
  policy: Policy,
  { kind, operation, subject, ratio, difference }: FailureClaim,
): SafetyClaim {
  const counted = comparisonBlocks(table, mask, badRows(table, kind), blockOf, blocks)
  const byRatio = safetyRateRatio({ margin: ratio })
  const byDifference = safetyRateDifference({ delta: difference })
  let best = 0
  // the mean of both must be followed block by block: the maximum of the mean is not the mean of the maxima
  for (const block of counted) {
    updateMerged(byRatio, [block])
    updateMerged(byDifference, [block])
    best = Math.max(best, weightedLogMean([byRatio.logE, byDifference.logE], [0.5, 0.5]))
  }
  const what = kind === 'failure-rate' ? 'failures' : 'silent failures'
  return {
    requirement: `${subject}: ${what} rose by less than ${ratio} times, or by less than ${percent(difference)} of requests`,
    operation,
    kind,
    ...progressOf(best, policy),
    units: {
      candidate: sum(counted.map((block) => block.candidateTotal)),
      baseline: sum(counted.map((block) => block.baselineTotal)),
      bad: sum(counted.map((block) => block.candidateBad + block.baselineBad)),
    },
  }
}

function latencyClaim(
  table: UnitTable,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
  policy: Policy,
  operation: string,
): SafetyClaim {
  const histograms = histogramBlocks(table, mask, blockOf, blocks)
  const test = safetyLatency({ buckets: durationBounds.length + 1, margin: policy.safeLatencyOdds })
  for (const block of histograms) test.update(block)
  const total = (side: 'baseline' | 'candidate'): number =>
    sum(histograms.map((block) => sum(Array.from(block[side]))))
  return {
    requirement: `${operation}: the odds of a slow request rose by less than ${policy.safeLatencyOdds} times`,
    operation,
    kind: 'latency',
    ...progressOf(test.maxLogE, policy),
    units: { candidate: total('candidate'), baseline: total('baseline'), bad: 0 },
  }
}

function progressOf(logE: number, policy: Policy): { met: boolean; progress: number } {
  const progress = Math.min(1, Math.max(0, logE) / Math.log(1 / policy.alphaSafe))
  return { met: progress >= 1, progress }
}

/** Operations that carry enough of the baseline's traffic, busiest first. */
export function requiredOperations(table: UnitTable, policy: Policy): string[] {
  const units = table.operations.map(() => 0)
  let total = 0
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1) continue
    units[table.operation[row]!]! += 1
    total += 1
  }
  return table.operations
    .map((operation, i) => ({ operation, units: units[i]! }))
    .filter((each) => each.units > 0 && each.units >= policy.requiredOperationShare * total)
    .toSorted((a, b) => b.units - a.units || a.operation.localeCompare(b.operation))
    .map(({ operation }) => operation)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
