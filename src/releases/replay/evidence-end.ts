import { lastCounted } from '../judge/parts/metrics/versions-in-metrics.ts'
import type { Store } from '../../store/store.ts'
import type { RecordedRelease } from '../ledger/ledger.ts'
import type { Release } from '../release.ts'

/** The telemetry of a release's service since its start. */
export interface EvidenceEnd {
  /** The last request that any version of the service answered, ms since 1970; without spans, its last data point. */
  last: number
  /** Spans, or data points. */
  requests: number
}

/**
 * Where the telemetry of a release ends.
 * @param until ms since 1970; nothing from then on counts
 * @returns null where there is none
 */
export async function evidenceEnd(
  store: Store,
  release: Release,
  until: number,
): Promise<EvidenceEnd | null> {
  const { service, environment, startedAt } = release
  const [found] = await store.query<EvidenceEnd>(
    `SELECT toUnixTimestamp64Milli(max(time)) AS last, count() AS requests
     FROM ${store.relation('traces')}
     WHERE service = {service: String} AND environment = {environment: String}
       AND kind IN ('server', 'consumer')
       AND time >= parseDateTime64BestEffort({startedAt: String}, 9, 'UTC')
       AND time < fromUnixTimestamp64Milli({until: Int64}, 'UTC')`,
    { service, environment, startedAt, until },
  )
  if (found !== undefined && found.requests > 0) return found
  const { last, points } = await lastCounted(store, release, Date.parse(startedAt), until)
  return points === 0 ? null : { last, requests: points }
}

/** When the next release of the same service and environment began, ms since 1970; null where none did. */
export function nextStart(
  { release }: RecordedRelease,
  releases: readonly RecordedRelease[],
): number | null {
  const later = releases
    .map((other) => other.release)
    .filter(
      ({ service, environment, startedAt }) =>
        service === release.service &&
        environment === release.environment &&
        startedAt > release.startedAt,
    )
    .map(({ startedAt }) => Date.parse(startedAt))
  return later.length === 0 ? null : Math.min(...later)
}
