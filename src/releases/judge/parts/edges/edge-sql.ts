import { callPathSql } from '../../../../signals/call-path-sql.ts'
import type { Store } from '../../../../store/store.ts'
import type { EdgeRole } from './edge.ts'

/**
 * SQL of the units of each role: one row for each trace and edge with `trace_id`, `service`, `operation`, `entry`, `root`,
 * `version` (the side that the trace was on), `at` (ms), `failed`, `duration` (ns), `calls`.
 *
 * The side is always that of the *first* request in question, which the split of the traffic decided: to count every
 * version that a trace met would make the side a consequence of what happened, since a request that fails is tried again.
 */
export interface EdgeScope {
  store: Pick<Store, 'relation' | 'attribute'>
  /** Where the service's own spans are read; left out, where all are. */
  own?: Pick<Store, 'relation' | 'attribute'> | undefined
  /** SQL condition over `trace_id` that keeps a hashed share of the traces; `1` keeps all. */
  sample: string
}

/** Requests begin in `from` to `to`; the rest of their traces lies within `wideFrom` to `wideTo`. */
const within = (from: string, to: string): string =>
  `time >= fromUnixTimestamp64Milli({${from}: Int64}, 'UTC')
    AND time < fromUnixTimestamp64Milli({${to}: Int64}, 'UTC')`

const nanos = 'toUnixTimestamp64Nano(time)'
/** Clocks of one host, cut to whole milliseconds by some SDKs. */
const clockNanos = 2_000_000
/** What a request left to be done after its answer, at most so long after it. */
const afterwardsNanos = 1_000_000_000

function text({ store }: EdgeScope, key: string): string {
  return `ifNull(${store.attribute('traces', key, 'string')}, '')`
}

/** Where a call goes: known before it is answered, so the same for calls that fail. */
export function addressSql(scope: EdgeScope): string {
  const { store } = scope
  const port = (key: string): string => {
    const value = store.attribute('traces', key, 'int')
    return `if(${value} IS NULL, '', concat(':', toString(${value})))`
  }
  const pairs = [
    ['network.peer.address', 'network.peer.port'],
    ['server.address', 'server.port'],
    ['net.peer.name', 'net.peer.port'],
  ] as const
  const cases = pairs.map(
    ([host, at]) => `${text(scope, host)} != '', concat(${text(scope, host)}, ${port(at)})`,
  )
  return `multiIf(${cases.join(', ')}, '')`
}

/** The same for a person: the server that was asked for, not the peer that it happened to be. */
function hostSql(scope: EdgeScope): string {
  const { store } = scope
  const port = store.attribute('traces', 'server.port', 'int')
  const host = `multiIf(${text(scope, 'server.address')} != '', ${text(scope, 'server.address')}, ${text(scope, 'net.peer.name')})`
  return `if(${host} = '', '', concat(${host}, if(${port} IS NULL, '', concat(':', toString(${port})))))`
}

/** The scope of the service's own spans. */
const ownOf = (scope: EdgeScope): EdgeScope => ({ ...scope, store: scope.own ?? scope.store })

function entriesSql(scope: EdgeScope, columns: string): string {
  const { store, sample } = ownOf(scope)
  return `SELECT ${columns} FROM ${store.relation('traces')}
    WHERE service = {service: String} AND environment = {environment: String}
      AND kind IN ('server', 'consumer') AND ${within('from', 'to')} AND ${sample}`
}

function othersSql({ store, sample }: EdgeScope, columns: string, kinds: string): string {
  return `SELECT ${columns} FROM ${store.relation('traces')}
    WHERE service != {service: String} AND environment = {environment: String}
      AND ${kinds} AND ${within('wideFrom', 'wideTo')} AND ${sample}`
}

/** Whether other services called anybody, and whether they did anything else: 1 or 0. */
export function othersSeenSql(scope: EdgeScope): string {
  const isAny = (kinds: string): string =>
    `(SELECT count() FROM (${othersSql({ ...scope, sample: '1' }, '1', kinds)} LIMIT 1))`
  return `SELECT ${isAny(isCall)} AS calls, ${isAny(isEntryOrRoot)} AS spans`
}

/** Requests of the service that a call of another one led to: that call's span, and who answered. */
function answersSql(scope: EdgeScope): string {
  return `SELECT trace_id, parent_span_id AS span_id, argMin(name, (time, span_id)) AS operation,
      argMin(service_version, (time, span_id)) AS version, toUnixTimestamp64Milli(min(time)) AS at
    FROM (${entriesSql(scope, 'trace_id, parent_span_id, span_id, name, service_version, time')})
    WHERE parent_span_id != '' GROUP BY trace_id, parent_span_id`
}

const isCall = `kind IN ('client', 'producer')`
/** Where a trace begins nobody has led to. */
const isEntryBelow = `kind IN ('server', 'consumer') AND parent_span_id != ''`
const isEntryOrRoot = `(kind IN ('server', 'consumer') OR parent_span_id = '')`

function callerUnits(scope: EdgeScope): string {
  const columns = 'trace_id, span_id, service, status, duration, time'
  return `SELECT trace_id, service, operation, ${ofTheFirst} FROM (
    SELECT trace_id, service, operation, argMin((version, at, failed, duration), (time, span_id)) AS earliest
    FROM (SELECT trace_id, service, operation, version, at, status = 'error' AS failed, duration, time, span_id
      FROM (${othersSql(scope, columns, isCall)}) AS sent
      INNER JOIN (${answersSql(scope)}) AS answers USING (trace_id, span_id))
    GROUP BY trace_id, service, operation)`
}

const ofTheFirst = `'' AS entry, 0 AS root, tupleElement(earliest, 1) AS version, tupleElement(earliest, 2) AS at,
      tupleElement(earliest, 3) AS failed, tupleElement(earliest, 4) AS duration, 1 AS calls`

/**
 * Calls to addresses that only one version answers; `version` is empty where several do, and nobody can tell which one
 * left a call unanswered.
 */
function reachUnits(scope: EdgeScope): string {
  const columns = `trace_id, span_id, service, status, duration, time, ${addressSql(scope)} AS address`
  return `SELECT trace_id, service, '' AS operation, ${ofTheFirst} FROM (
    SELECT trace_id, service, argMin((target, at, failed, duration), (at, span_id)) AS earliest
    FROM (SELECT trace_id, span_id, service, toUnixTimestamp64Milli(time) AS at, duration,
        status = 'error' AND answered = '' AS failed,
        if(lowest = highest, lowest, '') AS target
      FROM (SELECT trace_id, span_id, service, status, duration, time, answers.version AS answered,
          minIf(answers.version, answers.version != '') OVER (PARTITION BY address) AS lowest,
          maxIf(answers.version, answers.version != '') OVER (PARTITION BY address) AS highest
        FROM (SELECT * FROM (${othersSql(scope, columns, `kind = 'client'`)}) WHERE address != '') AS sent
        LEFT ANY JOIN (${answersSql(scope)}) AS answers USING (trace_id, span_id))
      WHERE highest != '')
    WHERE at >= {from: Int64} AND at < {to: Int64}
    GROUP BY trace_id, service)`
}

/** The first request of each trace to each operation, where no other one of the trace was served meanwhile. */
export function firstEntriesSql(scope: EdgeScope): string {
  const columns = `trace_id, (${nanos}, ${nanos} + toInt64(duration), span_id, name, service_version) AS request`
  return `SELECT trace_id, one.1 AS start, one.2 AS end, one.3 AS span_id, one.4 AS entry, one.5 AS version,
      least(end + ${afterwardsNanos}, arrayMin(x -> if(x.1 > one.1, x.1, 9223372036854775807), list)) AS until
    FROM (SELECT trace_id, arraySort(groupArray(100)(request)) AS list,
        arrayJoin(arrayFilter((x, i) -> arrayFirstIndex(y -> y.4 = x.4, list) = i, list, arrayEnumerate(list))) AS one
      FROM (${entriesSql(scope, columns)}) GROUP BY trace_id)
    WHERE arrayCount(x -> x.1 < one.2 AND x.2 > one.1, list) <= 1`
}

/** Which service answers at an address, for those that send telemetry. */
export function answeringSql(scope: EdgeScope): string {
  const { store, sample } = scope
  return `SELECT host, argMax(service, calls) AS service FROM (
      SELECT host, service, count() AS calls
      FROM (${ownCallsSql(scope, (own) => `trace_id, span_id, ${hostSql(own)} AS host`)}) AS sent
      INNER JOIN (SELECT trace_id, parent_span_id AS span_id, service FROM ${store.relation('traces')}
        WHERE service != {service: String} AND environment = {environment: String}
          AND kind IN ('server', 'consumer') AND ${within('wideFrom', 'wideTo')} AND ${sample}) AS answers USING (trace_id, span_id)
      WHERE host != '' GROUP BY host, service)
    GROUP BY host ORDER BY max(calls) DESC, host LIMIT 200`
}

/** @param columns SQL over the scope's own spans */
function ownCallsSql(scope: EdgeScope, columns: (own: EdgeScope) => string): string {
  const own = ownOf(scope)
  const { store, sample } = own
  const isDatabase = `(${databaseSql(own)}) != ''`
  return `SELECT ${columns(own)} FROM ${store.relation('traces')}
    WHERE service = {service: String} AND environment = {environment: String}
      AND (${isCall} OR (kind = 'internal' AND ${isDatabase})) AND ${within('wideFrom', 'wideTo')} AND ${sample}`
}

function databaseSql(scope: EdgeScope): string {
  return `if(${text(scope, 'db.system.name')} != '', ${text(scope, 'db.system.name')}, ${text(scope, 'db.system')})`
}

/** A call belongs to the request that is its parent, or that was served at the time. */
function callUnits(scope: EdgeScope): string {
  const target = (
    own: EdgeScope,
  ): string => `multiIf((${databaseSql(own)}) != '', ${databaseSql(own)},
      ${text(own, 'peer.service')} != '', ${text(own, 'peer.service')},
      transform(${hostSql(own)}, {hosts: Array(String)}, {services: Array(String)}, ${hostSql(own)}))`
  const operation = ({ store }: EdgeScope): string =>
    `if(match(name, '^[A-Z]+$'), trimRight(concat(name, ' ', ${callPathSql(store)})), name)`
  const columns = (
    own: EdgeScope,
  ): string => `trace_id, parent_span_id, ${nanos} AS time_nanos, ${target(own)} AS target, ${operation(own)} AS called,
      service_version AS own_version, status = 'error' AS has_failed, duration AS took`
  // the engine takes the name of a result for the column where both are the same
  return `SELECT trace_id, target AS service, called AS operation, entry, 0 AS root,
      any(requests.version) AS version, intDiv(any(start), 1000000) AS at, max(has_failed) AS failed,
      max(took) AS duration, count() AS calls
    FROM (${ownCallsSql(scope, columns)}) AS sent
    INNER JOIN (${firstEntriesSql(scope)}) AS requests USING (trace_id)
    WHERE sent.parent_span_id = requests.span_id OR (own_version = requests.version
      AND time_nanos >= start - ${clockNanos} AND time_nanos < until)
    GROUP BY trace_id, target, called, entry`
}

function beyondUnits(scope: EdgeScope): string {
  const columns = 'trace_id, service, name AS operation, parent_span_id, status, duration'
  return `SELECT trace_id, service, operation, '' AS entry, max(parent_span_id = '') AS root,
      any(firsts.version) AS version, any(firsts.at) AS at, max(status = 'error') AS failed,
      max(spans.duration) AS duration, 1 AS calls
    FROM (${othersSql(scope, columns, isEntryOrRoot)}) AS spans
    INNER JOIN (SELECT trace_id, argMin(service_version, (time, span_id)) AS version,
        toUnixTimestamp64Milli(min(time)) AS at
      FROM (${entriesSql(scope, 'trace_id, span_id, service_version, time')}) GROUP BY trace_id) AS firsts USING (trace_id)
    GROUP BY trace_id, service, operation`
}

/** Other services' requests in the traces of each operation of the service: whether it comes to them at all. */
function belowUnits(scope: EdgeScope): string {
  const columns = 'trace_id, service, name AS operation, status, duration'
  return `SELECT trace_id, service, operation, entry, 0 AS root, any(requests.version) AS version,
      intDiv(any(start), 1000000) AS at, max(status = 'error') AS failed, max(spans.duration) AS duration, count() AS calls
    FROM (${othersSql(scope, columns, isEntryBelow)}) AS spans
    INNER JOIN (${firstEntriesSql(scope)}) AS requests USING (trace_id)
    GROUP BY trace_id, service, operation, entry`
}

const builders: Record<EdgeRole, (scope: EdgeScope) => string> = {
  caller: callerUnits,
  reach: reachUnits,
  call: callUnits,
  beyond: beyondUnits,
  below: belowUnits,
}

export function edgeUnitsSql(role: EdgeRole, scope: EdgeScope): string {
  return builders[role](scope)
}
