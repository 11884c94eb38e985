import { detectors } from '../signals/detectors.ts'
import { coverageGap } from '../store/cluster/coverage.ts'
import type { Store } from '../store/store.ts'
import { busiestBaseline } from './busiest-baseline.ts'
import { ReleaseConfigurations } from './configuration/release-configurations.ts'
import { holdPartial } from './hold-partial.ts'
import { holdUnseen, noEvidence } from './hold-unseen.ts'
import { HistoryCache } from './judge/history/history-cache.ts'
import { newWatchState, type WatchState } from './judge/hypothesis.ts'
import { judgeRelease } from './judge/judge-release.ts'
import type { JudgePace } from './judge/judge-window.ts'
import type { PlanCache } from './judge/plan/look-at-plan.ts'
import { policyFor } from './judge/plan/policy-for.ts'
import { KeptLooks } from './judge/units/kept-looks.ts'
import type { JudgeLease } from './ledger/judge-lease.ts'
import { type Ledger, type Lease, LeaseLost, type RecordedRelease } from './ledger/ledger.ts'
import { noticeVersions } from './notice-versions.ts'
import { type PastLook, PastLooks, withEnd } from './past-looks.ts'
import { type Evidence, finalPhases, type Verdict } from './verdict.ts'
import { isVerdictChange } from './verdict-change.ts'

export interface ReleaseWatchOptions {
  store: Store
  ledger: Ledger
  /** Whoever holds it looks; the others tell what the ledger knows. */
  lease: Pick<JudgeLease, 'held'>
  pace: JudgePace
  baseUrl: string
  log: (line: string) => void
  /** Milliseconds since the epoch. */
  now: () => number
}

interface Latest {
  verdict: Verdict
  evidence: Evidence
}

/** Looks at every release that is not over, at the judge's pace, and keeps the ledger, while it has the lease. */
export class ReleaseWatch {
  readonly #options: ReleaseWatchOptions
  readonly #latest = new Map<string, Latest>()
  readonly #configurations: ReleaseConfigurations
  readonly #past: PastLooks
  readonly #history = new HistoryCache()
  readonly #kept = new KeptLooks()
  readonly #plans: PlanCache = { past: new HistoryCache(), fed: new HistoryCache() }
  #timer: NodeJS.Timeout | undefined
  #look: Promise<void> = Promise.resolve()
  #stopped = false
  #revision = -1

  constructor(options: ReleaseWatchOptions) {
    this.#options = options
    this.#configurations = new ReleaseConfigurations(options.ledger)
    this.#past = new PastLooks(options.store, options.pace)
  }

  start(): void {
    this.#schedule(0)
  }

  /** Looks as soon as the look under way is over. */
  wake(): void {
    this.#schedule(0)
  }

  /** Looks soon where another replica has recorded a release. */
  async wakeOnNews(): Promise<void> {
    const revision = await this.#options.ledger.revision().catch(() => this.#revision)
    if (revision > this.#revision) this.wake()
    this.#revision = revision
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    await this.#look
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#look
  }

  /** The latest verdict: of the last look, else from the ledger, else that nobody has looked yet. */
  async latest(recorded: RecordedRelease): Promise<Latest> {
    const { id } = recorded.release
    return (
      (await this.#previous(id)) ?? this.#unseen(recorded, 'the judge has not looked at it yet')
    )
  }

  #schedule(delayMillis: number): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#look = this.#look.then(() => this.#lookAtAll())
      void this.#look.then(() => this.#schedule(this.#options.pace.everySeconds * 1000))
    }, delayMillis)
  }

  async #lookAtAll(): Promise<void> {
    const { store, ledger, lease, log, now } = this.#options
    if (this.#stopped) return
    if (lease.held() === null) {
      // whoever looks instead leaves what is found in the ledger
      this.#latest.clear()
      return
    }
    try {
      for (const { release } of await noticeVersions(store, ledger, now())) {
        log(`noticed ${release.service} ${release.version} (${release.id})`)
      }
    } catch (error) {
      // the releases that are known must still be told that nobody can look at them now
      log(`the judge could not look for new versions: ${messageOf(error)}`)
    }
    try {
      const releases = await ledger.releases()
      for (const recorded of releases) {
        const held = lease.held()
        if (this.#stopped || held === null) return
        await this.#lookAt(recorded, releases, held)
      }
    } catch (error) {
      if (error instanceof LeaseLost) this.#latest.clear()
      log(`the judge could not look: ${messageOf(error)}`)
    }
  }

  async #lookAt(
    recorded: RecordedRelease,
    releases: readonly RecordedRelease[],
    lease: Lease,
  ): Promise<void> {
    const { store, ledger, pace, log, now } = this.#options
    const { id, service, environment, startedAt } = recorded.release
    const previous = await this.#previous(id)
    const past = await this.#pastLook(recorded, releases)
    if (past === 'unchanged') return
    const isOver = previous !== undefined && finalPhases.includes(previous.verdict.phase)
    // what is imported later may show more of a past release, although it is over
    if (isOver && past === null) return
    const superseded =
      past?.superseded ??
      releases.some(
        ({ release }) =>
          release.service === service &&
          release.environment === environment &&
          release.startedAt > startedAt,
      )
    const isRollback = previous?.verdict.verdict === 'rollback'
    try {
      const before = store.coverage()
      const known = releases.map(({ release }) => release)
      const judgement = await judgeRelease({
        store,
        recorded: await this.#withBaseline(recorded, past),
        state: ((await ledger.watchState(id)) as WatchState | null) ?? newWatchState(),
        pace,
        policy: policyFor(recorded.release.reason, recorded.policy),
        detectors,
        now: past?.now ?? now(),
        superseded,
        releases,
        url: this.#url(id),
        kept: this.#kept,
        selfCheck: await ledger.latestSelfCheck({ service, environment }),
        changes: await this.#configurations.changesOf(recorded.release, known),
        // more of the past may have been imported since the last look at it
        ...(past === null && { historyCache: this.#history, planCache: this.#plans }),
      })
      const gap = coverageGap(before, store.coverage())
      if (past !== null) judgement.verdict = withEnd(judgement.verdict, past)
      if (gap === null) {
        await this.#keep(judgement, previous, lease, judgement.state)
        return
      }
      this.#past.forget(id)
      if (!isRollback) {
        // nothing that a part of the data suggests is put to the test, so the state stays as it was
        const verdict = holdPartial(judgement.verdict, gap)
        await this.#keep({ verdict, evidence: judgement.evidence }, previous, lease)
      }
    } catch (error) {
      this.#past.forget(id)
      if (error instanceof LeaseLost) throw error
      log(`release ${id} could not be judged: ${messageOf(error)}`)
      // proof of harm does not go away because nobody can look now; proof of safety does
      if (isRollback) return
      const unseen = this.#unseen(recorded, 'the judge could not look at the telemetry')
      await this.#keep(unseen, previous, lease)
    }
  }

  async #keep(
    { verdict, evidence }: Latest,
    previous: Latest | undefined,
    lease: Lease,
    state?: WatchState,
  ): Promise<void> {
    const isChange = isVerdictChange(previous?.verdict, verdict)
    await this.#options.ledger.keepLook({ verdict, evidence, state, isChange }, lease)
    this.#latest.set(verdict.release.id, { verdict, evidence })
  }

  async #previous(id: string): Promise<Latest | undefined> {
    const { ledger, lease } = this.#options
    const own = lease.held() === null ? undefined : this.#latest.get(id)
    return own ?? (await ledger.latestLook(id)) ?? undefined
  }

  /** How to look at a release of the past; where nobody can tell, it is looked at like any other. */
  async #pastLook(
    recorded: RecordedRelease,
    releases: readonly RecordedRelease[],
  ): Promise<PastLook | 'unchanged' | null> {
    const { now, log } = this.#options
    return await this.#past.look(recorded, releases, now()).catch((error: unknown) => {
      log(
        `release ${recorded.release.id}: the end of its telemetry is not known: ${messageOf(error)}`,
      )
      return null
    })
  }

  /** A release without a baseline is compared with the busiest other version of the service around its start. */
  async #withBaseline(recorded: RecordedRelease, past: PastLook | null): Promise<RecordedRelease> {
    const { release } = recorded
    if (release.baselineVersion !== null) return recorded
    const { store, now } = this.#options
    const baselineVersion = await busiestBaseline(store, release, past?.now ?? now())
    if (baselineVersion === null) return recorded
    // what is imported later may show another one: the ledger keeps what was seen as it happened
    if (past !== null) return { ...recorded, release: { ...release, baselineVersion } }
    return await this.#options.ledger.exclusively(async (records) => {
      // what was announced meanwhile counts
      const newest = (await records.releases()).find((other) => other.release.id === release.id)
      if (newest === undefined || newest.release.baselineVersion !== null) return newest ?? recorded
      const known = { ...newest, release: { ...newest.release, baselineVersion } }
      await records.recordRelease(known)
      return known
    })
  }

  #unseen(recorded: RecordedRelease, why: string): Latest {
    return {
      verdict: holdUnseen(recorded, why, this.#options.now(), this.#url(recorded.release.id)),
      evidence: noEvidence(),
    }
  }

  #url(id: string): string {
    return `${this.#options.baseUrl}/releases/${encodeURIComponent(id)}`
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
