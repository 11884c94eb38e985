import { AftergreenError } from '../../errors.ts'
import type { SampledSpans } from '../../store/samples/span-samples.ts'
import type { Store } from '../../store/store.ts'
import type { Release } from '../release.ts'
import { historyPlan } from './history/history-plan.ts'
import type { JudgePace, JudgeWindow } from './judge-window.ts'
import type { Stretch } from './units/time-chunks.ts'
import { sampleOf } from './units/unit-scope.ts'

/** What of a trace lies so long before or after the window is there as well. */
const wideMillis = 60_000

const ofService = `service = {service: String} AND environment = {environment: String}
    AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`

/**
 * The spans of the service in the sampled traces of one look. To pick them out of all spans takes the engine longer than
 * most questions about them, so they are copied once, when the first question needs them, and asked from there.
 */
export class LookSample {
  readonly #store: Store
  readonly #release: Release
  readonly #window: JudgeWindow
  readonly #reach: number
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
   * @param oneOf traces, a power of two
   */
  async take(oneOf: number): Promise<Store> {
    if (oneOf === 1) return this.#store
    this.#making ??= this.#make(oneOf)
    this.#made = await this.#making
    return this.known(oneOf, { from: this.#window.from, to: this.#window.to })
  }

  /** The same without making one: the store itself where none covers the stretch. */
  known(oneOf: number, { from, to }: Stretch): Store {
    const made = this.#made
    const isThere = made !== null && oneOf % made.oneOf === 0 && from >= made.from && to <= made.to
    return isThere ? made.store : this.#store
  }

  /** What was taken is not to be asked any more. */
  async close(): Promise<void> {
    const made = await this.#making?.catch(() => null)
    this.#making = undefined
    this.#made = null
    await made?.spans.drop()
  }

  async #make(oneOf: number): Promise<Made | null> {
    const { samples } = this.#store
    if (samples === undefined) return null
    const to = this.#window.to + wideMillis
    const from = await this.#begin(to)
    let spans: SampledSpans | null
    try {
      spans = await samples.take(`${ofService} AND ${sampleOf(oneOf)}`, this.#within(from, to))
    } catch (error) {
      // short of memory, for example: all spans can still be asked
      if (error instanceof AftergreenError && error.code === 'ENGINE_QUERY') return null
      throw error
    }
    if (spans === null) return null
    return { spans, store: sampledStore(this.#store, spans), oneOf, from, to }
  }

  /** The time before the release is part of it where it holds no more than the watch: a long past is read by itself. */
  async #begin(to: number): Promise<number> {
    const start = this.#window.from - wideMillis
    const rows = await this.#store.query<{ before: number; since: number }>(
      `SELECT countIf(time < fromUnixTimestamp64Milli({start: Int64}, 'UTC')) AS before, count() - before AS since
       FROM ${this.#store.relation('traces')} WHERE ${ofService}`,
      { ...this.#within(this.#reach, to), start },
    )
    const { before = 0, since = 0 } = rows[0] ?? {}
    return before <= since ? Math.min(start, this.#reach) : start
  }

  #within(from: number, to: number): Record<string, unknown> {
    const { service, environment } = this.#release
    return { service, environment, from, to }
  }
}

interface Made extends Stretch {
  spans: SampledSpans
  store: Store
  oneOf: number
}

/** A store whose spans are those of a sample. */
function sampledStore(store: Store, spans: SampledSpans): Store {
  return {
    ...store,
    relation: (signal) => (signal === 'traces' ? spans.relation : store.relation(signal)),
    attribute: (signal, key, type) =>
      signal === 'traces' ? spans.attribute(key, type) : store.attribute(signal, key, type),
  }
}
