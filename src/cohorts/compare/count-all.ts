import type { Cohort } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import type { MixBalance } from '../mix-balance.ts'
import type { CohortCounts, CohortSource, SourceMeasure } from './cohort-source.ts'

/** Exact counts of cohorts under every measure. */
export interface AllCounts {
  measures: readonly SourceMeasure[]
  /** @throws Error for a cohort or a measure that was not counted */
  of(cohort: Cohort, measure: string): CohortCounts
}

export interface CountAllRequest {
  /** May name a cohort twice. */
  cohorts: readonly Cohort[]
  measures: readonly SourceMeasure[]
  balance: MixBalance
  stop: AbortSignal | undefined
  onProgress?: (done: number) => void
}

const mostAtOnce = 200

/** Counts all rows: one scan for each 200 cohorts. */
export async function countAll(source: CohortSource, request: CountAllRequest): Promise<AllCounts> {
  const { measures, balance, stop, onProgress } = request
  const cohorts = [
    ...new Map(request.cohorts.map((cohort) => [cohortKey(cohort), cohort])).values(),
  ]
  const names = measures.map(({ name }) => name)
  const counted = new Map<string, CohortCounts>()
  const key = (cohort: Cohort, measure: string): string => `${measure} ${cohortKey(cohort)}`
  for (let from = 0; from < cohorts.length; from += mostAtOnce) {
    const some = cohorts.slice(from, from + mostAtOnce)
    const counts = await source.count({ cohorts: some, measures: names, balance }, stop)
    for (const [at, cohort] of some.entries()) {
      for (const [of, name] of names.entries()) counted.set(key(cohort, name), counts[at]![of]!)
    }
    onProgress?.((from + some.length) / cohorts.length)
  }
  return {
    measures,
    of(cohort, measure) {
      const counts = counted.get(key(cohort, measure))
      if (counts === undefined) throw new Error(`${key(cohort, measure)} was not counted`)
      return counts
    },
  }
}
