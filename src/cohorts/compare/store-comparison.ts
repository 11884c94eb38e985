/** A comparison of two populations of a service's requests, as they are kept in the store. */
import { filterAttributes } from '../../ask/filter/filter-attributes.ts'
import { parseFilter } from '../../ask/filter/parse-filter.ts'
import { attributeKeys } from '../../store/attribute-keys.ts'
import type { Store } from '../../store/store.ts'
import { sqlSource } from '../source/sql-source.ts'
import { storePopulation, storeRunner } from '../source/store-population.ts'
import type { CohortSource } from './cohort-source.ts'
import type { CompareRequest } from './comparison.ts'
import { sidesOf, timesOf, type SidesRequest } from './comparison-sides.ts'
import { noRequests } from './no-requests.ts'
import { isOwnColumn, storeColumns } from './store-columns.ts'

export type StoreMeasure = 'rate' | 'latency' | 'volume'

export interface StoreComparison extends SidesRequest {
  service: string
  /** Left out: all of them. */
  environment?: string | undefined
  /** Default rate and latency. */
  measures?: readonly StoreMeasure[] | undefined
  /** 1 to 6; default 3. */
  maxOrder?: number | undefined
  /** Attribute whose values are independent of each other; left out, session, user or trace. */
  unit?: string | undefined
  /** Patterns of attributes to leave out, and of those to search although they look like outcomes. */
  ignore?: readonly string[] | undefined
  include?: readonly string[] | undefined
  /** Most findings; default 20. */
  limit?: number | undefined
}

/** What of it concerns the search. */
export function compareRequestOf({
  maxOrder,
  ignore,
  include,
  limit,
}: Pick<StoreComparison, 'maxOrder' | 'ignore' | 'include' | 'limit'>): CompareRequest {
  return {
    ...(maxOrder !== undefined && { maxOrder }),
    ...(ignore !== undefined && { ignore }),
    ...(include !== undefined && { allow: include }),
    ...(limit !== undefined && { maxFindings: limit }),
  }
}

/**
 * Reads which attributes there are, and what makes the two sides.
 * @param now what `1h` is counted from, ms since 1970
 * @throws FILTER_SYNTAX, FILTER_VALUE, COMPARE_COLUMN, COMPARE_EMPTY_SIDE, INVALID_REQUEST, and what the store throws
 */
export async function openComparison(
  store: Store,
  request: StoreComparison,
  now: number,
): Promise<CohortSource> {
  const { whole } = timesOf(request, now)
  const { service, environment, unit, ignore, include, measures } = request
  const rows = {
    condition: `service = {service: String}${environment === undefined ? '' : ' AND environment = {environment: String}'}
      AND kind IN ('server', 'consumer')
      AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`,
    parameters: { service, ...(environment !== undefined && { environment }), ...whole },
  }
  const named = [request.candidate, request.baseline]
    .filter((filter) => filter !== undefined)
    .flatMap((filter) => filterAttributes(parseFilter(filter)))
  // which attributes there are takes a scan: not for a filter on the version alone
  const keys = named.every(isOwnColumn)
    ? []
    : await attributeKeys(store, rows.condition, rows.parameters, 1000)
  if (keys.length === 0 && !named.every(isOwnColumn)) throw await noRequests(store, request, whole)
  const sides = sidesOf(request, storeColumns(store, keys), now)
  const population = await storePopulation(store, {
    service,
    ...(environment !== undefined && { environment }),
    ...sides,
    measures: measures ?? ['rate', 'latency'],
    ...(keys.length > 0 && { keys }),
    ...(unit !== undefined && { unit }),
    ...(ignore !== undefined && { ignore }),
    ...(include !== undefined && { include }),
  })
  if (population.rows === 0) throw await noRequests(store, request, whole)
  return sqlSource(population, storeRunner(store))
}
