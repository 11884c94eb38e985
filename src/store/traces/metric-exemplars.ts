import type { Store } from '../store.ts'
import type { Exemplar } from './trace.ts'
import { exemplarOf, nanos } from './trace-rows.ts'
import type { ExemplarRow } from './trace-rows.ts'

export interface ExemplarFilter {
  /** Name of the metric. */
  metric: string
  service?: string | undefined
  /** From when on, inclusive; until when, exclusive. Times of the data points. */
  from: Date
  to: Date
  /** At most so many, the newest first; default 100. */
  limit?: number | undefined
}

/**
 * Examples of what a metric measured, each with the trace that it belongs to. The same example, reported by several data
 * points, comes once.
 * @throws ENGINE_UNAVAILABLE
 */
export async function metricExemplars(
  store: Pick<Store, 'query' | 'relation'>,
  { metric, service, from, to, limit = 100 }: ExemplarFilter,
): Promise<Exemplar[]> {
  const rows = await store.query<ExemplarRow>(
    exemplarsQuery(
      store,
      `name = {metric: String} AND ${service === undefined ? '1' : 'service = {service: String}'}
       AND time >= fromUnixTimestamp64Milli({from: Int64}, {zone: String})
       AND time < fromUnixTimestamp64Milli({to: Int64}, {zone: String})`,
      "trace != ''",
      limit,
    ),
    { metric, service, from: from.getTime(), to: to.getTime(), zone: 'UTC' },
  )
  return rows.map(exemplarOf)
}

/**
 * SQL of the exemplars of the data points that satisfy one condition, that satisfy another one themselves; rows are
 * `ExemplarRow`.
 */
export function exemplarsQuery(
  store: Pick<Store, 'relation'>,
  points: string,
  exemplar: string,
  limit: number,
): string {
  return `SELECT DISTINCT name, unit, service, ${nanos('happened')} AS at, value, trace, span, attributes
    FROM (
      SELECT name, unit, service, one.1 AS happened, one.2 AS value, one.3 AS trace, one.4 AS span, one.5 AS attributes
      FROM (
        SELECT name, unit, service, arrayJoin(arrayZip(exemplar_time, exemplar_value, exemplar_trace_id, exemplar_span_id, exemplar_attributes)) AS one
        FROM ${store.relation('metrics')} WHERE ${points}
      )
    )
    WHERE ${exemplar} ORDER BY happened DESC, trace, span, name LIMIT ${limit}`
}
