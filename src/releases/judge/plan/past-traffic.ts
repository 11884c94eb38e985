import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import { type OperationMinutes, type ScheduledJob, scheduledJobs } from './scheduled-jobs.ts'
import type { PastHours } from './hours-of-week.ts'

/** What the service did before a release, as far as the plan needs it. */
export interface PastTraffic extends PastHours {
  jobs: ScheduledJob[]
}

const reachMillis = 28 * 86_400_000
/** What begins in more minutes than this is no scheduled work that is worth waiting for. */
const mostMinutes = 4_000
const mostOperations = 500
/** Jobs that are told, those with the most runs first. */
const mostJobs = 20

const scope = `service = {service: String} AND environment = {environment: String}
     AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
     AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`

/** Reads the four weeks before a release: hours with traffic, and operations that run like clockwork. */
export async function pastTraffic(store: Store, release: Release): Promise<PastTraffic> {
  const start = Date.parse(release.startedAt)
  const { service, environment } = release
  const parameters = { service, environment, from: start - reachMillis, to: start }
  const relation = store.relation('traces')
  const [hours, operations] = await Promise.all([
    store.query<{ hour: number }>(
      `SELECT toInt32(intDiv(toUnixTimestamp(time), 3600)) AS hour FROM ${relation}
       WHERE ${scope} AND kind IN ('server', 'consumer')
       GROUP BY hour ORDER BY hour`,
      parameters,
    ),
    store.query<OperationMinutes>(
      `SELECT operation, arraySort(groupArray(minute)) AS minutes FROM (
         SELECT name AS operation, toInt32(intDiv(toUnixTimestamp(time), 60)) AS minute FROM ${relation}
         WHERE ${scope} AND (parent_span_id = '' OR kind IN ('server', 'consumer'))
         GROUP BY operation, minute
       )
       GROUP BY operation HAVING count() BETWEEN 3 AND ${mostMinutes}
       ORDER BY count(), operation LIMIT ${mostOperations}`,
      parameters,
    ),
  ])
  const jobs = scheduledJobs(operations, start)
    .toSorted((a, b) => b.runs - a.runs || a.operation.localeCompare(b.operation))
    .slice(0, mostJobs)
  return { hours: hours.map(({ hour }) => hour), jobs }
}

/** Which jobs have run in the new version since the release began, by name. */
export async function firedJobs(
  store: Store,
  release: Release,
  jobs: readonly ScheduledJob[],
  to: number,
): Promise<Set<string>> {
  if (jobs.length === 0) return new Set()
  const rows = await store.query<{ operation: string }>(
    `SELECT DISTINCT name AS operation FROM ${store.relation('traces')}
     WHERE ${scope} AND service_version = {version: String} AND name IN {jobs: Array(String)}
       AND (parent_span_id = '' OR kind IN ('server', 'consumer'))`,
    {
      service: release.service,
      environment: release.environment,
      version: release.version,
      from: Date.parse(release.startedAt),
      to,
      jobs: jobs.map(({ operation }) => operation),
    },
  )
  return new Set(rows.map(({ operation }) => operation))
}
