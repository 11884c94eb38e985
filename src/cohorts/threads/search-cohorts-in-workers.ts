import { scanInWorkers } from './scan-in-workers.ts'
import { searchMeasures } from '../search/search-measures.ts'
import type { CohortSearch, CohortSearchResult } from '../search-cohorts.ts'

export interface WorkerSearchOptions {
  /** Ends the search early, with what was found until then; `cut` says what was not searched. */
  signal?: AbortSignal
  /** 0 to 1, never falling. */
  onProgress?: (done: number) => void
  /** Threads; default: the machine's, at most 8. */
  threads?: number
}

/** The answer of `searchCohorts`, byte for byte, by several threads where that pays. */
export async function searchCohortsInWorkers(
  search: CohortSearch,
  options: WorkerSearchOptions = {},
): Promise<CohortSearchResult> {
  const { signal, onProgress, threads } = options
  const measures = Math.max(1, search.measures.length)
  let furthest = 0
  const report = (done: number): void => {
    if (done <= furthest) return
    furthest = Math.min(1, done)
    onProgress?.(furthest)
  }
  const steps = searchMeasures(search, () => signal?.aborted === true)
  let step = steps.next()
  while (step.done !== true) {
    const { population, attributes, settings, measure, first } = step.value
    const result = await scanInWorkers(population, attributes, settings, {
      ...(signal === undefined ? {} : { signal }),
      ...(threads === undefined ? {} : { threads }),
      // what is left over and the insides of cohorts take a fraction of the first scan
      onProgress: (done) => report((measure + (first ? 0.6 * done : 0.6)) / measures),
    })
    step = steps.next(result)
  }
  report(1)
  return step.value
}
