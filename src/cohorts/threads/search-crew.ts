/** Shares a search out among threads: whole measures first, then parts of the scans that are still open. */
import type { CohortSearch } from '../search-cohorts.ts'
import type { Contender } from '../search/scan-contender.ts'
import type { MeasureAnswer } from '../search/search-measures.ts'
import { countedRows } from './search-effort.ts'
import type { FromSearchThread } from './search-messages.ts'
import type { SearchThread } from './search-threads.ts'
import { anyLeft, type SharedScan } from './shared-scan.ts'

interface OpenScan {
  owner: SearchThread
  scan: SharedScan
  /** Threads that have not yet said what they found. */
  helpers: Set<SearchThread>
  found: Contender[]
  closed: boolean
}

export class SearchCrew {
  readonly #search: CohortSearch
  readonly #threads: readonly SearchThread[]
  readonly #control: SharedArrayBuffer
  /** Threads that know the search. */
  readonly #told = new Set<SearchThread>()
  /** Measures that nobody has begun, the largest last. */
  readonly #left: number[]
  readonly #idle: SearchThread[] = []
  #open: OpenScan[] = []
  readonly #answers: MeasureAnswer[] = []
  #missing: number

  /** @param search with shared columns */
  constructor(search: CohortSearch, threads: readonly SearchThread[], control: SharedArrayBuffer) {
    this.#search = search
    this.#threads = threads
    this.#control = control
    const sizes = search.measures.map(countedRows)
    this.#left = [...sizes.keys()].toSorted((a, b) => sizes[a]! - sizes[b]! || b - a)
    this.#missing = sizes.length
  }

  /** The answers, in the order of the measures. */
  run(): Promise<MeasureAnswer[]> {
    return new Promise((resolve, reject) => {
      for (const thread of this.#threads) {
        thread.listener = (message) => {
          if (message.kind === 'failed') reject(message.error)
          else this.#hear(thread, message)
          if (this.#missing > 0) return
          for (const told of this.#told) told.send({ kind: 'search', search: undefined })
          this.#told.clear()
          resolve(this.#answers)
        }
        this.#next(thread)
      }
      if (this.#missing === 0) resolve([])
    })
  }

  #hear(thread: SearchThread, message: Exclude<FromSearchThread, { kind: 'failed' }>): void {
    if (message.kind === 'measured') {
      this.#answers[message.index] = message.answer
      this.#missing -= 1
      this.#next(thread)
    } else if (message.kind === 'open') {
      const { scan } = message
      this.#open.push({ owner: thread, scan, helpers: new Set(), found: [], closed: false })
      for (const other of this.#idle.splice(0)) this.#next(other)
    } else if (message.kind === 'close') {
      const open = this.#open.find(({ owner }) => owner === thread)
      if (open === undefined) return
      open.closed = true
      this.#answer(open)
    } else {
      const open = this.#open.find(({ helpers }) => helpers.delete(thread))
      this.#next(thread)
      if (open === undefined) return
      open.found.push(...message.contenders)
      this.#answer(open)
    }
  }

  #answer(open: OpenScan): void {
    if (!open.closed || open.helpers.size > 0) return
    this.#open = this.#open.filter((other) => other !== open)
    open.owner.send({ kind: 'helped', contenders: open.found })
  }

  #next(thread: SearchThread): void {
    const control = this.#control
    const index = this.#left.pop()
    if (index !== undefined) {
      if (!this.#told.has(thread)) thread.send({ kind: 'search', search: this.#search })
      this.#told.add(thread)
      thread.send({ kind: 'measure', index, control })
      return
    }
    const open = this.#open.find(({ scan, closed }) => !closed && anyLeft(scan))
    if (open === undefined) {
      this.#idle.push(thread)
      return
    }
    open.helpers.add(thread)
    thread.send({ kind: 'help', scan: open.scan, control })
  }
}
