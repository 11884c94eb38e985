import { safetyOddsRatio, safetyRateDifference } from '../../stats/bernoulli-blocks.ts'
import type { ComparisonBlock } from '../../stats/e-process.ts'
import { highestLogMean, lastLogMean } from '../../stats/highest-log-mean.ts'
import { mergedBlocks } from '../../stats/merged-blocks.ts'
import { safetyRateRatio } from '../../stats/rate-ratio-test.ts'
import { countCells } from './evaluate-harm.ts'
import type { JudgeWindow } from './judge-window.ts'
import { type BlockCells, blocksOf, KeptSeries } from './kept-series.ts'
import { type MeasuredRates, measuredOdds, measuredRates } from './measured-rates.ts'
import { badRows } from './measures.ts'
import { percent } from './numbers-in-words.ts'
import { onceEach } from './once-per-user.ts'
import { type PlacedUnits, unitsInBlocks } from './units-in-blocks.ts'
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
  /** The same of the evidence as it stands, which may lie below its highest, and below 0; left out where that is progress. */
  evidenceNow?: number
  /** What was measured of the rates that it is about; left out where nobody has counted. */
  measured?: MeasuredRates
  /** Of the claim of harm about the same place; left out where there is none of its own. */
  harm?: HarmSoFar
  /** What it is proven to stay below, where that is not what the policy says; null where no such proof is possible. */
  margins?: SafetyMargins
  /** It also waits for a longer past, which no traffic of the watch brings. */
  waitsForPast?: true
  /** Candidate units and bad units seen so far, for what is still needed. */
  units: { candidate: number; baseline: number; bad: number; candidateBad?: number }
  /** The same block by block, each with both sides; left out where only the sums are known. */
  blocks?: readonly ComparisonBlock[]
}

export interface SafetyMargins {
  /** Of the rates, of the odds for `latency`. */
  ratio: number | null
  difference: number | null
}

/** How far a claim of harm is. */
export interface HarmSoFar {
  /** What was measured of the rates that it is about. */
  measured: MeasuredRates
  /** Log evidence that is missing until it is a finding; 0 where it is one. */
  missing: number
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
  const units = unitsInBlocks(table, window)
  const whole = (kind: 'failure-rate' | 'silent-failure'): SafetyClaim =>
    failureClaim(units.all, kept, window.blocks, policy, {
      kind,
      operation: null,
      subject: service,
      ratio: policy.safeFailureRatio,
      difference: policy.safeFailureDifference,
    })
  const claims = [whole('failure-rate'), whole('silent-failure')]
  for (const operation of requiredOperations(table, policy)) {
    const own = units.of(table.operations.indexOf(operation))
    claims.push(
      failureClaim(own, kept, window.blocks, policy, {
        kind: 'failure-rate',
        operation,
        subject: operation,
        ratio: policy.safeOperationRatio,
        difference: policy.safeOperationDifference,
      }),
      latencyClaim(own, kept, window.blocks, policy, operation),
    )
  }
  return claims
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
  { units, blockOf, users }: PlacedUnits,
  kept: KeptSeries,
  blocks: number,
  policy: Policy,
  { kind, operation, subject, ratio, difference }: FailureClaim,
): SafetyClaim {
  const rows = all(units.rows)
  const bad = badRows(units, kind)
  const counted = countCells(units, rows, bad, blockOf, blocks, 1)
  const evidence = (counts: readonly BlockCells[], of: string): Evidence => {
    const key = `safe ${of} ${kind} ${operation ?? ''} ${ratio} ${difference}`
    const series = [
      kept.ofCells(`${key} by ratio`, () => safetyRateRatio({ margin: ratio }), counts, blocks),
      kept.ofCells(
        `${key} by difference`,
        () => safetyRateDifference({ delta: difference }),
        counts,
        blocks,
      ),
    ].map(({ logE }) => logE)
    return { highest: highestLogMean(series), now: lastLogMean(series), counts }
  }
  // one user of the old version who fails again and again must not make the new one look well, nor be counted away
  const once = onceEach(bad, rows, users)
  const every = evidence(counted, 'all')
  const each =
    once === bad ? every : evidence(countCells(units, rows, once, blockOf, blocks, 1), 'once')
  const least = each.highest < every.highest ? each : every
  const what = kind === 'failure-rate' ? 'failures' : 'silent failures'
  return {
    requirement: `${subject}: ${what} stay below ${ratio} times the baseline's rate, or less than ${percent(difference)} of requests above it`,
    operation,
    kind,
    ...progressOf(least, policy),
    measured: measuredRates(least.counts.flatMap(blocksOf)),
    units: sumOf(counted),
    blocks: mergedBlocks(counted.flatMap(blocksOf)),
  }
}

interface Evidence {
  /** Natural logarithm of the e-value at its highest, at least 0, and at the last block. */
  highest: number
  now: number
  counts: readonly BlockCells[]
}

/**
 * The null is that the odds of exceeding the baseline's median, or those of exceeding its p90, rose by the margin; the
 * lesser of the two e-values is one for it. The bounds are learned from the baseline's first units and tested on the
 * blocks after them only, so that they are fixed before what they judge.
 */
function latencyClaim(
  placed: PlacedUnits,
  kept: KeptSeries,
  blocks: number,
  policy: Policy,
  operation: string,
): SafetyClaim {
  const { units, blockOf } = placed
  const { bounds, firstBlock } = learnBounds(placed, blocks)
  const later = new Uint8Array(units.rows)
  for (let row = 0; row < units.rows; row++)
    if (blockOf[row]! >= firstBlock && units.warmUp?.rows[row] !== 1) later[row] = 1
  const tests = bounds.map((bound, i) => {
    const slow = new Uint8Array(units.rows)
    for (let row = 0; row < units.rows; row++) if (units.duration[row]! > bound) slow[row] = 1
    const counted = countCells(units, later, slow, blockOf, blocks, 1)
    const margin = policy.safeLatencyOdds
    const key = `safe latency ${i} ${operation} ${margin}`
    const { logE } = kept.ofCells(key, () => safetyOddsRatio({ margin }), counted, blocks)
    return { logE, counts: counted }
  })
  const best = Array.from({ length: blocks }, (_, block) =>
    Math.min(...tests.map(({ logE }) => logE[block]!)),
  )
  const [worst] = tests
    .map(({ counts }) => measuredOdds(counts.flatMap(blocksOf)))
    .toSorted((a, b) => (b.ratio ?? Infinity) - (a.ratio ?? Infinity))
  const none = new Uint8Array(units.rows)
  const { candidate, baseline } = sumOf(
    countCells(units, all(units.rows), none, blockOf, blocks, 1),
  )
  return {
    requirement: `${operation}: the odds of taking longer than the baseline's median, and than its p90, stay below ${policy.safeLatencyOdds} times the baseline's`,
    operation,
    kind: 'latency',
    ...progressOf(
      tests.length === 0
        ? { highest: 0, now: 0 }
        : { highest: Math.max(0, ...best), now: best.at(-1) ?? 0 },
      policy,
    ),
    ...(worst !== undefined && { measured: worst }),
    units: { candidate, baseline, bad: 0 },
  }
}

/** Baseline units from which the bounds of a latency claim are learned. */
const learningUnits = 100

function learnBounds(
  { units, blockOf }: PlacedUnits,
  blocks: number,
): { bounds: number[]; firstBlock: number } {
  const counts = (row: number): boolean =>
    units.candidate[row] === 0 && blockOf[row]! >= 0 && units.warmUp?.rows[row] !== 1
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

function progressOf(
  { highest, now }: Pick<Evidence, 'highest' | 'now'>,
  policy: Policy,
): Pick<SafetyClaim, 'met' | 'progress' | 'evidenceNow'> {
  const needed = Math.log(1 / policy.alphaSafe)
  const progress = Math.min(1, Math.max(0, highest) / needed)
  return { met: progress >= 1, progress, evidenceNow: now / needed }
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

function sumOf([cells]: readonly BlockCells[]): SafetyClaim['units'] {
  const sum = { candidate: 0, baseline: 0, bad: 0, candidateBad: 0 }
  for (let cell = 0; cell < (cells?.length ?? 0); cell += 4) {
    sum.baseline += cells![cell]!
    sum.candidate += cells![cell + 2]!
    sum.bad += cells![cell + 1]! + cells![cell + 3]!
    sum.candidateBad += cells![cell + 3]!
  }
  return sum
}
