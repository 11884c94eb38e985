import { clopperPearson } from '../../stats/clopper-pearson.ts'
import type { Policy } from '../judge/policy.ts'
import { concurrentPolicy } from '../judge/policy.ts'
import { clearly } from './clearly-detectable.ts'
import {
  type CurveCell,
  type PartFigures,
  type PartPlant,
  type PlaceboAlarm,
  type PlaceboFigures,
  type PlaceboKind,
  placeboKinds,
  type PlantedRegression,
  type SelfCheckRun,
  type ShareInterval,
} from './self-check.ts'

/** What a detectable regression is found with, at least. */
export const promisedPower = 0.8
const level = 0.95
/** So many are looked at: their intervals hold together. */
const togetherLevel = (count: number): number => 1 - (1 - level) / Math.max(1, count)
const mostAlarms = 20

export interface DoneDrill {
  /** How many placebos were put to each comparison. */
  placebos: Partial<Record<PlaceboKind, number>>
  alarmed: readonly PlaceboAlarm[]
  /** Each with the size of cohort that was wanted. */
  plants: readonly { share: number; plant: PlantedRegression }[]
  /** … in parts beside the service's own requests. */
  partPlants?: readonly PartPlant[]
}

/** The figures of a drill. */
export function summarizeSelfCheck(
  { placebos, alarmed, plants, partPlants = [] }: DoneDrill,
  policy: Policy,
): Pick<SelfCheckRun, 'placebos' | 'drills'> {
  const concurrent = concurrentPolicy(policy).alphaHarm
  const promised: Record<PlaceboKind, number> = {
    split: concurrent,
    instances: concurrent,
    edges: policy.alphaHarm * policy.edgesShare,
    metrics: policy.alphaHarm * policy.metricsShare,
    time: policy.alphaHarm * policy.historyShare,
    late: policy.alphaHarm * policy.lateShare,
  }
  const run = placeboKinds.filter((kind) => (placebos[kind] ?? 0) > 0)
  const kinds: Partial<Record<PlaceboKind, PlaceboFigures>> = {}
  for (const kind of run) {
    const alarms = alarmed.filter((alarm) => alarm.kind === kind).length
    kinds[kind] = figures(placebos[kind]!, alarms, promised[kind], togetherLevel(run.length))
  }
  const each = Object.values(kinds)
  // edges and metrics are compared in placebos that the service's own requests are compared in
  const own = ['split', 'instances', 'time', 'late'] as const
  const all = figures(
    own.reduce((sum, kind) => sum + (placebos[kind] ?? 0), 0),
    new Set(alarmed.map(({ placebo }) => placebo)).size,
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
    drills: withParts(drillFigures(plants), partPlants),
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

function withParts(
  own: SelfCheckRun['drills'],
  plants: readonly PartPlant[],
): SelfCheckRun['drills'] {
  if (plants.length === 0) return own
  const byPart = [...Map.groupBy(plants, ({ part }) => part).values()]
  const parts = byPart.map((all) => partFigures(all, togetherLevel(byPart.length)))
  return { ...own, tooFew: own.tooFew || parts.some(({ tooFew }) => tooFew), parts }
}

function partFigures(plants: readonly PartPlant[], coverage: number): PartFigures {
  const counts = (some: readonly PartPlant[]) => ({
    planted: some.length,
    found: some.filter(({ found }) => found).length,
    detectable: some.filter(({ isDetectable: should }) => should).length,
  })
  const foundDetectable = plants.filter((plant) => plant.isDetectable && plant.found).length
  const all = counts(plants)
  const interval = intervalOf(foundDetectable, all.detectable, coverage)
  const rows = [...Map.groupBy(plants, ({ what }) => what)].map(([what, some]) => ({
    what,
    ...counts(some),
    medianSeconds: median(some.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]))),
  }))
  return {
    part: plants[0]!.part,
    ...all,
    foundDetectable,
    interval,
    tooFew: interval.high < promisedPower,
    rows,
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
