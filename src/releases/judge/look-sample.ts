import { AftergreenError } from '../../errors.ts'
import type { SampledParts, SpanSample } from '../../store/samples/span-samples.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import { historyPlan } from './history/history-plan.ts'
import type { JudgePace, JudgeWindow } from './judge-window.ts'
import type { Stretch } from './units/time-chunks.ts'
import { isEntry, sampleOf } from './units/unit-scope.ts'

/** What of a trace lies so long before or after the window is there as well. */
const wideMillis = 60_000

const ofService = `service = {service: String} AND environment = {environment: String}
    AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`

/**
 * The spans of the service in the sampled traces of one look. To pick them out of all spans takes the engine longer than
 * most questions about them, so they are copied once, when the first question needs them, and asked from there: its
 * requests with all their attributes, and all its spans with the few that detectors and edges ask for.
 */
export class LookSample {
  readonly #store: Store
  readonly #release: Release
  readonly #window: JudgeWindow
  readonly #reach: number
  #opening: Promise<SpanSample | null> | undefined
  #entries: Promise<Store> | undefined
  #making: Promise<Made | null> | undefined
  #made: Made | null = null

  constructor(store: Store, release: Release, window: JudgeWindow, pace: JudgePace) {
    this.#store = store
    this.#release = release
    this.#window = window
    const { reachBlocks, blockMillis } = historyPlan(window, pace.blockSeconds * 1000)
    this.#reach = window.from - reachBlocks * blockMillis
  }

  /**
   * A store that answers from the sample, for questions about the service's own spans around the window; it is made where
   * there is none. The store itself where there cannot be one.
   * The time before the release is part of it where it holds no more spans than the watch: a long past is read by itself.
   * @param oneOf traces, a power of two
   * @param spans of the watch, at least so many; left out, the time before is not asked about
   */
  async take(oneOf: number, spans = 0): Promise<Store> {
    if (oneOf === 1) return this.#store
    this.#making ??= this.#make(oneOf, spans)
    this.#made = await this.#making
    return this.known(oneOf, { from: this.#window.from, to: this.#window.to })
  }

  /** The same for questions about the attributes of the requests in the window; asked once a look. */
  async entries(oneOf: number): Promise<Store> {
    if (oneOf === 1) return this.#store
    this.#entries ??= this.#copy(
      'whole',
      `${ofService} AND ${isEntry} AND ${sampleOf(oneOf)}`,
      this.#window,
    ).then((store) => store ?? this.#store)
    return await this.#entries
  }

  /** A sample of all spans without making one: the store itself where none covers the stretch. */
  known(oneOf: number, { from, to }: Stretch): Store {
    const made = this.#made
    const isThere = made !== null && oneOf % made.oneOf === 0 && from >= made.from && to <= made.to
    return isThere ? made.store : this.#store
  }

  /** What was taken is not to be asked any more. */
  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => null)
    await Promise.allSettled([this.#entries, this.#making])
    this.#opening = undefined
    this.#entries = undefined
    this.#making = undefined
    this.#made = null
    await opened?.drop()
  }

  async #make(oneOf: number, watched: number): Promise<Made | null> {
    // one after the other: what is needed first is there sooner
    await this.#entries
    const to = this.#window.to + wideMillis
    const from = await this.#begin(watched)
    const store = await this.#copy('asked', `${ofService} AND ${sampleOf(oneOf)}`, { from, to })
    return store === null ? null : { store, oneOf, from, to }
  }

  /** A store whose spans are a copy; null where there is no room for it, or memory is short: all spans can still be asked. */
  async #copy(parts: SampledParts, condition: string, stretch: Stretch): Promise<Store | null> {
    const { samples } = this.#store
    if (samples === undefined) return null
    this.#opening ??= samples.open()
    try {
      const sample = await this.#opening
      const spans = await sample?.copy(parts, condition, this.#within(stretch))
      if (spans === undefined || spans === null) return null
      return {
        ...this.#store,
        relation: (signal) => (signal === 'traces' ? spans.relation : this.#store.relation(signal)),
        attribute: (signal, key, type) =>
          signal === 'traces'
            ? spans.attribute(key, type)
            : this.#store.attribute(signal, key, type),
      }
    } catch (error) {
      if (error instanceof AftergreenError && error.code === 'ENGINE_QUERY') return null
      throw error
    }
  }

  async #begin(watched: number): Promise<number> {
    const start = this.#window.from - wideMillis
    if (watched === 0) return start
    const [before] = await this.#store.query<{ spans: number }>(
      `SELECT count() AS spans FROM ${this.#store.relation('traces')} WHERE ${ofService}`,
      this.#within({ from: this.#reach, to: start }),
    )
    return (before?.spans ?? 0) <= watched ? Math.min(start, this.#reach) : start
  }

  #within({ from, to }: Stretch): Record<string, unknown> {
    const { service, environment } = this.#release
    return { service, environment, from, to }
  }
}

/** A sample of all spans in a stretch of time. */
interface Made extends Stretch {
  store: Store
  oneOf: number
}
