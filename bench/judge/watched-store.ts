import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HistoryCache } from '../../src/releases/judge/history/history-cache.ts'
import { newWatchState, type WatchState } from '../../src/releases/judge/hypothesis.ts'
import { type Judgement, judgeRelease } from '../../src/releases/judge/judge-release.ts'
import type { PlanCache } from '../../src/releases/judge/plan/look-at-plan.ts'
import { defaultPolicy } from '../../src/releases/judge/policy.ts'
import { KeptLooks } from '../../src/releases/judge/units/kept-looks.ts'
import type { RecordedRelease } from '../../src/releases/ledger/ledger.ts'
import { detectors } from '../../src/signals/detectors.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { addColumns } from '../cohorts/fill-events.ts'
import type { ShopAttribute } from '../cohorts/shop-attributes.ts'
import { baselineVersion, candidateVersion, environment, fillTraffic } from './fill-traffic.ts'

export interface WatchedOptions {
  attributes: readonly ShopAttribute[]
  isPlanted: boolean
  seed: number
}

/** Milliseconds since 1970. */
export const releasedAt = Date.UTC(2026, 0, 15, 6)
export const minuteMillis = 60_000
export const pace = { everySeconds: 60, blockSeconds: 60, lagSeconds: 0 }

/** A real store with the traffic of releases, and a judge that looks at them as the server does. */
export class WatchedStore {
  readonly store: Store
  readonly #options: WatchedOptions
  readonly #folder: string
  #traces = 0
  #kept = new KeptLooks()
  #history = new HistoryCache()
  #plans: PlanCache = { past: new HistoryCache(), fed: new HistoryCache() }
  readonly #states = new Map<string, WatchState>()

  private constructor(store: Store, folder: string, options: WatchedOptions) {
    this.store = store
    this.#folder = folder
    this.#options = options
  }

  static async open(options: WatchedOptions, say: (line: string) => void): Promise<WatchedStore> {
    const folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-bench-judge-'))
    // no columns but the ones that the bench adds
    const columns = { every: 2 ** 31 - 1, activeAfter: 0 }
    const store = await openStore({ dataFolder: folder, log: say, columns })
    await addColumns(store, options.attributes)
    return new WatchedStore(store, folder, options)
  }

  /** Evenly spread, minutes after the release; before it there is no candidate. */
  async fill(service: string, from: number, to: number, events: number): Promise<void> {
    this.#traces = await fillTraffic(this.store, {
      ...this.#options,
      service,
      from: releasedAt + from * minuteMillis,
      to: releasedAt + to * minuteMillis,
      events,
      candidateShare: from < 0 ? 0 : 0.5,
      firstTrace: this.#traces,
    })
  }

  /** Waits until the engine has merged what was filled in, two minutes at most: a look is measured, not that. */
  async settle(): Promise<void> {
    const until = performance.now() + 120_000
    for (;;) {
      const [row] = await this.store.query<{ merges: number }>(
        'SELECT toUInt32(count()) AS merges FROM system.merges WHERE database = {database: String}',
        { database: this.store.database },
        { as: 'admin' },
      )
      if (row?.merges === 0 || performance.now() > until) return
      await sleep(100)
    }
  }

  /** A look so many minutes after the release, with what earlier looks left. */
  async look(service: string, minutes: number, store = this.store): Promise<Judgement> {
    const judgement = await judgeRelease({
      store,
      recorded: recordedOf(service),
      state: this.#states.get(service) ?? newWatchState(),
      pace,
      policy: defaultPolicy,
      detectors,
      now: releasedAt + minutes * minuteMillis,
      superseded: false,
      url: '',
      historyCache: this.#history,
      planCache: this.#plans,
      kept: this.#kept,
    })
    this.#states.set(service, judgement.state)
    return judgement
  }

  /** As after a start of the server, but for what the ledger keeps. */
  forget(isStateKept = false): void {
    this.#kept = new KeptLooks()
    this.#history = new HistoryCache()
    this.#plans = { past: new HistoryCache(), fed: new HistoryCache() }
    if (!isStateKept) this.#states.clear()
  }

  get keptBytes(): number {
    return this.#kept.units.bytes
  }

  async close(): Promise<void> {
    await this.store.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

export function recordedOf(service: string): RecordedRelease {
  return {
    release: {
      id: `release-of-${service}`,
      service,
      environment,
      version: candidateVersion,
      baselineVersion,
      strategy: 'canary',
      reason: 'feature',
      startedAt: new Date(releasedAt).toISOString(),
      links: [],
    },
    candidateShare: 0.5,
    origin: 'announced',
  }
}
