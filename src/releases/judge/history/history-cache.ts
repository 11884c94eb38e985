import type { TimeWindow } from '../../verdict.ts'
import type { HistoryScope } from './load-history.ts'
import type { PreparedHistory } from './prepare-history.ts'

export interface CachedHistory {
  scope: HistoryScope
  prepared: PreparedHistory | null
  /** The time before that is compared with. */
  window: TimeWindow
}

interface Entry<T> {
  value: T | null
  readAt: number
  askedAt: number
  cost: number
}

/** Releases that are remembered; those that were asked for longest ago go first. */
const maxEntries = 200
/**
 * What was read is trusted for so many times as long as reading everything took that is being asked for: reading takes at
 * most a fiftieth of the time, however many releases are watched.
 */
const trust = 50
/** … or for this share of the watch: the older a release is, the less is still to come from before it. */
const trustShare = 1 / 20
const minTrustMillis = 500
const maxTrustMillis = 600_000

/**
 * The time before a release does not change, except by telemetry that comes late: whoever looks at the same release again
 * and again need not read it at every look.
 */
export class HistoryCache<T = CachedHistory> {
  readonly #entries = new Map<string, Entry<T>>()

  /**
   * @param key of a release at a scale
   * @param watched ms that the release has been watched
   */
  async get(key: string, watched: number, read: () => Promise<T | null>): Promise<T | null> {
    const now = performance.now()
    const known = this.#entries.get(key)
    this.#entries.delete(key)
    if (known !== undefined) {
      const cost = known.cost + this.#costOfOthers(now)
      const wanted = Math.max(minTrustMillis, trust * cost, trustShare * watched)
      const lasts = Math.min(maxTrustMillis, wanted)
      if (now - known.readAt < lasts) {
        this.#entries.set(key, { ...known, askedAt: now })
        return known.value
      }
    }
    const value = await read()
    const readAt = performance.now()
    this.#entries.set(key, { value, readAt, askedAt: readAt, cost: readAt - now })
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break
      this.#entries.delete(oldest)
    }
    return value
  }

  /** ms that reading took of what was asked for lately. */
  #costOfOthers(now: number): number {
    let sum = 0
    for (const { askedAt, cost } of this.#entries.values())
      if (now - askedAt < maxTrustMillis) sum += cost
    return sum
  }
}
