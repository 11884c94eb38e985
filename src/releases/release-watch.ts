import { detectors } from '../signals/detectors.ts'
import { coverageGap } from '../store/cluster/coverage.ts'
import type { Store } from '../store/store.ts'
import { holdPartial } from './hold-partial.ts'
import { holdUnseen, noEvidence } from './hold-unseen.ts'
import { newWatchState, type WatchState } from './judge/hypothesis.ts'
import { judgeRelease } from './judge/judge-release.ts'
import type { JudgePace } from './judge/judge-window.ts'
import { defaultPolicy } from './judge/policy.ts'
import type { JudgeLease } from './ledger/judge-lease.ts'
import { type Ledger, type Lease, LeaseLost, type RecordedRelease } from './ledger/ledger.ts'
import { noticeVersions } from './notice-versions.ts'
import type { Evidence, Verdict } from './verdict.ts'
import { isVerdictChange } from './verdict-change.ts'
import { versionsInTraffic } from './versions-in-traffic.ts'

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

/** Where a release began without a baseline, versions seen up to this long before it are asked. */
const baselineLookBackMillis = 3_600_000

/** Looks at every release that is not over, at the judge's pace, and keeps the ledger, while it has the lease. */
export class ReleaseWatch {
  readonly #options: ReleaseWatchOptions
  readonly #latest = new Map<string, Latest>()
  #timer: NodeJS.Timeout | undefined
  #look: Promise<void> = Promise.resolve()
  #stopped = false
  #revision = -1

  constructor(options: ReleaseWatchOptions) {
    this.#options = options
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
    if (
      previous !== undefined &&
      ['done', 'superseded', 'rolled-back'].includes(previous.verdict.phase)
    )
      return
    const superseded = releases.some(
      ({ release }) =>
        release.service === service &&
        release.environment === environment &&
        release.startedAt > startedAt,
    )
    const isRollback = previous?.verdict.verdict === 'rollback'
    try {
      const before = store.coverage()
      const judgement = await judgeRelease({
        store,
        recorded: await this.#withBaseline(recorded),
        state: ((await ledger.watchState(id)) as WatchState | null) ?? newWatchState(),
        pace,
        policy: defaultPolicy,
        detectors,
        now: now(),
        superseded,
        url: this.#url(id),
      })
      const gap = coverageGap(before, store.coverage())
      if (gap === null) {
        await this.#keep(judgement, previous, lease, judgement.state)
      } else if (!isRollback) {
        // nothing that a part of the data suggests is put to the test, so the state stays as it was
        const verdict = holdPartial(judgement.verdict, gap)
        await this.#keep({ verdict, evidence: judgement.evidence }, previous, lease)
      }
    } catch (error) {
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

  /** A release without a baseline is compared with the busiest other version of the service around its start. */
  async #withBaseline(recorded: RecordedRelease): Promise<RecordedRelease> {
    const { release } = recorded
    if (release.baselineVersion !== null) return recorded
    const since = new Date(Date.parse(release.startedAt) - baselineLookBackMillis)
    const [busiest] = (await versionsInTraffic(this.#options.store, since))
      .filter(
        ({ service, environment }) =>
          service === release.service && environment === release.environment,
      )
      .filter(({ version }) => version !== release.version)
      .toSorted((a, b) => b.spans - a.spans)
    if (busiest === undefined) return recorded
    return await this.#options.ledger.exclusively(async (records) => {
      // what was announced meanwhile counts
      const newest = (await records.releases()).find((other) => other.release.id === release.id)
      if (newest === undefined || newest.release.baselineVersion !== null) return newest ?? recorded
      const known = { ...newest, release: { ...newest.release, baselineVersion: busiest.version } }
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
