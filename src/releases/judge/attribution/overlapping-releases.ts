import type { Store } from '../../../store/store.ts'
import type { RecordedRelease } from '../../ledger/ledger.ts'
import type { Release } from '../../release.ts'
import type { JudgeWindow } from '../judge-window.ts'
import { otherSides } from './tell-apart.ts'

/** Releases that are looked at as suspects, the latest first. */
const maxReleases = 5
/** One that began longer before this one is part of the time that it is compared with. */
const reachMillis = 24 * 3_600_000
/** A trace began at most so long before its request to the service, and goes on so long after it. */
const wideMillis = 60_000
const maxTraces = 250_000

/** The releases of other services of the environment that began while this one is watched, or in the day before. */
export function overlappingReleases(
  { release }: RecordedRelease,
  all: readonly RecordedRelease[],
  window: Pick<JudgeWindow, 'from' | 'to'>,
): Release[] {
  return all
    .map((other) => other.release)
    .filter(({ service, environment, startedAt }) => {
      const began = Date.parse(startedAt)
      return (
        service !== release.service &&
        environment === release.environment &&
        began < window.to &&
        began >= window.from - reachMillis
      )
    })
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
    .slice(0, maxReleases)
}

/**
 * Which version of another release each trace met first; traces that did not meet it are left out. Where nobody named its
 * baseline, every other version is the old one.
 * @param now nothing that began later is known
 */
export async function sidesOf(
  store: Store,
  other: Release,
  { from, to }: JudgeWindow,
  now: number,
): Promise<Map<string, number>> {
  const { columns, rows } = await store.queryColumns(
    `SELECT trace_id, argMin(service_version, (time, span_id)) AS version
     FROM ${store.relation('traces')}
     WHERE service = {service: String} AND environment = {environment: String}
       AND kind IN ('server', 'consumer')
       AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
       AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
     GROUP BY trace_id HAVING empty({versions: Array(String)}) OR has({versions: Array(String)}, version)
     ORDER BY cityHash64(trace_id, 'units') LIMIT ${maxTraces}`,
    {
      service: other.service,
      environment: other.environment,
      versions: other.baselineVersion === null ? [] : [other.version, other.baselineVersion],
      from: from - wideMillis,
      to: Math.min(to + wideMillis, Math.max(to, now)),
    },
  )
  const sides = new Map<string, number>()
  for (let row = 0; row < rows; row++) {
    const isNew = columns['version']![row] === other.version
    sides.set(String(columns['trace_id']![row]), isNew ? otherSides.new : otherSides.old)
  }
  return sides
}
