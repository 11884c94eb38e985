import { compileFilter } from '../../ask/filter/compile-filter.ts'
import { filterAttributes } from '../../ask/filter/filter-attributes.ts'
import { parseFilter } from '../../ask/filter/parse-filter.ts'
import { isOwnColumn, storeColumns } from '../../cohorts/compare/store-columns.ts'
import { attributeKeys } from '../../store/attribute-keys.ts'
import type { Store } from '../../store/store.ts'
import type { Incident } from './incident.ts'

export interface ExposureWindow {
  /** ms since 1970 */
  from: number
  to: number
  /** Left out: whichever version answered. */
  version?: string
}

/** Counted in traces: a retry storm is one exposure. */
export interface Exposures {
  exposures: number
  failures: number
  /** Traces that failed, at most five. */
  exemplars: string[]
  /** Hours of the day (UTC) in which there were some. */
  hours: number[]
}

/**
 * Counts the requests that could show an incident's failure, and those that did.
 * @param known since when attributes of requests are known by name, ms since 1970
 * @throws FILTER_SYNTAX, FILTER_VALUE, COMPARE_COLUMN, and what the store throws
 */
export async function countExposures(
  store: Store,
  {
    service,
    environment,
    match,
    failing,
  }: Pick<Incident, 'service' | 'environment' | 'match' | 'failing'>,
  { from, to, version }: ExposureWindow,
  known = from,
): Promise<Exposures> {
  const condition = (extra: string): string => `service = {service: String} ${extra}
    ${environment === null ? '' : 'AND environment = {environment: String}'}
    AND kind IN ('server', 'consumer')
    AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`
  const parameters = { service, ...(environment !== null && { environment }), to }
  const filters = [match, failing].map(parseFilter)
  const keys = filters.flatMap(filterAttributes).every(isOwnColumn)
    ? []
    : await attributeKeys(store, condition(''), { ...parameters, from: known }, 1000)
  const resolve = storeColumns(store, keys)
  const [matches, fails] = filters.map((filter, i) =>
    compileFilter(filter, resolve, { prefix: i === 0 ? 'match' : 'failing', now: to }),
  )
  const ofVersion = version === undefined ? '' : 'AND service_version = {version: String}'
  const [counted] = await store.query<Exposures>(
    `SELECT count() AS exposures, sum(failed) AS failures,
       arraySort(groupArraySortedIf(5)(trace_id, failed = 1)) AS exemplars,
       arraySort(groupUniqArray(24)(hour)) AS hours
     FROM (
       SELECT trace_id, max(${fails!.sql}) AS failed,
         toHour(min(time), 'UTC') AS hour
       FROM ${store.relation('traces')}
       WHERE ${condition(ofVersion)} AND ${matches!.sql}
       GROUP BY trace_id)`,
    {
      ...parameters,
      from,
      ...(version !== undefined && { version }),
      ...matches!.parameters,
      ...fails!.parameters,
    },
  )
  return {
    exposures: counted?.exposures ?? 0,
    failures: counted?.failures ?? 0,
    exemplars: counted?.exemplars ?? [],
    hours: (counted?.hours ?? []).map(Number),
  }
}
