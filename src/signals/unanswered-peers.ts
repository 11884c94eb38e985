import type { DetectorScope } from './detector.ts'

/** A peer that the service calls and that sends no telemetry of its own. */
export interface UnansweredPeer {
  address: string
  /** Calls looked at, and how many of them have a span of the called side. */
  calls: number
  answered: number
}

/** Calls looked at; enough to tell "never" from "sometimes". */
const sampleSize = 2_000
const minCalls = 20

/** Where answers are looked for. */
export interface Answers {
  store: DetectorScope['store']
  /** SQL condition over `time` that holds for whatever answers a call of the sample. */
  times: string
}

/**
 * Peers whose side of the calls never shows up in telemetry. Databases answer no spans by nature and are left out.
 * @param scope its store has the calls
 */
export async function unansweredPeers(
  scope: DetectorScope,
  answers: Answers = { store: scope.store, times: '1' },
): Promise<UnansweredPeer[]> {
  const { store } = scope
  const attribute = (key: string): string =>
    `ifNull(${store.attribute('traces', key, 'string')}, '')`
  const port = store.attribute('traces', 'server.port', 'int')
  const rows = await store.query<UnansweredPeer>(
    `WITH calls AS (
       SELECT trace_id, span_id,
         concat(${attribute('server.address')}, if(${port} IS NULL, '', concat(':', toString(${port})))) AS address
       FROM ${store.relation('traces')}
       WHERE service = {service: String} AND environment = {environment: String}
         AND service_version IN {versions: Array(String)}
         AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC')
         AND time < parseDateTime64BestEffort({to: String}, 9, 'UTC')
         AND kind = 'client' AND status != 'error' AND ${scope.sample}
         AND ${attribute('db.system.name')} = '' AND ${attribute('db.system')} = ''
       ORDER BY cityHash64(span_id) LIMIT ${sampleSize})
     SELECT address, count() AS calls, countIf(answer.parent_span_id != '') AS answered
     FROM calls
     LEFT ANY JOIN (
       SELECT trace_id, parent_span_id FROM ${answers.store.relation('traces')}
       WHERE kind IN ('server', 'consumer') AND trace_id IN (SELECT trace_id FROM calls)
         AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC') - INTERVAL 1 HOUR
         AND time < parseDateTime64BestEffort({to: String}, 9, 'UTC') AND ${answers.times}
     ) AS answer ON calls.trace_id = answer.trace_id AND calls.span_id = answer.parent_span_id
     WHERE address != ''
     GROUP BY address HAVING calls >= ${minCalls} AND answered = 0
     ORDER BY calls DESC, address LIMIT 20`,
    {
      service: scope.service,
      environment: scope.environment,
      versions: scope.versions,
      from: scope.from,
      to: scope.to,
    },
  )
  return rows.map(({ address, calls, answered }) => ({
    address,
    calls,
    answered,
  }))
}
