import { appendFile, mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { DecodeOutcome } from '../../otlp/decode-export.ts'
import type { FrameMeta } from './segment-format.ts'
import { RequestTable } from './request-table.ts'
import { syncFolder } from './sync-folder.ts'

export interface RecentRequestsOptions {
  /** Most requests of one generation: with more of them in five minutes, the oldest are forgotten early. */
  capacity?: number
  /** Milliseconds of a clock that is never set. */
  now?: () => number
}

/** A sender that got no answer sends again, for five minutes or so: it is known for 15 to 20. */
const generationSpan = 5 * 60_000
const generations = 4
const suffix = '.requests'

/**
 * The requests stored in the last 15 minutes and how they were answered, also across restarts: in memory, and in
 * append-only files of lines `<ms since 1970> <hash> <accepted> [<rejected> <message>]`. A line that was cut off matches
 * nothing. No decision depends on the time of day, which can be set.
 */
export class RecentRequests {
  /** Requests forgotten before their 15 minutes were over, because there were too many. */
  forgotten = 0
  readonly #folder: string
  readonly #capacity: number
  readonly #now: () => number
  /** Oldest first; requests are added to the last. */
  readonly #tables: RequestTable[] = [new RequestTable()]
  #tableSince: number
  #file = 0
  #fileSince = Number.NEGATIVE_INFINITY
  #fileRequests = 0

  private constructor(folder: string, options: RecentRequestsOptions) {
    this.#folder = folder
    this.#capacity = options.capacity ?? 1_000_000
    this.#now = options.now ?? (() => performance.now())
    this.#tableSince = this.#now()
  }

  static async open(folder: string, options: RecentRequestsOptions = {}): Promise<RecentRequests> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const recent = new RecentRequests(folder, options)
    for (const number of await recent.#tidy()) {
      recent.#file = number
      for (const line of (await readFile(recent.#path(number), 'utf8')).split('\n')) {
        recent.#load(line)
      }
    }
    recent.forgotten = 0
    return recent
  }

  /** How this request was answered, if it was stored. */
  outcome(hash: string): DecodeOutcome | undefined {
    this.#turnOver()
    for (let i = this.#tables.length - 1; i >= 0; i--) {
      const outcome = this.#tables[i]!.get(hash)
      if (outcome !== undefined) return outcome
    }
    return undefined
  }

  add(hash: string, outcome: DecodeOutcome): void {
    this.#turnOver()
    this.#tables.at(-1)!.add(hash, outcome)
  }

  /** Keeps the requests of a stored segment for the next process; on disk when it resolves. */
  async persist(frames: readonly FrameMeta[]): Promise<void> {
    const lines = frames.flatMap(({ time, hashes, outcomes }) =>
      hashes.map((hash, i) => `${time} ${hash} ${words(outcomes?.[i])}\n`),
    )
    if (lines.length === 0) return
    const isFull = this.#fileRequests >= this.#capacity
    const isNew = isFull || this.#now() - this.#fileSince > generationSpan
    if (isNew) {
      this.#file++
      this.#fileSince = this.#now()
      this.#fileRequests = 0
    }
    this.#fileRequests += lines.length
    // on a line of its own, even if the line before was cut off
    const text = `\n${lines.join('')}`
    await appendFile(this.#path(this.#file), text, { flush: true, mode: 0o600 })
    if (!isNew) return
    await syncFolder(this.#folder)
    await this.#tidy()
  }

  #load(line: string): void {
    const [time, hash, accepted, rejected, ...message] = line.split(' ')
    if (hash === undefined || accepted === undefined || !Number.isFinite(Number(time))) return
    this.add(hash, {
      accepted: Number(accepted) || 0,
      rejected: Number(rejected) || 0,
      errorMessage: message.join(' '),
    })
  }

  #turnOver(): void {
    const isFull = this.#tables.at(-1)!.size >= this.#capacity
    if (!isFull && this.#now() - this.#tableSince <= generationSpan) return
    this.#tableSince = this.#now()
    this.#tables.push(new RequestTable())
    if (this.#tables.length <= generations) return
    const oldest = this.#tables.shift()!
    if (isFull) this.forgotten += oldest.size
  }

  /** Deletes the files that are no longer needed; returns the others' numbers, oldest first. */
  async #tidy(): Promise<number[]> {
    const numbers = (await readdir(this.#folder))
      .filter((name) => name.endsWith(suffix))
      .map((name) => Number.parseInt(name, 10))
      .toSorted((a, b) => a - b)
    const needed: number[] = []
    for (const [i, number] of numbers.entries()) {
      // many short lives in a row leave many young files; of a long one, the newest files are enough
      const { mtimeMs } = await stat(this.#path(number))
      const isYoung = Math.abs(Date.now() - mtimeMs) < generations * generationSpan
      if (isYoung || i >= numbers.length - generations) needed.push(number)
      else await unlink(this.#path(number))
    }
    return needed
  }

  #path(number: number): string {
    return path.join(this.#folder, `${number}${suffix}`)
  }
}

function words(outcome: DecodeOutcome | undefined): string {
  if (outcome === undefined) return '0'
  const { accepted, rejected, errorMessage } = outcome
  if (rejected === 0 && errorMessage === '') return `${accepted}`
  return `${accepted} ${rejected} ${errorMessage.replaceAll(/\s+/g, ' ').slice(0, 500)}`
}
