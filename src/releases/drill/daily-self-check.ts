import { setTimeout as sleep } from 'node:timers/promises'
import { detectors } from '../../signals/detectors.ts'
import type { Store } from '../../store/store.ts'
import type { JudgePace } from '../judge/judge-window.ts'
import type { JudgeLease } from '../ledger/judge-lease.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { drillService, DrillStopped } from './drill-service.ts'
import { type DrilledService, servicesWithTraffic } from './load-slots.ts'
import type { SelfCheckRun } from './self-check.ts'
import { selfCheckSentence } from './self-check-words.ts'

export interface DailySelfCheckOptions {
  store: Store
  ledger: Ledger
  /** Whoever holds it drills. */
  lease: Pick<JudgeLease, 'held'>
  pace: JudgePace
  log: (line: string) => void
  /** ms since 1970 */
  now: () => number
  /** Resolves when no look at a release is under way: looks come first. */
  idle: () => Promise<void>
  /** ms between two questions which service is due; default ten minutes. */
  everyMillis?: number | undefined
  /** Placebos, and as many planted regressions; default 40. */
  size?: number | undefined
  /** ms since a service was seen first, before which it is left alone; default an hour. */
  leastPastMillis?: number | undefined
  /** After a piece of work it rests so many times as long; default 3, a quarter of one core at most. */
  rest?: number | undefined
}

const usualEveryMillis = 600_000
/** The server has other things to do when it starts. */
const firstMillis = 60_000
const hour = 3_600_000
const day = 24 * hour
const pastMillis = 14 * day
const usualSize = 40
/** Services that have had traffic in the last hour are drilled, at most so many. */
const mostServices = 50
const usualRest = 3

/** Drills the judge on the past of every service once a day, in small pieces between the looks, while it has the lease. */
export class DailySelfCheck {
  readonly #options: DailySelfCheckOptions
  readonly #stop = new AbortController()
  /** When a service turned out to have too little past, ms since 1970. */
  readonly #tooEarly = new Map<string, number>()
  #running: Promise<void> = Promise.resolve()

  constructor(options: DailySelfCheckOptions) {
    this.#options = options
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Ends after the piece of work under way. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { everyMillis = usualEveryMillis, log } = this.#options
    const { signal } = this.#stop
    await this.#pause(Math.min(firstMillis, everyMillis))
    while (!signal.aborted) {
      await this.#round().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        log(`the judge could not be drilled: ${why}`)
      })
      await this.#pause(everyMillis)
    }
  }

  async #round(): Promise<void> {
    const { store, ledger, lease, now, leastPastMillis = hour } = this.#options
    if (lease.held() === null) return
    const services = await servicesWithTraffic(store, now() - hour, now())
    const due = services.slice(0, mostServices)
    const latest = await ledger.latestSelfChecks()
    const old = await servicesWithTraffic(
      store,
      now() - leastPastMillis - day,
      now() - leastPastMillis,
    )
    const hasPast = new Set(old.map(keyOf))
    for (const { service, environment } of due) {
      const before = latest.find(
        (run) => run.service === service && run.environment === environment,
      )
      if (before === undefined && !hasPast.has(keyOf({ service, environment }))) continue
      if (!this.#isDue({ service, environment }, before)) continue
      await this.#drill({ service, environment })
      if (this.#stop.signal.aborted || lease.held() === null) return
    }
  }

  /** Once a day; sooner while the past is shorter than a day, each time that it has doubled. */
  #isDue(of: DrilledService, before: SelfCheckRun | undefined): boolean {
    const now = this.#options.now()
    if (before === undefined) {
      const tooEarly = this.#tooEarly.get(keyOf(of)) ?? -Infinity
      return now - tooEarly >= hour / 3
    }
    const past = Date.parse(before.to) - Date.parse(before.from)
    return now - Date.parse(before.at) >= Math.min(day, Math.max(hour, past))
  }

  async #drill(of: DrilledService): Promise<void> {
    const {
      store,
      ledger,
      pace,
      log,
      lease,
      idle,
      size = usualSize,
      rest = usualRest,
    } = this.#options
    const { signal } = this.#stop
    const now = this.#options.now()
    let since = performance.now()
    const slice = async (): Promise<void> => {
      await this.#pause(Math.max(1, rest * (performance.now() - since)))
      await idle()
      if (signal.aborted || lease.held() === null) throw new DrillStopped()
      since = performance.now()
    }
    const request = {
      since: now - pastMillis,
      placebos: size,
      planted: size,
      // other divisions every day
      seed: Math.floor(now / day),
    }
    const run = await drillService(of, request, {
      store,
      ledger,
      pace,
      detectors,
      now,
      origin: 'daily',
      slice,
      onProgress: () => {},
    })
    if (!run.complete) return
    if (run.placebos.runs + run.drills.planted === 0) {
      this.#tooEarly.set(keyOf(of), now)
      return
    }
    await ledger.recordSelfCheck(run)
    const where = of.environment === '' ? '' : ` in ${of.environment}`
    log(`self-check on the past of ${of.service}${where}: ${selfCheckSentence(run)}`)
  }

  async #pause(millis: number): Promise<void> {
    const { signal } = this.#stop
    await sleep(millis, undefined, { signal, ref: false }).catch(() => {})
  }
}

function keyOf({ service, environment }: DrilledService): string {
  return JSON.stringify([service, environment])
}
