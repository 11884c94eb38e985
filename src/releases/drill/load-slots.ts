import type { Store } from '../../store/store.ts'
import type { Slot, Slots } from './quiet-cuts.ts'

/** A service in an environment. */
export interface DrilledService {
  service: string
  environment: string
}

/** The past is looked at in at most so many slots of time. */
const mostSlots = 4000
/** Versions in one slot beyond this many do not count. */
const mostRows = 200_000

const entries = `service = {service: String} AND environment = {environment: String}
    AND kind IN ('server', 'consumer')
    AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`

/**
 * The traffic of a service between two times, in slots of whole blocks.
 * @param since ms since 1970, as is `until`
 * @returns null without traffic
 */
export async function loadSlots(
  store: Store,
  { service, environment }: DrilledService,
  since: number,
  until: number,
  blockMillis: number,
): Promise<Slots | null> {
  const scope = { service, environment, from: Math.floor(since), to: Math.floor(until) }
  const [extent] = await store.query<{ first: number; last: number; requests: number }>(
    `SELECT toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last,
       count() AS requests
     FROM ${store.relation('traces')} WHERE ${entries}`,
    scope,
  )
  if (extent === undefined || extent.requests === 0) return null
  let slotMillis = blockMillis
  while ((extent.last - extent.first) / slotMillis > mostSlots) slotMillis *= 2
  // on multiples of the slot, so that the same past is cut in the same way later
  const from = Math.ceil(extent.first / slotMillis) * slotMillis
  const count = Math.floor((extent.last + 1 - from) / slotMillis)
  if (count <= 0) return null
  const rows = await store.query<{ slot: number; version: string; requests: number }>(
    `SELECT intDiv(toUnixTimestamp64Milli(time) - {from: Int64}, {slotMillis: Int64}) AS slot,
       service_version AS version, count() AS requests
     FROM ${store.relation('traces')} WHERE ${entries}
     GROUP BY slot, version ORDER BY slot, version LIMIT ${mostRows}`,
    { ...scope, from, to: from + count * slotMillis, slotMillis },
  )
  const slots: Slot[] = []
  const versions = Array.from({ length: count }, () => new Map<string, number>())
  for (const { slot, version, requests } of rows) versions[slot]?.set(version, requests)
  for (const each of versions) {
    slots.push({ requests: [...each.values()].reduce((sum, n) => sum + n, 0), versions: each })
  }
  return { from, slotMillis, slots }
}

/** Services that answered requests between two times, the busiest first. */
export async function servicesWithTraffic(
  store: Store,
  since: number,
  until: number,
): Promise<(DrilledService & { first: number; requests: number })[]> {
  return await store.query(
    `SELECT service, environment, toUnixTimestamp64Milli(min(time)) AS first, count() AS requests
     FROM ${store.relation('traces')}
     WHERE kind IN ('server', 'consumer')
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     GROUP BY service, environment ORDER BY requests DESC, service, environment LIMIT 1000`,
    { from: Math.floor(since), to: Math.floor(until) },
  )
}
