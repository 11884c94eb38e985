import type { Stretch } from './time-chunks.ts'
import { isEntry, ofService, stretchStart, type UnitScope, withinStretches } from './unit-scope.ts'

/** What tells whether the spans of a stretch are still those that were read. */
export interface StretchCount {
  /** Entry spans. */
  entries: number
  /** Entry spans of further versions of the service, which are not read. */
  others: number
  /** Number of all spans, and the sum of their times: it changes with whatever comes or goes. */
  mark: string
  /** Number of the look at which they were counted. */
  look: number
}

/** Spans of the versions that are compared. */
export const spansIn = ({ mark }: StretchCount): number => Number.parseInt(mark, 10)

const nothing = { entries: 0, others: 0, mark: '0 0' }

/** Counts the service's spans in each of the stretches. */
export async function countSpans(
  { store, parameters }: UnitScope,
  stretches: readonly Stretch[],
  look: number,
): Promise<StretchCount[]> {
  if (stretches.length === 0) return []
  const rows = await store.query<{
    stretch: number
    entries: number
    others: number
    mark: string
  }>(
    `WITH service_version IN {versions: Array(String)} AS is_own
     SELECT ${stretchStart(stretches)} AS stretch,
       countIf(is_own AND ${isEntry}) AS entries, countIf(NOT is_own AND ${isEntry}) AS others,
       concat(toString(countIf(is_own)), ' ',
         toString(sumIf(reinterpretAsUInt64(toUnixTimestamp64Nano(time)), is_own))) AS mark
     FROM ${store.relation('traces')} WHERE ${ofService} AND ${withinStretches(stretches)} GROUP BY stretch`,
    parameters,
    { isScan: true },
  )
  const found = new Map(rows.map(({ stretch, ...count }) => [stretch, count]))
  return stretches.map(({ from }) => ({ ...(found.get(from) ?? nothing), look }))
}
