import { safetyOddsRatio, safetyRateDifference } from '../../stats/bernoulli-blocks.ts'
import type { ComparisonBlock } from '../../stats/e-process.ts'
import { safetyRateRatio } from '../../stats/rate-ratio-test.ts'
import { highestLogMean } from '../../stats/highest-log-mean.ts'
import { blockNumbers, comparisonBlocks } from './evaluate-harm.ts'
import type { JudgeWindow } from './judge-window.ts'
import { KeptSeries } from './kept-series.ts'
import { badRows } from './measures.ts'
import { percent } from './numbers-in-words.ts'
import { onceEach, type UserNumbers, userNumbers } from './once-per-user.ts'
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
  kept = new KeptSeries(),
): SafetyClaim[] {
  const blockOf = blockNumbers(table, window)
  const users = userNumbers(table)
  const everything = { units: table, blockOf, users, kept }
  const whole = (kind: 'failure-rate' | 'silent-failure'): SafetyClaim =>
    failureClaim(everything, window.blocks, policy, {
      kind,
      operation: null,
      subject: service,
      ratio: policy.safeFailureRatio,
      difference: policy.safeFailureDifference,
    })
  const claims = [whole('failure-rate'), whole('silent-failure')]
  for (const operation of requiredOperations(table, policy)) {
    const own = unitsOf(everything, table, table.operations.indexOf(operation))
    claims.push(
      failureClaim(own, window.blocks, policy, {
        kind: 'failure-rate',
        operation,
        subject: operation,
        ratio: policy.safeOperationRatio,
        difference: policy.safeOperationDifference,
      }),
      latencyClaim(own, window.blocks, policy, operation),
    )
  }
  return claims
}

/** Units with the block of each. */
interface PlacedUnits {
  units: ClaimUnits
  blockOf: Int32Array
  users: UserNumbers | null
  kept: KeptSeries
}

type ClaimUnits = Pick<
  UnitTable,
  'rows' | 'candidate' | 'operation' | 'duration' | 'failed' | 'silent'
> & { warming?: Uint8Array }

/** Those of one operation, so that each claim reads its own units only. */
function unitsOf(
  { blockOf, users, kept }: PlacedUnits,
  table: UnitTable,
  operation: number,
): PlacedUnits {
  const rows = new Uint32Array(table.rows)
  let count = 0
  for (let row = 0; row < table.rows; row++)
    if (table.operation[row] === operation) rows[count++] = row
  const own = rows.subarray(0, count)
  const units: ClaimUnits = {
    rows: count,
    candidate: new Uint8Array(count),
    operation: new Uint16Array(count).fill(operation),
    duration: new Float64Array(count),
    failed: new Uint8Array(count),
    silent: new Uint8Array(count),
    warming: new Uint8Array(count),
  }
  const blocks = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const row = own[i]!
    units.candidate[i] = table.candidate[row]!
    units.duration[i] = table.duration[row]!
    units.failed[i] = table.failed[row]!
    units.silent[i] = table.silent[row]!
    units.warming![i] = table.warmUp?.rows[row] ?? 0
    blocks[i] = blockOf[row]!
  }
  const ownUsers = users && Int32Array.from(own, (row) => users[row]!)
  return { units, blockOf: blocks, users: ownUsers, kept }
}

const all = (rows: number): Uint8Array => new Uint8Array(rows).fill(1)

interface FailureClaim {
  kind: 'failure-rate' | 'silent-failure'
  operation: string | null
  subject: string
  ratio: number
  difference: number
}

function failureClaim(
  { units, blockOf, users, kept }: PlacedUnits,
  blocks: number,
  policy: Policy,
  { kind, operation, subject, ratio, difference }: FailureClaim,
): SafetyClaim {
  const rows = all(units.rows)
  const bad = badRows(units, kind)
  const counted = comparisonBlocks(units, rows, bad, blockOf, blocks)
  const evidence = (counts: readonly ComparisonBlock[], of: string): number => {
    const key = `safe ${of} ${kind} ${operation ?? ''} ${ratio} ${difference}`
    return highestLogMean(
      [
        kept.ofCounts(
          `${key} by ratio`,
          () => safetyRateRatio({ margin: ratio }),
          [counts],
          blocks,
        ),
        kept.ofCounts(
          `${key} by difference`,
          () => safetyRateDifference({ delta: difference }),
          [counts],
          blocks,
        ),
      ].map(({ logE }) => logE),
    )
  }
  // one user of the old version who fails again and again must not make the new one look well, nor be counted away
  const once = onceEach(bad, rows, users)
  const best = Math.min(
    evidence(counted, 'all'),
    once === bad
      ? Infinity
      : evidence(comparisonBlocks(units, rows, once, blockOf, blocks), 'once'),
  )
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
      candidateBad: sum(counted.map((block) => block.candidateBad)),
    },
  }
}

/**
 * The null is that the odds of exceeding the baseline's median, or those of exceeding its p90, rose by the margin; the
 * lesser of the two e-values is one for it. The bounds are learned from the baseline's first units and tested on the
 * blocks after them only, so that they are fixed before what they judge.
 */
function latencyClaim(
  placed: PlacedUnits,
  blocks: number,
  policy: Policy,
  operation: string,
): SafetyClaim {
  const { units, blockOf, kept } = placed
  const { bounds, firstBlock } = learnBounds(placed, blocks)
  const warm = (row: number): boolean => units.warming?.[row] !== 1
  const later = Uint8Array.from(blockOf, (block, row) => (block >= firstBlock && warm(row) ? 1 : 0))
  const tests = bounds.map((bound, i) => {
    const slow = new Uint8Array(units.rows)
    for (let row = 0; row < units.rows; row++) if (units.duration[row]! > bound) slow[row] = 1
    const counted = comparisonBlocks(units, later, slow, blockOf, blocks)
    const margin = policy.safeLatencyOdds
    const key = `safe latency ${i} ${operation} ${margin}`
    return kept.ofCounts(key, () => safetyOddsRatio({ margin }), [counted], blocks).logE
  })
  const best = Array.from({ length: blocks }, (_, block) =>
    Math.min(...tests.map((logE) => logE[block]!)),
  )
  const none = new Uint8Array(units.rows)
  const counted = comparisonBlocks(units, all(units.rows), none, blockOf, blocks)
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
  { units, blockOf }: PlacedUnits,
  blocks: number,
): { bounds: number[]; firstBlock: number } {
  const counts = (row: number): boolean =>
    units.candidate[row] === 0 && blockOf[row]! >= 0 && units.warming?.[row] !== 1
  const baselines = new Uint32Array(blocks)
  for (let row = 0; row < units.rows; row++) if (counts(row)) baselines[blockOf[row]!]! += 1
  let learned = 0
  const last = baselines.findIndex((count) => (learned += count) >= learningUnits)
  if (last < 0) return { bounds: [], firstBlock: blocks }
  const durations: number[] = []
  for (let row = 0; row < units.rows; row++) {
    if (counts(row) && blockOf[row]! <= last) durations.push(units.duration[row]!)
  }
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
