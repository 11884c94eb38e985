import type { Store } from '../store/store.ts'
import { overlappingReleases } from './judge/attribution/overlapping-releases.ts'
import type { JudgePace } from './judge/judge-window.ts'
import type { RecordedRelease } from './ledger/ledger.ts'
import { evidenceEnd, nextStart } from './replay/evidence-end.ts'
import type { BlindSpot, Verdict } from './verdict.ts'

/** How to look at a release whose telemetry had ended before somebody recorded it. */
export interface PastLook {
  /** As of when: the end of the telemetry, or the start of the next release. ms since 1970 */
  now: number
  superseded: boolean
  /** The last request, ISO 8601. */
  ended: string
}

/** Whoever records a release that still goes on may be this much ahead of its telemetry. */
const patienceMillis = 120_000
/** Telemetry of the past arrives with imports only; nobody waits for the next look. */
const looksBetween = 6

/**
 * Tells releases that are recorded after the fact from those that are watched: nobody watches a past one for longer than
 * its telemetry lasts, and what was imported later, or recorded beside it, is looked at once more.
 */
export class PastLooks {
  readonly #store: Store
  readonly #pace: JudgePace
  /** By release id: what the last look had, and how many of the following ones are left out. */
  readonly #seen = new Map<string, { key: string; pause: number }>()

  constructor(store: Store, pace: JudgePace) {
    this.#store = store
    this.#pace = pace
  }

  /** @returns null for a release that is watched as it happens; `unchanged` where nothing is known that the last look did not have */
  async look(
    recorded: RecordedRelease,
    releases: readonly RecordedRelease[],
    now: number,
  ): Promise<PastLook | 'unchanged' | null> {
    const { release, recordedAt } = recorded
    if (recordedAt === undefined) return null
    const before = this.#seen.get(release.id)
    if (before !== undefined && before.pause > 0) {
      before.pause -= 1
      return 'unchanged'
    }
    const next = nextStart(recorded, releases)
    const end = await evidenceEnd(this.#store, release, Math.min(now, next ?? now))
    const isLive =
      next === null && end !== null && end.last >= Date.parse(recordedAt) - patienceMillis
    if (end === null || isLive) return null
    // whose a finding is may change with every release that overlaps, whenever it is recorded
    const others = overlappingReleases(recorded, releases, {
      from: Date.parse(release.startedAt),
      to: end.last,
    }).map(({ id, startedAt }) => [id, startedAt])
    const key = JSON.stringify([end, next, release, recorded.candidateShare, others])
    const isKnown = before?.key === key
    this.#seen.set(release.id, { key, pause: isKnown ? looksBetween : 0 })
    if (isKnown) return 'unchanged'
    const { blockSeconds, lagSeconds } = this.#pace
    const whole = end.last + 1 + (blockSeconds + lagSeconds) * 1000
    return {
      now: next === null ? Math.min(whole, now) : Math.min(whole, next + lagSeconds * 1000),
      superseded: next !== null,
      ended: new Date(end.last).toISOString(),
    }
  }

  /** The look did not come to an end: the next one is made whatever has arrived. */
  forget(id: string): void {
    this.#seen.delete(id)
  }
}

/** The verdict of such a look says where the telemetry ends. */
export function withEnd(verdict: Verdict, { ended }: PastLook): Verdict {
  const { service } = verdict.release
  const at = `${ended.slice(0, 19).replace('T', ' ')} UTC`
  const spot: BlindSpot = {
    kind: 'telemetry-gap',
    subject: 'end of telemetry',
    title: `The telemetry of ${service} for this release ends at ${at}`,
    detail:
      'The release was recorded after that. It is judged as of then; what happened later was not seen.',
  }
  return { ...verdict, blindSpots: [...verdict.blindSpots, spot] }
}
