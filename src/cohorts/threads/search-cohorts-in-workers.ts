import { availableParallelism } from 'node:os'
import type { CohortSearch, CohortSearchResult } from '../search-cohorts.ts'
import { answerOf, checkSearch } from '../search/search-measures.ts'
import { SearchCrew } from './search-crew.ts'
import { searchEffort, smallSearch } from './search-effort.ts'
import { progressUnit, searchControl } from './search-messages.ts'
import { searchHere } from './search-here.ts'
import { giveThreadsBack, mostThreads, takeThreads } from './search-threads.ts'
import { sharedSearch } from './shared-search.ts'

export interface WorkerSearchOptions {
  /** Ends the search early, with what was found until then; `cut` says what was not searched. */
  signal?: AbortSignal
  /** 0 to 1, never falling. */
  onProgress?: (done: number) => void
  /** Default: as many as the machine has processors, at most 8; one where the search is small. 1 = in this thread. */
  threads?: number
}

const progressInterval = 100

/**
 * The answer of `searchCohorts`, byte for byte, by several threads where that pays: each searches whole measures, and
 * helps with the scans of others when none is left.
 *
 * @throws RangeError as `searchCohorts` does
 */
export async function searchCohortsInWorkers(
  search: CohortSearch,
  options: WorkerSearchOptions = {},
): Promise<CohortSearchResult> {
  checkSearch(search)
  let furthest = 0
  const report = (done: number): void => {
    if (done <= furthest) return
    furthest = Math.min(1, done)
    options.onProgress?.(furthest)
  }
  const threads = threadsFor(search, options.threads)
  const result =
    threads <= 1
      ? await searchHere(search, options.signal, report)
      : await searchInThreads(search, threads, options.signal, report)
  report(1)
  return result
}

function threadsFor(search: CohortSearch, wanted: number | undefined): number {
  if (wanted !== undefined) return wanted
  if (searchEffort(search) < smallSearch) return 1
  return Math.min(mostThreads, availableParallelism())
}

async function searchInThreads(
  search: CohortSearch,
  count: number,
  signal: AbortSignal | undefined,
  report: (done: number) => void,
): Promise<CohortSearchResult> {
  const measures = search.measures.length
  const control = searchControl(measures)
  const state = new Int32Array(control)
  const abort = (): void => void Atomics.store(state, 0, 1)
  const timer = setInterval(() => {
    let done = 0
    for (let measure = 1; measure <= measures; measure++) done += Atomics.load(state, measure)
    report(done / (progressUnit * Math.max(1, measures)))
  }, progressInterval)
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort)
  const threads = takeThreads(count)
  let usable = false
  try {
    const answers = await new SearchCrew(sharedSearch(search), threads, control).run()
    usable = true
    return answerOf(search, answers)
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', abort)
    giveThreadsBack(threads, usable)
  }
}
