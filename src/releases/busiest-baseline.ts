import { versionsInMetrics } from './judge/parts/metrics/versions-in-metrics.ts'
import type { Store } from '../store/store.ts'
import type { Release } from './release.ts'
import { versionsInTraffic } from './versions-in-traffic.ts'

/** Where a release began without a baseline, versions seen up to this long before it are asked. */
const lookBackMillis = 3_600_000
/** Those that answer around its start come first: what was the busiest an hour ago may be gone, as before a second fix. */
const aroundMillis = 5 * 60_000

/**
 * The version to compare with where nobody named one: the busiest other version of the service around its start, else
 * since an hour before it.
 * @param until ms since 1970; nothing from then on counts
 * @returns null where there is no other one
 */
export async function busiestBaseline(
  store: Store,
  release: Release,
  until: number,
): Promise<string | null> {
  const began = Date.parse(release.startedAt)
  const around = Math.min(until, began + aroundMillis)
  return (
    (await busiestIn(store, release, began - aroundMillis, around)) ??
    (await busiestIn(store, release, began - lookBackMillis, until))
  )
}

async function busiestIn(
  store: Store,
  release: Release,
  from: number,
  until: number,
): Promise<string | null> {
  const [busiest] = (await versionsInTraffic(store, new Date(from), new Date(until)))
    .filter(
      ({ service, environment, version }) =>
        service === release.service &&
        environment === release.environment &&
        version !== release.version,
    )
    .toSorted((a, b) => b.spans - a.spans || a.version.localeCompare(b.version))
  if (busiest !== undefined) return busiest.version
  // who sends no traces may send metrics
  const counted = await versionsInMetrics(store, release, from, until)
  return counted.find((version) => version !== release.version) ?? null
}
