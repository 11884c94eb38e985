import type { Detector } from '../../signals/detector.ts'
import type { Store } from '../../store/store.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import { defaultPolicy } from '../judge/policy.ts'
import type { LedgerRecords } from '../ledger/ledger.ts'
import { claimsOf, type UnitPlacebo, unitPlacebo, unitPlant } from './drill-units.ts'
import { loadCut, placeboRelease } from './load-cut.ts'
import { type DrilledService, loadSlots } from './load-slots.ts'
import { type Cut, planDrill } from './plan-drill.ts'
import type {
  DrillProgress,
  DrillRequest,
  PlaceboAlarm,
  PlaceboKind,
  SelfCheckRun,
} from './self-check.ts'
import { spoiledPolicy } from './spoil-judge.ts'
import { type DoneDrill, summarizeSelfCheck } from './summarize-self-check.ts'
import { watchTime } from './watch-time.ts'

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

/** This part of the placebos is of the before/after comparison. */
const timePart = 0.25
const policy = defaultPolicy

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
  const plan = planDrill(slots, starts, wantedTime, blockMillis, seed)
  const counted: Record<PlaceboKind, number> = {
    split: 0,
    instances: 0,
    time: 0,
  }
  const alarmed: PlaceboAlarm[] = []
  const plants: DoneDrill['plants'][number][] = []
  const { splitCuts, timeCuts, gaps } = plan
  const splits = splitCuts.length === 0 ? 0 : placebos - timeCuts.length
  const plantings = splitCuts.length === 0 ? 0 : planted
  const of = splits + timeCuts.length + plantings
  let done = 0
  let requests = 0
  let noCohort = 0
  const next = (): void => onProgress({ ...service, done: ++done, of })
  const count = (cut: Cut, { kind, candidateShare, alarmSeconds, findings }: UnitPlacebo): void => {
    counted[kind] += 1
    next()
    if (alarmSeconds === null) return
    alarmed.push({
      kind,
      from: new Date(cut.from).toISOString(),
      to: new Date(cut.to).toISOString(),
      candidateShare,
      seconds: alarmSeconds,
      claims: claimsOf(findings),
    })
  }
  let complete = true
  try {
    for (const [index, cut] of splitCuts.entries()) {
      const window = windowOf(cut, blockMillis)
      const loaded = await loadCut(store, service, cut.versions, window, detectors)
      requests += loaded.table.sampledFrom
      await slice()
      const drill = { service: service.service, policy, bug, slice }
      for (let i = index; i < splits; i += splitCuts.length) {
        count(cut, await unitPlacebo(loaded, i, seedOf(seed, 1, i), drill))
      }
      for (let i = index; i < plantings; i += splitCuts.length) {
        const plant = await unitPlant(loaded, i, seedOf(seed, 2, i), drill)
        if (plant === null) noCohort += 1
        else plants.push(plant)
        next()
      }
    }
    for (const cut of timeCuts) {
      const release = placeboRelease(service, cut.from, cut.versions)
      const window = windowOf(cut, blockMillis)
      const watched = await watchTime({
        store,
        release,
        window,
        policy: spoiledPolicy(policy, bug),
        detectors,
        slice,
      })
      if (watched !== null) count(cut, { ...watched, kind: 'time', candidateShare: 1 })
    }
  } catch (error) {
    if (!(error instanceof DrillStopped)) throw error
    complete = false
  }
  if (noCohort > 0) {
    gaps.push(`For ${noCohort} planted regressions the attributes have no cohort of that size.`)
  }
  const [first, last] = slots === null ? [since, until] : [slots.from, endOf(slots)]
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
    cuts: { count: splitCuts.length + timeCuts.length, seconds: plan.seconds, requests },
    ...summarizeSelfCheck({ placebos: counted, alarmed, plants }, policy),
  }
}

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
