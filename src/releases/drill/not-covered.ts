import type { Store } from '../../store/store.ts'
import type { DrilledService } from './load-slots.ts'
import type { NotCovered, PlaceboKind } from './self-check.ts'

/**
 * What releases of a service are judged by and its placebos were not, with the reason.
 * @param extent of the past, ms since 1970
 * @param wanted how many placebos were asked for
 * @param judged how many there were
 */
export async function notCovered(
  store: Store,
  service: DrilledService,
  extent: { from: number; to: number },
  wanted: Record<'time' | 'late' | 'metrics', number>,
  judged: Record<PlaceboKind, number>,
): Promise<NotCovered[]> {
  const isMissing = (kind: keyof typeof wanted): boolean => wanted[kind] > 0 && judged[kind] === 0
  const missing: NotCovered[] = []
  if (isMissing('metrics') && (await sendsMetrics(store, service, extent))) {
    const why = 'Metrics are divided by instances: at least two must be known, and send them.'
    missing.push({ kind: 'metrics', why })
  }
  if (isMissing('time')) {
    const why = 'No cut has four times its length without a release before it.'
    missing.push({ kind: 'time', why })
  }
  if (isMissing('late')) {
    const why = 'Cuts for it take 20 minutes in one piece without a release.'
    missing.push({ kind: 'late', why })
  }
  return missing
}

async function sendsMetrics(
  store: Store,
  service: DrilledService,
  { from, to }: { from: number; to: number },
): Promise<boolean> {
  const rows = await store.query(
    `SELECT 1 AS one FROM ${store.relation('metrics')}
     WHERE service = {service: String} AND environment = {environment: String}
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC') LIMIT 1`,
    { ...service, from, to },
  )
  return rows.length > 0
}
