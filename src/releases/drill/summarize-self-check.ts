import { clopperPearson } from '../../stats/clopper-pearson.ts'
import type { Policy } from '../judge/policy.ts'
import { concurrentPolicy } from '../judge/policy.ts'
import type {
  CurveCell,
  PlaceboAlarm,
  PlaceboFigures,
  PlaceboKind,
  PlantedRegression,
  SelfCheckRun,
  ShareInterval,
} from './self-check.ts'

/** What a detectable regression is found with, at least. */
export const promisedPower = 0.8
/** Regressions this much larger than the least detectable one count: the formula for it is good to a quarter. */
const clearly = 1.25
const level = 0.95
/** Each kind of placebo is looked at: their intervals hold together. */
const kindLevel = 1 - (1 - level) / 3
const mostAlarms = 20

export interface DoneDrill {
  /** How many placebos of each kind were judged. */
  placebos: Partial<Record<PlaceboKind, number>>
  alarmed: readonly PlaceboAlarm[]
  /** Each with the size of cohort that was wanted. */
  plants: readonly { share: number; plant: PlantedRegression }[]
}

/** The figures of a drill. */
export function summarizeSelfCheck(
  { placebos, alarmed, plants }: DoneDrill,
  policy: Policy,
): Pick<SelfCheckRun, 'placebos' | 'drills'> {
  const concurrent = concurrentPolicy(policy).alphaHarm
  const promised: Record<PlaceboKind, number> = {
    split: concurrent,
    instances: concurrent,
    time: policy.alphaHarm * policy.historyShare,
  }
  const kinds: Partial<Record<PlaceboKind, PlaceboFigures>> = {}
  for (const kind of Object.keys(promised) as PlaceboKind[]) {
    const runs = placebos[kind] ?? 0
    if (runs === 0) continue
    const alarms = alarmed.filter((alarm) => alarm.kind === kind).length
    kinds[kind] = figures(runs, alarms, promised[kind], kindLevel)
  }
  const each = Object.values(kinds)
  const all = figures(
    each.reduce((sum, { runs }) => sum + runs, 0),
    alarmed.length,
    policy.alphaHarm,
  )
  const claims = Map.groupBy(
    alarmed.flatMap((alarm) => alarm.claims),
    (claim) => claim,
  )
  return {
    placebos: {
      ...all,
      tooMany: all.tooMany || each.some(({ tooMany }) => tooMany),
      kinds,
      alarmed: alarmed.slice(0, mostAlarms),
      claims: [...claims]
        .map(([claim, { length }]) => ({ claim, alarms: length }))
        .toSorted((a, b) => b.alarms - a.alarms || (a.claim < b.claim ? -1 : 1))
        .slice(0, mostAlarms),
    },
    drills: drillFigures(plants),
  }
}

function figures(runs: number, alarms: number, promised: number, coverage = level): PlaceboFigures {
  const interval = intervalOf(alarms, runs, coverage)
  return { runs, alarms, interval, promised, tooMany: interval.low > promised }
}

function intervalOf(count: number, of: number, coverage = level): ShareInterval {
  return of === 0 ? { low: 0, high: 1 } : clopperPearson(count, of, coverage)
}

function drillFigures(plants: DoneDrill['plants']): SelfCheckRun['drills'] {
  const all = plants.map(({ plant }) => plant)
  const found = all.filter((plant) => plant.found)
  const detectable = all.filter(isDetectable)
  const foundDetectable = detectable.filter((plant) => plant.found).length
  const interval = intervalOf(foundDetectable, detectable.length)
  const least = (values: number[]): number | null =>
    values.length === 0 ? null : Math.min(...values)
  const cells = Map.groupBy(plants, ({ share, plant }) => `${plant.kind} ${plant.effect} ${share}`)
  return {
    planted: all.length,
    found: found.length,
    detectable: detectable.length,
    foundDetectable,
    interval,
    tooFew: interval.high < promisedPower,
    smallestFound: least(found.map(({ ratio }) => ratio)),
    smallestCohort: least(found.map(({ share }) => share)),
    medianSeconds: median(found.map(({ seconds }) => seconds ?? 0)),
    curve: [...cells.values()].map(cellOf).toSorted(inOrder),
    plants: all,
  }
}

function isDetectable({ ratio, detectableRatio }: PlantedRegression): boolean {
  return detectableRatio !== null && ratio >= detectableRatio * clearly
}

function cellOf(cell: DoneDrill['plants']): CurveCell {
  const { share, plant } = cell[0]!
  const all = cell.map((each) => each.plant)
  const found = all.filter((each) => each.found)
  return {
    kind: plant.kind,
    effect: plant.effect,
    share,
    planted: all.length,
    found: found.length,
    detectable: all.filter(isDetectable).length,
    medianSeconds: median(found.map(({ seconds }) => seconds ?? 0)),
  }
}

function inOrder(a: CurveCell, b: CurveCell): number {
  if (a.kind !== b.kind) return a.kind === 'failures' ? -1 : 1
  return b.effect - a.effect || b.share - a.share
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}
