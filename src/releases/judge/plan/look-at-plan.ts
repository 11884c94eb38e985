import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import type { HistoryCache } from '../history/history-cache.ts'
import type { JudgeWindow } from '../judge-window.ts'
import type { CountedWatch } from '../parts/evidence-part.ts'
import type { Policy } from '../policy.ts'
import type { UnitTable } from '../unit-table.ts'
import { fullTrafficMillis } from './full-traffic.ts'
import {
  hourMillis,
  hoursWithin,
  livedHours,
  usualHours,
  type WeekSeen,
  weekSeen,
} from './hours-of-week.ts'
import { type LevelWindow, levelWindows } from './level-windows.ts'
import { firedJobs, type PastTraffic, pastTraffic } from './past-traffic.ts'
import type { ScheduledJob } from './scheduled-jobs.ts'
import { type Fed, fedConsumers } from './split-reach.ts'

export interface PlanInput {
  window: JudgeWindow
  policy: Policy
  table: UnitTable
  /** Where no traces tell what was lived through. */
  counted?: CountedWatch | undefined
}

/** Where the plan's reading goes to. */
export interface PlanSource {
  store: Store
  release: Release
  window: JudgeWindow
  /** For whoever looks again and again; left out, everything is read. */
  cache?: PlanCache | undefined
}

/** The past of releases, and what they feed. */
export interface PlanCache {
  past: HistoryCache<PastTraffic>
  fed: HistoryCache<Fed[]>
}

/** What the watch has lived through so far, and what of it is still to come. */
export interface PlanLook {
  /** Hours of the soak in which the service usually has traffic, and how many of them were lived through. */
  hours: { needed: number; lived: number; next: number | null }
  week: WeekSeen
  jobs: (ScheduledJob & { fired: boolean })[]
  /** ms for which the candidate has answered nearly all requests, up to now; and how many it takes. */
  full: { seen: number; needed: number }
  levels: LevelWindow[]
  fed: Fed[]
}

/** Of the soak, the candidate must carry all traffic for this part. */
const fullPart = 0.25

/** What the store tells for the plan of a release. */
export interface PlanRead {
  past: PastTraffic | null
  fed: Fed[]
  /** Jobs that ran since the release began, by name. */
  fired: ReadonlySet<string>
}

export async function readPlan({ store, release, window, cache }: PlanSource): Promise<PlanRead> {
  const key = `${release.id} ${release.startedAt}`
  const watched = window.to - window.from
  // what feeds whom changes slowly: it is read again when the watch has grown by a fifth
  const grown = Math.floor(4 * Math.log2(Math.max(1, watched)))
  const readFed = (): Promise<Fed[]> => fedConsumers(store, release, window)
  const [past, fed] = await Promise.all([
    cache === undefined
      ? pastTraffic(store, release)
      : cache.past.get(key, watched, () => pastTraffic(store, release)),
    cache === undefined ? readFed() : cache.fed.get(`${key} ${grown}`, watched, readFed),
  ])
  const fired = await firedJobs(store, release, past?.jobs ?? [], window.to)
  return { past, fed: fed ?? [], fired }
}

export function lookAtPlan(input: PlanInput, { past, fed, fired }: PlanRead): PlanLook {
  const { window, policy, table, counted } = input
  const soak = policy.soakHours * hourMillis
  const lived = counted?.lived ?? livedHours(table, window)
  const hours = counted?.past ?? past?.hours ?? []
  const needed = full(soak)
  return {
    hours: hoursOfSoak(hours, lived, window.from, soak),
    week: weekSeen({ hours }, lived),
    jobs: (past?.jobs ?? []).map((job) => ({ ...job, fired: fired.has(job.operation) })),
    full: {
      seen: Math.min(needed, counted?.fullMillis ?? fullTrafficMillis(table, window, needed)),
      needed,
    },
    levels: counted?.levels ?? levelWindows(table, window, soak, policy),
    fed,
  }
}

const full = (soak: number): number => fullPart * soak

/** An hour that was missed, because telemetry was, may be made good by the same hour of a later day. */
function hoursOfSoak(
  past: readonly number[],
  lived: readonly number[],
  from: number,
  soak: number,
): PlanLook['hours'] {
  const isUsual = usualHours({ hours: past })
  const wanted = hoursWithin(from, from + soak).filter(isUsual)
  const left = new Map<number, number>()
  for (const hour of lived) left.set(hour % 24, (left.get(hour % 24) ?? 0) + 1)
  const missing = wanted.filter((hour) => {
    const visits = left.get(hour % 24) ?? 0
    left.set(hour % 24, visits - 1)
    return visits <= 0
  })
  const last = missing.at(-1)
  return {
    needed: wanted.length,
    lived: wanted.length - missing.length,
    next: last === undefined ? null : (last + 1) * hourMillis,
  }
}
