import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import { defaultPolicy } from '../judge/policy.ts'
import type { LedgerRecords } from '../ledger/ledger.ts'
import { latePlacebo, latePlant } from './drill-late.ts'
import { timePlacebo, timePlant } from './drill-time.ts'
import { type PartDrill, partPlacebo } from './drill-parts.ts'
import { DrillTally } from './drill-tally.ts'
import { unitPlacebo, unitPlant } from './drill-units.ts'
import { loadCut } from './load-cut.ts'
import { type DrilledService, loadSlots } from './load-slots.ts'
import { notCovered } from './not-covered.ts'
import { type Cut, planDrill } from './plan-drill.ts'
import { edgePlant } from './plant-edge.ts'
import { metricPlant } from './plant-metric.ts'
import type { DrillProgress, DrillRequest, SelfCheckRun } from './self-check.ts'
import { summarizeSelfCheck } from './summarize-self-check.ts'

export interface DrillTools {
  store: Store
  ledger: Pick<LedgerRecords, 'releases'>
  pace: JudgePace
  detectors: readonly Detector[]
  /** ms since 1970 */
  now: number
  origin: SelfCheckRun['origin']
  /** Called between looks: whoever has something more urgent to do holds it up there. Throws `DrillStopped` to end. */
  slice: () => Promise<void>
  onProgress: (progress: DrillProgress) => void
}

/** Thrown by a slice: the drill ends with what it has. */
export class DrillStopped extends Error {
  override readonly name = 'DrillStopped'
  override readonly message = 'the drill was stopped'
}

/** This part of the placebos is of the before/after comparison … */
const timePart = 0.25
/** … and this one of later parts of a watch. */
const latePart = 0.1
/** So many regressions of each part beside the service's own requests are planted for one of those. */
const partPlanted = 0.15
const policy = defaultPolicy

/** What is compared with the time before it: of a whole watch, and of its later parts. */
const drilledWithBefore = {
  time: { part: 'time', placebo: timePlacebo, plant: timePlant, salt: 6 },
  late: { part: 'late', placebo: latePlacebo, plant: latePlant, salt: 5 },
} as const

/**
 * Drills the judge on the past of one service: placebos and planted regressions. Reads the store, and writes nothing.
 * The same past and seed give the same run.
 */
export async function drillService(
  service: DrilledService,
  { since, placebos, planted, seed, bug }: Omit<DrillRequest, 'service' | 'environment'>,
  tools: DrillTools,
): Promise<SelfCheckRun> {
  const { store, ledger, pace, detectors, now, slice, onProgress } = tools
  const blockMillis = pace.blockSeconds * 1000
  const until = now - pace.lagSeconds * 1000
  const slots = await loadSlots(store, service, since, until, blockMillis)
  const starts = (await ledger.releases())
    .map(({ release }) => release)
    .filter((each) => each.service === service.service)
    .filter((each) => each.environment === service.environment)
    .map(({ startedAt }) => Date.parse(startedAt))
  const wantedTime = Math.floor(placebos * timePart)
  const wantedLate = Math.floor(placebos * latePart)
  const partPlantings = Math.round(planted * partPlanted)
  const lateCutsWanted = Math.max(wantedLate, partPlantings === 0 ? 0 : 1)
  const timeCutsWanted = Math.max(wantedTime, partPlantings === 0 ? 0 : 1)
  const plan = planDrill(slots, starts, timeCutsWanted, blockMillis, seed, lateCutsWanted)
  const { splitCuts, timeCuts, lateCuts, gaps } = plan
  const withBefore = [
    { ...drilledWithBefore.time, cuts: timeCuts, placebos: Math.min(wantedTime, timeCuts.length) },
    { ...drilledWithBefore.late, cuts: lateCuts, placebos: Math.min(wantedLate, lateCuts.length) },
  ].map((each) => ({ ...each, plantings: each.cuts.length > 0 ? partPlantings : 0 }))
  const sumOf = (key: 'placebos' | 'plantings'): number =>
    withBefore.reduce((sum, each) => sum + each[key], 0)
  const hasSplits = splitCuts.length > 0
  const splits = hasSplits ? placebos - sumOf('placebos') : 0
  const plantings = hasSplits ? planted : 0
  const of =
    splits +
    sumOf('placebos') +
    plantings +
    (hasSplits ? plantedParts.length * partPlantings : 0) +
    sumOf('plantings')
  const tally = new DrillTally()
  let done = 0
  let requests = 0
  let noCohort = 0
  const next = (): void => onProgress({ ...service, done: ++done, of })
  const parts: PartDrill = { store, service, pace, policy, detectors, bug, slice }
  let complete = true
  try {
    for (const [index, cut] of splitCuts.entries()) {
      const window = windowOf(cut, blockMillis)
      const loaded = await loadCut(store, service, cut.versions, window, detectors)
      requests += loaded.table.sampledFrom
      await slice()
      const numbers = (count: number): number[] =>
        Array.from({ length: count }, (_, i) => i).filter((i) => i % splitCuts.length === index)
      const drill = { service: service.service, policy, bug, slice }
      const toDivide = { service, versions: cut.versions, loaded }
      for (const i of numbers(splits)) {
        const own = await unitPlacebo(loaded, i, seedOf(seed, 1, i), drill)
        const beside = await partPlacebo(toDivide, i, seedOf(seed, 1, i), parts)
        tally.count(cut, own.candidateShare, { [own.kind]: own, ...beside })
        next()
      }
      for (const i of numbers(plantings)) {
        const plant = await unitPlant(loaded, i, seedOf(seed, 2, i), drill)
        if (plant === null) noCohort += 1
        else tally.plants.push(plant)
        next()
      }
      for (const [part, plantOf] of plantedParts.entries()) {
        for (const i of numbers(partPlantings)) {
          const plant = await plantOf(toDivide, i, seedOf(seed, 3 + part, i), parts)
          if (plant !== null) tally.partPlants.push(plant)
          next()
        }
      }
    }
    for (const { part, cuts, placebo, plant, salt, ...counts } of withBefore) {
      for (const [index, cut] of cuts.entries()) {
        const window = windowOf(cut, blockMillis)
        if (index < counts.placebos) {
          const watched = await placebo(window, cut.versions, parts)
          if (watched !== null) tally.count(cut, 1, { [part]: watched })
          next()
        }
        for (let i = index; i < counts.plantings; i += cuts.length) {
          const own = seedOf(seed, salt, i)
          tally.partPlants.push(await plant(window, cut.versions, i, own, parts))
          next()
        }
      }
    }
  } catch (error) {
    if (!(error instanceof DrillStopped)) throw error
    complete = false
  }
  if (noCohort > 0) {
    gaps.push(`For ${noCohort} planted regressions the attributes have no cohort of that size.`)
  }
  const [first, last] = slots === null ? [since, until] : [slots.from, endOf(slots)]
  const wanted = { time: wantedTime, late: wantedLate, metrics: splits }
  const extent = { from: first, to: last }
  return {
    ...service,
    at: new Date(now).toISOString(),
    from: new Date(first).toISOString(),
    to: new Date(last).toISOString(),
    seed,
    origin: tools.origin,
    ...(bug !== undefined && { bug }),
    complete,
    gaps,
    notCovered: complete ? await notCovered(store, service, extent, wanted, tally.placebos) : [],
    cuts: {
      count: splitCuts.length + timeCuts.length + lateCuts.length,
      seconds: plan.seconds,
      requests,
    },
    ...summarizeSelfCheck(tally, policy),
  }
}

/** In what the cuts are divided for. */
const plantedParts = [edgePlant, metricPlant] as const

function windowOf({ from, to }: Cut, blockMillis: number) {
  return { from, to, blockMillis, blocks: Math.floor((to - from) / blockMillis) }
}

function endOf({ from, slotMillis, slots }: NonNullable<Awaited<ReturnType<typeof loadSlots>>>) {
  return from + slots.length * slotMillis
}

/** Of one placebo or plant among those of a drill. */
function seedOf(seed: number, part: number, number: number): number {
  return (seed * 1_000_003 + part * 100_019 + number) % 2 ** 48
}
