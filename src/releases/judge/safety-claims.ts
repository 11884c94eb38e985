import { safetyOddsRatio, safetyRateDifference } from '../../stats/bernoulli-blocks.ts'
import { safetyRateRatio } from '../../stats/rate-ratio-test.ts'
import { weightedLogMean } from '../../stats/e-merge.ts'
import { blockNumbers, comparisonBlocks, updateMerged } from './evaluate-harm.ts'
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
  units: { candidate: number; baseline: number; bad: number; candidateBad?: number }
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
  const series = [byRatio, byDifference].map((test) => {
    const logE = new Float64Array(blocks)
    updateMerged(test, counted, logE)
    return logE
  })
  // the mean of both must be followed block by block: the maximum of the mean is not the mean of the maxima
  let best = 0
  for (let block = 0; block < blocks; block++) {
    const both = series.map((logE) => logE[block]!)
    best = Math.max(best, weightedLogMean(both, [0.5, 0.5]))
  }
  const what = kind === 'failure-rate' ? 'failures' : 'silent failures'
  return {
    requirement: `${subject}: ${what} stay below ${ratio} times the baseline's rate, or less than ${percent(difference)} of requests above it`,
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

/**
 * The null is that the odds of exceeding the baseline's median, or those of exceeding its p90, rose by the margin; the
 * lesser of the two e-values is one for it. The bounds are learned from the baseline's first units and tested on the
 * blocks after them only, so that they are fixed before what they judge.
 */
function latencyClaim(
  table: UnitTable,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
  policy: Policy,
  operation: string,
): SafetyClaim {
  const { bounds, firstBlock } = learnBounds(table, mask, blockOf, blocks)
  const later = mask.map((inside, row) => (inside === 1 && blockOf[row]! >= firstBlock ? 1 : 0))
  const tests = bounds.map((bound) => {
    const slow = new Uint8Array(table.rows)
    for (let row = 0; row < table.rows; row++) if (table.duration[row]! > bound) slow[row] = 1
    const counted = comparisonBlocks(table, later, slow, blockOf, blocks)
    const test = safetyOddsRatio({ margin: policy.safeLatencyOdds })
    const logE = new Float64Array(blocks)
    updateMerged(test, counted, logE)
    return logE
  })
  const best = Array.from({ length: blocks }, (_, block) =>
    Math.min(...tests.map((logE) => logE[block]!)),
  )
  const counted = comparisonBlocks(table, mask, new Uint8Array(table.rows), blockOf, blocks)
  return {
    requirement: `${operation}: the odds of taking longer than the baseline's median, and than its p90, stay below ${policy.safeLatencyOdds} times the baseline's`,
    operation,
    kind: 'latency',
    ...progressOf(tests.length === 0 ? 0 : Math.max(0, ...best), policy),
    units: {
      candidate: sum(counted.map((block) => block.candidateTotal)),
      baseline: sum(counted.map((block) => block.baselineTotal)),
      bad: 0,
    },
  }
}

/** Baseline units from which the bounds of a latency claim are learned. */
const learningUnits = 100

function learnBounds(
  table: UnitTable,
  mask: Uint8Array,
  blockOf: Int32Array,
  blocks: number,
): { bounds: number[]; firstBlock: number } {
  const learned: { block: number; millis: number }[] = []
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0 || table.candidate[row] === 1 || blockOf[row]! < 0) continue
    learned.push({ block: blockOf[row]!, millis: table.duration[row]! })
  }
  learned.sort((a, b) => a.block - b.block)
  const last = learned[learningUnits - 1]?.block
  if (last === undefined) return { bounds: [], firstBlock: blocks }
  const durations = learned.filter(({ block }) => block <= last).map(({ millis }) => millis)
  durations.sort((a, b) => a - b)
  const quantile = (p: number): number => durations[Math.ceil(p * durations.length) - 1]!
  return { bounds: [quantile(0.5), quantile(0.9)], firstBlock: last + 1 }
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
