import { callPathSql } from './call-path-sql.ts'
import type { Detection, Detector, DetectorScope, SilentFailure } from './detector.ts'

/** Bound of one answer; a service with more silent failures than this in one window needs no finer count. */
const limit = 200_000

/**
 * Requests whose span does not say `error` although
 * - the span holds an `exception` event, or an `error.type` (telemetry.md §4, S1 and S4), or
 * - a call that the service made failed and no later call to the same target succeeded (S3): a retry or a fallback
 *   that worked is not a failure.
 */
export const unreportedError: Detector = {
  id: 'unreported-error',
  description:
    'The request reports success, although it recorded an exception or an error type, or a call it made failed and no later call to the same target succeeded.',
  async detect(scope) {
    const [marked, calls] = await Promise.all([markedSpans(scope), failedCalls(scope)])
    return {
      failures: [...marked.failures, ...calls.failures],
      complete: marked.complete && calls.complete,
    }
  },
  spans: (scope) =>
    `SELECT trace_id, span_id FROM (${markedSql(scope)})
     UNION ALL SELECT trace_id, parent AS span_id FROM (${failedCallsSql(scope)})`,
}

type SqlScope = Pick<DetectorScope, 'store' | 'sample'>

function parameters(scope: DetectorScope): Record<string, unknown> {
  const { service, environment, versions, from, to } = scope
  return { service, environment, versions, from, to }
}

const inScope = (sample: string): string => `service = {service: String}
      AND environment = {environment: String}
      AND (empty({versions: Array(String)}) OR service_version IN {versions: Array(String)})
      AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC')
      AND time < parseDateTime64BestEffort({to: String}, 9, 'UTC')
      AND ${sample}`

/** Entry spans that carry the mark of an error themselves. */
function markedSql({ store, sample }: SqlScope): string {
  const errorType = store.attribute('traces', 'error.type', 'string')
  const exceptionType = store.attribute('traces', 'exception.type', 'string')
  return `SELECT trace_id, span_id,
       multiIf(has(event_name, 'exception'), 'exception recorded', ifNull(${errorType}, '') != '', 'error type set', 'exception type set') AS what
     FROM ${store.relation('traces')}
     WHERE ${inScope(sample)}
       AND kind IN ('server', 'consumer') AND status != 'error'
       AND (has(event_name, 'exception') OR ifNull(${errorType}, '') != '' OR ifNull(${exceptionType}, '') != '')`
}

async function markedSpans(scope: DetectorScope): Promise<Detection> {
  const rows = await scope.store.query<{ trace_id: string; span_id: string; what: string }>(
    `${markedSql(scope)} LIMIT ${limit}`,
    parameters(scope),
    { isScan: true },
  )
  return {
    failures: rows.map((row) => ({ traceId: row.trace_id, spanId: row.span_id, reason: row.what })),
    complete: rows.length < limit,
  }
}

/** Some SDKs cut the start of a span to whole milliseconds, and then a retry seems to begin before what it retries ended. */
const clockNanos = 2_000_000

/**
 * Calls of the service that ended in an error after which no call of the same parent to the same target began that
 * succeeded: one that was under way already is no retry. The target is the span's name with the path of the call, numbers
 * and ids replaced: HTTP client spans carry only the method in their name, and a fallback usually goes to another host
 * but to the same path.
 */
function failedCallsSql({ store, sample }: SqlScope): string {
  const calls = `FROM ${store.relation('traces')}
     WHERE ${inScope(sample)}
       AND kind IN ('client', 'producer') AND parent_span_id != ''`
  const columns = `trace_id, parent_span_id AS parent, name, ${callPathSql(store)} AS path, time, duration, status`
  return `SELECT trace_id, parent, trimRight(concat(name, ' ', path)) AS target
     FROM (SELECT ${columns} ${calls}) AS calls${inFailedTraces(sample, calls)}
     GROUP BY trace_id, parent, target
     HAVING maxIf(toUnixTimestamp64Nano(time) + toInt64(duration), status = 'error')
       > maxIf(toUnixTimestamp64Nano(time), status != 'error') + ${clockNanos}`
}

/**
 * Where all traces are asked about, those in which a call failed are found first: there are few, and to group the calls of
 * all others costs more than to read the failed ones twice. A join and not IN: an engine that looks up in all shards refuses
 * IN within a question that is spread over them.
 */
const inFailedTraces = (sample: string, calls: string): string =>
  sample === '1'
    ? ` INNER JOIN (SELECT DISTINCT trace_id ${calls} AND status = 'error') AS failed USING (trace_id)`
    : ''

async function failedCalls(scope: DetectorScope): Promise<Detection> {
  const rows = await scope.store.query<{ trace_id: string; parent: string; target: string }>(
    `${failedCallsSql(scope)} LIMIT ${limit}`,
    parameters(scope),
    { isScan: true },
  )
  const failures: SilentFailure[] = rows.map((row) => ({
    traceId: row.trace_id,
    spanId: row.parent,
    reason: `${row.target} failed`,
  }))
  return { failures, complete: rows.length < limit }
}
