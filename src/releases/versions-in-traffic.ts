import type { Store } from '../store/store.ts'

/** A version of a service that answered requests in a window of time. */
export interface VersionInTraffic {
  service: string
  environment: string
  version: string
  /** ISO 8601 */
  firstSeen: string
  spans: number
}

/** At most so many (service, environment, version) triples in one look. */
const limit = 5_000

/** Which versions sent entry spans since a time and before another one, the earliest first. */
export async function versionsInTraffic(
  store: Store,
  since: Date,
  until?: Date,
): Promise<VersionInTraffic[]> {
  const before =
    until === undefined ? '' : "AND time < parseDateTime64BestEffort({until: String}, 9, 'UTC')"

  const rows = await store.query<{
    service: string
    environment: string
    version: string
    first: number
    spans: number
  }>(
    `SELECT service, environment, service_version AS version,
       toUnixTimestamp64Milli(min(time)) AS first, count() AS spans
     FROM ${store.relation('traces')}
     WHERE time >= parseDateTime64BestEffort({since: String}, 9, 'UTC') ${before}
       AND kind IN ('server', 'consumer') AND service_version != ''
     GROUP BY service, environment, version
     ORDER BY first, service, environment, version LIMIT ${limit}`,
    { since: since.toISOString(), ...(until !== undefined && { until: until.toISOString() }) },
  )
  return rows.map(({ first, spans, ...row }) => ({
    ...row,
    firstSeen: new Date(first).toISOString(),
    spans,
  }))
}
