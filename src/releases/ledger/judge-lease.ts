import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger, Lease } from './ledger.ts'
import { afterAsking, heldLease, type LeaseTerms, noLease, usualTerms } from './lease-state.ts'

export interface JudgeLeaseOptions {
  ledger: Pick<Ledger, 'isShared' | 'takeLease' | 'endLease'>
  log: (line: string) => void
  terms?: LeaseTerms | undefined
  /** Names this process; default unique. */
  holder?: string
}

/** Among the replicas of a ledger one judges: it holds this lease, and renews it for as long as it runs. */
export class JudgeLease {
  readonly #options: JudgeLeaseOptions
  readonly #holder: string
  readonly #terms: LeaseTerms
  readonly #stop = new AbortController()
  #state = noLease
  #isHolder = false
  #problem = ''
  #keeping: Promise<void> = Promise.resolve()

  constructor(options: JudgeLeaseOptions) {
    this.#options = options
    this.#holder =
      options.holder ?? `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`
    this.#terms = options.ledger.isShared
      ? (options.terms ?? usualTerms)
      : { lasts: Infinity, renewEvery: Infinity }
  }

  /** Asks for the lease, and goes on asking for it. @param asked called after every attempt with whether it was taken now */
  async start(asked: (takenNow: boolean) => void): Promise<void> {
    await this.#ask()
    if (this.#options.ledger.isShared) this.#keeping = this.#keep(asked)
  }

  /** The lease while this process surely has it. */
  held(): Lease | null {
    return heldLease(this.#state, performance.now())
  }

  /** Gives the lease back, so that another replica need not wait for its end. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#keeping
    const lease = this.held()
    this.#state = noLease
    // another one waits for its end where it cannot be given back
    if (lease !== null) await this.#options.ledger.endLease(lease).catch(() => {})
  }

  async #keep(asked: (takenNow: boolean) => void): Promise<void> {
    const { signal } = this.#stop
    for (;;) {
      await sleep(this.#terms.renewEvery, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      const takenNow = await this.#ask()
      if (!signal.aborted) asked(takenNow)
    }
  }

  /** @returns whether it was taken just now */
  async #ask(): Promise<boolean> {
    const { ledger, log } = this.#options
    const askedAt = performance.now()
    // what a process of its own holds never ends; a number must be written all the same
    const ms = Number.isFinite(this.#terms.lasts) ? this.#terms.lasts : 0
    const answer = await ledger.takeLease(this.#holder, ms).catch((error: unknown) => {
      this.#tell(error instanceof Error ? error.message : String(error))
      return undefined
    })
    if (answer !== undefined) this.#problem = ''
    this.#state = afterAsking(this.#state, askedAt, answer, this.#terms)
    const was = this.#isHolder
    this.#isHolder = this.held() !== null
    if (ledger.isShared && was !== this.#isHolder) {
      log(this.#isHolder ? 'This replica judges now.' : 'This replica does not judge any more.')
    }
    return !was && this.#isHolder
  }

  #tell(problem: string): void {
    if (problem !== this.#problem) {
      this.#options.log(`The right to judge cannot be asked for: ${problem}`)
    }
    this.#problem = problem
  }
}
