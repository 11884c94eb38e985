import type { Store } from '../../../../store/store.ts'
import { knownMetrics } from './known-metrics.ts'

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
  const names = [...knownMetrics].flatMap(([name, { role }]) => (role === 'server' ? [name] : []))
  const rows = await store.query<{ version: string }>(
    `SELECT service_version AS version, count() AS points FROM ${store.relation('metrics')}
     WHERE service = {service: String} AND environment = {environment: String}
       AND name IN {names: Array(String)} AND service_version != ''
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({until: Int64}, 'UTC')
     GROUP BY version ORDER BY points DESC, version LIMIT 100`,
    { service, environment, names, from, until },
  )
  return rows.map(({ version }) => version)
}
