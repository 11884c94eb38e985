import { cohortMask } from '../../cohorts/cohort-table.ts'
import { formatCohort } from '../../cohorts/format-cohort.ts'
import { createRandom } from '../../stats/random.ts'
import { concurrentPolicy, type Policy } from '../judge/policy.ts'
import type { UnitTable } from '../judge/unit-table.ts'
import type { Finding } from '../verdict.ts'
import { splitByInstance, splitByUnit } from './assign-sides.ts'
import { chooseCohort } from './choose-cohort.ts'
import { usualShares } from './divide-cut.ts'
import type { LoadedCut } from './load-cut.ts'
import { plantRegression } from './plant-regression.ts'
import type { PlaceboKind, PlantedBug, PlantedRegression, PlantKind } from './self-check.ts'
import { spoiledPolicy, spoiledUnits } from './spoil-judge.ts'
import { type WatchedUnits, watchUnits } from './watch-units.ts'

export interface UnitDrill {
  service: string
  policy: Policy
  bug: PlantedBug | undefined
  slice: () => Promise<void>
}

/** What is planted: cohorts of about these shares of the requests, made worse by this much. */
const plantedShares = [1, 0.2, 0.05, 0.01] as const
const plantedEffects: readonly { kind: PlantKind; effect: number }[] = [
  { kind: 'failures', effect: 0.05 },
  { kind: 'failures', effect: 0.2 },
  { kind: 'failures', effect: 1 },
  { kind: 'delay', effect: 2 },
  { kind: 'delay', effect: 4 },
]

export interface UnitPlacebo extends WatchedUnits {
  kind: Extract<PlaceboKind, 'split' | 'instances'>
  candidateShare: number
}

/**
 * Judges a cut that nobody divided as if a part of it were the candidate.
 * @param number of the placebo; every other one divides instances, where there are several
 */
export async function unitPlacebo(
  cut: LoadedCut,
  number: number,
  seed: number,
  drill: UnitDrill,
): Promise<UnitPlacebo> {
  const share = usualShares[number % usualShares.length]!
  const byInstance = number % 2 === 1 ? splitByInstance(cut.instances, share, seed) : null
  const candidate = byInstance ?? splitByUnit(cut.table, share, seed)
  const watched = await watch(cut, { ...cut.table, candidate }, drill)
  const kind = byInstance === null ? 'split' : 'instances'
  return { ...watched, kind, candidateShare: shareOf(candidate) }
}

/** Adds a regression to a copy of a cut, and judges that; null where no cohort of the wanted size is in its attributes. */
export async function unitPlant(
  cut: LoadedCut,
  number: number,
  seed: number,
  drill: UnitDrill,
): Promise<{ share: number; plant: PlantedRegression } | null> {
  const size = plantedShares[number % plantedShares.length]!
  const { kind, effect } =
    plantedEffects[Math.floor(number / plantedShares.length) % plantedEffects.length]!
  const split = usualShares[number % usualShares.length]!
  const candidate = splitByUnit(cut.table, split, seed)
  const table = { ...cut.table, candidate }
  const chosen = chooseCohort(table, size, createRandom(seed))
  if (chosen === null) return null
  const { cohort, mask, isKnown, share } = chosen
  const planted = plantRegression(
    table,
    { kind, effect, mask, isKnown },
    concurrentPolicy(drill.policy),
    seed,
  )
  const finding = kind === 'failures' ? 'failure-rate' : 'latency'
  const describes = (findings: readonly Finding[]): boolean => {
    const alike = findings.filter((each) => each.kind === finding)
    return cover(planted.table, alike, planted.touched)
  }
  const watched = await watch(cut, planted.table, drill, describes)
  const { ratio, expectedBad, detectableRatio } = planted
  return {
    share: size,
    plant: {
      kind,
      cohort,
      share,
      effect,
      ratio,
      candidateShare: shareOf(candidate),
      expectedBad,
      detectableRatio,
      found: watched.alarmSeconds !== null,
      seconds: watched.alarmSeconds,
    },
  }
}

function watch(
  { window }: LoadedCut,
  table: UnitTable,
  { service, policy, bug, slice }: UnitDrill,
  isEnough?: (findings: readonly Finding[]) => boolean,
): Promise<WatchedUnits> {
  const spoiled = spoiledPolicy(concurrentPolicy(policy), bug)
  return watchUnits(spoiledUnits(table, bug), service, window, spoiled, slice, isEnough)
}

/** At least half of what was planted lies in the cohorts of the findings. */
function cover(table: UnitTable, findings: readonly Finding[], touched: Uint8Array): boolean {
  const masks = findings.map(({ cohort }) => cohortMask(table, cohort))
  let inside = 0
  let all = 0
  for (let row = 0; row < table.rows; row++) {
    if (touched[row] === 0) continue
    all += 1
    if (masks.some((mask) => mask[row] === 1)) inside += 1
  }
  return all > 0 && inside >= all / 2
}

function shareOf(candidate: Uint8Array): number {
  return candidate.length === 0
    ? 0
    : candidate.reduce((sum, side) => sum + side, 0) / candidate.length
}

/** What findings claim, in words. */
export function claimsOf(findings: readonly Finding[]): string[] {
  const explained = new Set(findings.flatMap(({ explains }) => explains))
  return findings
    .filter(({ id }) => !explained.has(id))
    .map(({ kind, comparison, cohort }) => {
      const than = comparison === 'before-after' ? ' (before/after)' : ''
      return `${kind}${than}: ${formatCohort(cohort)}`
    })
}
