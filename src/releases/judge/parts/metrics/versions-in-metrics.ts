import type { Store } from '../../../../store/store.ts'
import type { VersionInTraffic } from '../../../versions-in-traffic.ts'
import { knownMetrics } from './known-metrics.ts'

/** Metrics that count requests which a service answers. */
const ofRequests = [...knownMetrics].flatMap(([name, { role }]) =>
  role === 'server' ? [name] : [],
)

/** Data points of one service's requests in a time. */
const ownPoints = `service = {service: String} AND environment = {environment: String}
       AND name IN {names: Array(String)} AND NOT no_recorded_value
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({until: Int64}, 'UTC')`

/**
 * Versions of a service that sent metrics of requests in a time, those with most data points first.
 * @param until ms since 1970, as `from`
 */
export async function versionsInMetrics(
  store: Store,
  { service, environment }: { service: string; environment: string },
  from: number,
  until: number,
): Promise<string[]> {
  const rows = await store.query<{ version: string }>(
    `SELECT service_version AS version, count() AS points FROM ${store.relation('metrics')}
     WHERE ${ownPoints} AND service_version != ''
     GROUP BY version ORDER BY points DESC, version LIMIT 100`,
    { service, environment, names: ofRequests, from, until },
  )
  return rows.map(({ version }) => version)
}

/** At most so many (service, environment, version) triples in one look. */
const mostVersions = 5_000

/**
 * Which versions of all services sent metrics of requests since a time, the earliest first; each with its data points in
 * place of spans.
 * @param since ms since 1970
 */
export async function versionsCounted(store: Store, since: number): Promise<VersionInTraffic[]> {
  const rows = await store.query<Omit<VersionInTraffic, 'firstSeen'> & { first: number }>(
    `SELECT service, environment, service_version AS version,
       toUnixTimestamp64Milli(min(time)) AS first, count() AS spans
     FROM ${store.relation('metrics')}
     WHERE name IN {names: Array(String)} AND service_version != '' AND NOT no_recorded_value
       AND time >= fromUnixTimestamp64Milli({since: Int64}, 'UTC')
     GROUP BY service, environment, version
     ORDER BY first, service, environment, version LIMIT ${mostVersions}`,
    { names: ofRequests, since },
  )
  return rows.map(({ first, ...row }) => ({ ...row, firstSeen: new Date(first).toISOString() }))
}

/**
 * The last data point of a service's metrics of requests in a time, ms since 1970, and how many there are.
 * @param until ms since 1970; nothing from then on counts
 */
export async function lastCounted(
  store: Store,
  { service, environment }: { service: string; environment: string },
  from: number,
  until: number,
): Promise<{ last: number; points: number }> {
  const [found] = await store.query<{ last: number; points: number }>(
    `SELECT toUnixTimestamp64Milli(max(time)) AS last, count() AS points
     FROM ${store.relation('metrics')}
     WHERE ${ownPoints}`,
    { service, environment, names: ofRequests, from, until },
  )
  return found ?? { last: 0, points: 0 }
}

/**
 * Hours since 1970 in which a service sent metrics of requests, ascending.
 * @param until ms since 1970; nothing from then on counts
 */
export async function hoursCounted(
  store: Store,
  { service, environment }: { service: string; environment: string },
  from: number,
  until: number,
): Promise<number[]> {
  const rows = await store.query<{ hour: number }>(
    `SELECT toInt32(intDiv(toUnixTimestamp(time), 3600)) AS hour FROM ${store.relation('metrics')}
     WHERE ${ownPoints}
     GROUP BY hour ORDER BY hour`,
    { service, environment, names: ofRequests, from, until },
  )
  return rows.map(({ hour }) => hour)
}
