import { quotedText } from '../../store/sql-text.ts'
import type { Store } from '../../store/store.ts'
import type { AlteredRows } from './altered-store.ts'
import type { DrilledService } from './load-slots.ts'

/**
 * From a time on, a share of the service's requests fails, whichever version answers.
 * @param onset ms since 1970
 * @param salt decides by chance which of them fail
 */
export function failingRequests(
  { service, environment }: DrilledService,
  onset: number,
  share: number,
  salt: string,
): AlteredRows {
  const isHit = `stored.service = ${quotedText(service)} AND stored.environment = ${quotedText(environment)}
    AND stored.kind IN ('server', 'consumer') AND toUnixTimestamp64Milli(stored.time) >= ${onset}
    AND cityHash64(stored.trace_id, ${quotedText(salt)}) % 1000 < ${Math.round(share * 1000)}`
  return { columns: { status: `if(${isHit}, 'error', toString(stored.status))` } }
}

export interface CountedRequests {
  requests: number
  failed: number
}

/** Requests of a service in a stretch of time. @param window ms since 1970 */
export async function countRequests(
  store: Store,
  service: DrilledService,
  { from, to }: { from: number; to: number },
): Promise<CountedRequests> {
  const [seen] = await store.query<CountedRequests>(
    `SELECT count() AS requests, countIf(status = 'error') AS failed
     FROM ${store.relation('traces')}
     WHERE service = {service: String} AND environment = {environment: String}
       AND kind IN ('server', 'consumer') AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`,
    { ...service, from, to },
  )
  return seen ?? { requests: 0, failed: 0 }
}
