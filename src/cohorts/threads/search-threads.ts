/** Threads for searches: kept for the next one for a while, because starting one costs more than a small search. */
import { Worker } from 'node:worker_threads'
import type { FromSearchThread, ToSearchThread } from './search-messages.ts'

export const mostThreads = 8
/** ms that threads without work are kept: who looks at one comparison often asks for the next. */
const idleTime = 60_000

export class SearchThread {
  /** Hears what the thread says, and of its failure. */
  listener: ((message: FromSearchThread) => void) | undefined
  readonly worker: Worker

  constructor() {
    const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.worker = new Worker(new URL(`./search-thread-start.${ending}`, import.meta.url))
    this.worker.on('message', (message: FromSearchThread) => this.listener?.(message))
    this.worker.on('error', (error) => this.#failed(error))
    this.worker.on('exit', (code) => {
      this.#failed(new Error(`a thread of the cohort search ended early (${code})`))
    })
  }

  send(message: ToSearchThread): void {
    this.worker.postMessage(message, [])
  }

  #failed(error: unknown): void {
    const index = idle.indexOf(this)
    if (index >= 0) idle.splice(index, 1)
    this.listener?.({ kind: 'failed', error })
  }
}

const idle: SearchThread[] = []
let idleTimer: NodeJS.Timeout | undefined

export function takeThreads(count: number): SearchThread[] {
  clearTimeout(idleTimer)
  return Array.from({ length: count }, () => {
    const thread = idle.pop() ?? new SearchThread()
    thread.worker.ref()
    return thread
  })
}

/** Starts threads that a search will want soon, while its rows are still being read. */
export function warmThreads(count: number): void {
  giveThreadsBack(takeThreads(count), true)
}

/** @param usable false: they may be in the middle of something, and are ended */
export function giveThreadsBack(threads: readonly SearchThread[], usable: boolean): void {
  for (const thread of threads) {
    thread.listener = undefined
    if (usable && idle.length < mostThreads) {
      thread.worker.unref()
      idle.push(thread)
    } else void thread.worker.terminate()
  }
  clearTimeout(idleTimer)
  idleTimer = setTimeout(endIdle, idleTime).unref()
}

function endIdle(): void {
  for (const { worker } of idle.splice(0)) void worker.terminate()
}
