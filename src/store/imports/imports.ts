import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import type { ColumnBatch } from '../../otlp/column-batch.ts'
import { decodeExport, type DecodeOutcome, type OtlpEncoding } from '../../otlp/decode-export.ts'
import { type Signal, signals } from '../../signal.ts'
import type { IngestOutcome } from '../spool/spool.ts'
import { requestKey } from './request-key.ts'
import { RequestMemory } from './request-memory.ts'
import { rowsBefore } from './rows-before.ts'

/** One export request from a file. */
export interface ImportRequest {
  encoding: OtlpEncoding
  /** Not compressed. */
  body: Uint8Array
}

export interface ImportOutcome {
  /** Requests in all. */
  requests: number
  /** Spans, log records or data points that are on disk now. */
  accepted: number
  /** Those that can never be stored. */
  rejected: number
  /** Requests that had been stored before: nothing was added. */
  duplicate: number
  /** Records that are older than what is kept: the next round of retention drops them. */
  tooOld: number
  /** Requests that are not OTLP (`lost`), or hold records that were rejected; `request` counts from 0. */
  problems: { request: number; message: string; lost: boolean }[]
  /** Requests that cannot be taken now: to be sent again later. */
  again: number[]
  /** Why; null where `again` is empty. */
  refusal: AftergreenError | null
}

export interface ImportHealth {
  /** Since the start. */
  accepted: Readonly<Record<Signal, number>>
  duplicates: number
  /** When the last request was stored, ISO 8601; null when none was since the start. */
  last: string | null
}

export interface ImportsOptions {
  /** The data folder. */
  folder: string
  ingest: (
    signal: Signal,
    requestHash: string,
    rows: (batch: ColumnBatch) => DecodeOutcome,
  ) => Promise<IngestOutcome>
  /** Whether the spool remembers a request as stored. */
  spooled: (requestHash: string) => boolean
  /** Age in ms at which rows of a signal are dropped. */
  age: (signal: Signal) => number
}

/**
 * Requests from files, each stored once however often it is imported.
 *
 * A request is intended (on disk), then stored, then remembered (on disk), then acknowledged. A process that dies in
 * between leaves it as intended; whether its rows were stored is known to the spool, which remembers the requests of
 * its last minutes over restarts however long they take, so that the next process decides it before anything else.
 * A request that fails is forgotten before the answer, so that it can be imported again.
 */
export class Imports {
  readonly #options: ImportsOptions
  readonly #memory: RequestMemory
  readonly #accepted: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 }
  #duplicates = 0
  #last: number | null = null
  /** What is being stored, by key: a request that comes twice at once waits for the first. */
  readonly #storing = new Map<string, Promise<Answer | AftergreenError>>()
  #working = 0
  #idle = Promise.withResolvers<void>()

  constructor(options: ImportsOptions) {
    this.#options = options
    this.#memory = new RequestMemory(path.join(options.folder, 'imports.db'))
    const begun = this.#memory.unfinished()
    const wasStored = (key: string): boolean =>
      signals.some((signal) => options.spooled(hashOf(signal, key)))
    this.#memory.remember(begun.filter(wasStored))
    this.#memory.giveUp(begun.filter((key) => !wasStored(key)))
  }

  /** Which requests need not be sent, by `requestKey`. */
  known(keys: readonly string[]): boolean[] {
    return keys.map((key) => this.#memory.has(key))
  }

  /**
   * Stores requests that were not imported before; resolves when everything accepted is on disk and remembered.
   * @throws when it cannot be remembered what was stored; nothing is counted then, and the same again is right
   */
  async take(signal: Signal, requests: readonly ImportRequest[]): Promise<ImportOutcome> {
    if (this.#working++ === 0) this.#idle = Promise.withResolvers()
    try {
      return await this.#take(signal, requests)
    } finally {
      if (--this.#working === 0) this.#idle.resolve()
    }
  }

  health(): ImportHealth {
    return {
      accepted: { ...this.#accepted },
      duplicates: this.#duplicates,
      last: this.#last === null ? null : new Date(this.#last).toISOString(),
    }
  }

  /** To be called when no more requests come; waits for those under way. */
  async close(): Promise<void> {
    if (this.#working > 0) await this.#idle.promise
    this.#memory.close()
  }

  async #take(signal: Signal, requests: readonly ImportRequest[]): Promise<ImportOutcome> {
    const outcome = emptyOutcome(requests.length)
    const keys = requests.map(({ body }) => requestKey(signal, body))
    // the same request twice in one call is one request
    const fresh = new Map<string, number>()
    const elsewhere = new Map<number, Promise<Answer | AftergreenError>>()
    for (const [i, key] of keys.entries()) {
      const storing = this.#storing.get(key)
      if (storing !== undefined) elsewhere.set(i, storing)
      else if (fresh.has(key) || this.#memory.has(key)) outcome.duplicate++
      else fresh.set(key, i)
    }
    this.#memory.intend([...fresh.keys()])
    const storing = [...fresh].map(([key, i]) => {
      const answer = this.#store(signal, key, requests[i]!)
      this.#storing.set(key, answer)
      return answer
    })
    const answers = await Promise.all(storing)
    const done: string[] = []
    const failed: string[] = []
    for (const [n, [key, i]] of [...fresh].entries()) {
      const answer = answers[n]!
      if (answer instanceof AftergreenError) {
        failed.push(key)
        const { code, message } = answer
        if (code === 'OTLP_MALFORMED') outcome.problems.push({ request: i, message, lost: true })
        else {
          outcome.again.push(i)
          outcome.refusal = answer
        }
        continue
      }
      done.push(key)
      if (answer.duplicate) outcome.duplicate++
      else addRows(outcome, i, answer)
    }
    try {
      this.#memory.remember(done)
      this.#memory.giveUp(failed)
    } finally {
      for (const key of fresh.keys()) this.#storing.delete(key)
    }
    for (const [i, answer] of elsewhere) {
      const other = await answer
      if (other instanceof AftergreenError) {
        outcome.again.push(i)
        outcome.refusal = other
      } else outcome.duplicate++
    }
    this.#accepted[signal] += outcome.accepted
    this.#duplicates += outcome.duplicate
    if (done.length > 0) this.#last = Date.now()
    return outcome
  }

  async #store(
    signal: Signal,
    key: string,
    { encoding, body }: ImportRequest,
  ): Promise<Answer | AftergreenError> {
    const oldest = Date.now() - this.#options.age(signal)
    let tooOld = 0
    try {
      const { outcome, duplicate } = await this.#options.ingest(
        signal,
        hashOf(signal, key),
        (batch) => {
          const before = batch.rows
          const decoded = decodeExport(signal, encoding, body, batch)
          tooOld = rowsBefore(batch, before, oldest)
          return decoded
        },
      )
      return { ...outcome, duplicate, tooOld }
    } catch (error) {
      if (error instanceof AftergreenError) return error
      return new AftergreenError('INTERNAL', `It could not be stored: ${String(error)}`, {
        cause: error,
      })
    }
  }
}

type Answer = DecodeOutcome & { duplicate: boolean; tooOld: number }

const hashOf = (signal: Signal, key: string): string => `import-${signal}-${key}`

function emptyOutcome(requests: number): ImportOutcome {
  return {
    requests,
    accepted: 0,
    rejected: 0,
    duplicate: 0,
    tooOld: 0,
    problems: [],
    again: [],
    refusal: null,
  }
}

function addRows(outcome: ImportOutcome, request: number, answer: Answer): void {
  outcome.accepted += answer.accepted
  outcome.rejected += answer.rejected
  outcome.tooOld += answer.tooOld
  if (answer.rejected === 0) return
  outcome.problems.push({ request, message: answer.errorMessage, lost: false })
}
