import { AftergreenError } from '../../errors.ts'
import type { QueryColumns } from '../query-rows.ts'
import type { Store } from '../store.ts'
import type { Exemplar, Trace } from './trace.ts'
import { exemplarsQuery } from './metric-exemplars.ts'
import { exemplarOf, isoTime, logOf, logSelect, spanOf, spanSelect } from './trace-rows.ts'
import type { ExemplarRow } from './trace-rows.ts'

export type TraceStore = Pick<Store, 'query' | 'queryColumns' | 'relation' | 'relations'>

export const limits = { spans: 10_000, logs: 10_000, exemplars: 100 } as const

/** Beside the window that is known of a trace: clocks differ, and what is known of it may be a little behind. */
const marginSeconds = 600
/** Log records of a trace may be written long before or after its spans; metrics come with the next export. */
const aroundSeconds = 3600

/**
 * Everything that is known under a trace id: its spans, the log records that name it and the exemplars of metrics that
 * lead to it.
 * @param id 32 hex digits of any case
 * @throws INVALID_REQUEST, TRACE_NOT_FOUND; ENGINE_UNAVAILABLE
 */
export async function findTrace(store: TraceStore, id: string): Promise<Trace> {
  const trace = traceIdOf(id)
  const spans = await readSpans(store, trace)
  const [from, to] = timesOf(spans)
  const known = spans.rows > 0
  const [logs, exemplars] = await Promise.all([
    readLogs(store, trace, known ? { from, to } : null),
    known ? readExemplars(store, trace, spans, { from, to }) : [],
  ])
  if (!known && logs.rows === 0) throw notFound(trace)
  const start = known ? from : timesOf(logs)[0]
  const readers = {
    spans: store.relations.allAttributes('traces'),
    logs: store.relations.allAttributes('logs'),
  }
  const rows = { spans: Math.min(spans.rows, limits.spans), logs: Math.min(logs.rows, limits.logs) }
  return {
    traceId: trace,
    startedAt: isoTime(start),
    duration: known ? Number(to - from) / 1e6 : 0,
    spans: Array.from({ length: rows.spans }, (_, row) =>
      spanOf(spans.columns, row, start, readers.spans),
    ),
    logs: Array.from({ length: rows.logs }, (_, row) =>
      logOf(logs.columns, row, start, readers.logs),
    ),
    exemplars: exemplars.slice(0, limits.exemplars),
    complete:
      spans.rows <= limits.spans &&
      logs.rows <= limits.logs &&
      exemplars.length <= limits.exemplars,
  }
}

/** @throws INVALID_REQUEST */
export function traceIdOf(id: string): string {
  if (/^[0-9a-f]{32}$/i.test(id) && !/^0+$/.test(id)) return id.toLowerCase()
  throw new AftergreenError('INVALID_REQUEST', 'This is not a trace id.', {
    hint: 'A trace id has 32 hexadecimal digits, not all of them 0.',
  })
}

interface Window {
  /** Nanoseconds since 1970. */
  from: bigint
  to: bigint
}

async function readSpans(store: TraceStore, trace: string): Promise<QueryColumns> {
  const window = await knownWindow(store, trace)
  if (window !== null) {
    const found = await selectSpans(store, trace, window)
    if (found.rows > 0) return found
  }
  // what is known of traces can be behind, or begin later than the spans: the spans themselves decide
  return await selectSpans(store, trace, null)
}

async function knownWindow(
  { query, relations }: TraceStore,
  trace: string,
): Promise<Window | null> {
  if (relations.traceWindow === null) return null
  const [row] = await query<{ first: string; last: string }>(
    `SELECT toString(toUnixTimestamp64Nano(first)) AS first, toString(toUnixTimestamp64Nano(last)) AS last
     FROM (${relations.traceWindow})`,
    { trace },
  )
  const [first, last] = [BigInt(row?.first ?? 0), BigInt(row?.last ?? 0)]
  return first > 0n && last >= first ? { from: first, to: last } : null
}

function selectSpans(
  store: TraceStore,
  trace: string,
  window: Window | null,
): Promise<QueryColumns> {
  const { select } = store.relations.allAttributes('traces')
  return store.queryColumns(
    `SELECT ${[...spanSelect, ...select].join(', ')} FROM ${store.relation('traces')}
     WHERE trace_id = {trace: String} AND ${within(window)}
     ORDER BY time, span_id LIMIT ${limits.spans + 1}`,
    { trace, ...bounds(window, marginSeconds) },
  )
}

function readLogs(store: TraceStore, trace: string, window: Window | null): Promise<QueryColumns> {
  const { select } = store.relations.allAttributes('logs')
  return store.queryColumns(
    `SELECT ${[...logSelect, ...select].join(', ')} FROM ${store.relation('logs')}
     WHERE trace_id = {trace: String} AND ${within(window)}
     ORDER BY time, span_id LIMIT ${limits.logs + 1}`,
    { trace, ...bounds(window, aroundSeconds) },
  )
}

async function readExemplars(
  store: TraceStore,
  trace: string,
  spans: QueryColumns,
  window: Window,
): Promise<Exemplar[]> {
  const services = [...new Set(Array.from(spans.columns['service'] ?? [], String))]
  const rows = await store.query<ExemplarRow>(
    exemplarsQuery(
      store,
      `service IN {services: Array(String)} AND ${within(window)} AND has(exemplar_trace_id, {trace: String})`,
      'trace = {trace: String}',
      limits.exemplars + 1,
    ),
    { trace, services, ...bounds(window, aroundSeconds) },
  )
  return rows.map(exemplarOf)
}

/** The earliest start and the latest end of the rows of an answer, in nanoseconds since 1970. */
function timesOf({ rows, columns }: QueryColumns): [bigint, bigint] {
  let [from, to] = [0n, 0n]
  for (let row = 0; row < rows; row++) {
    const at = BigInt(String(columns['at']?.[row]))
    const end = at + BigInt(Math.round(Number(columns['millis']?.[row] ?? 0) * 1e6))
    if (row === 0 || at < from) from = at
    if (row === 0 || end > to) to = end
  }
  return [from, to]
}

const within = (window: Window | null): string =>
  window === null
    ? '1'
    : 'time >= fromUnixTimestamp64Nano({from: Int64}, {zone: String}) AND time <= fromUnixTimestamp64Nano({to: Int64}, {zone: String})'

function bounds(window: Window | null, seconds: number): Record<string, unknown> {
  if (window === null) return {}
  const margin = BigInt(seconds) * 1_000_000_000n
  return { from: String(window.from - margin), to: String(window.to + margin), zone: 'UTC' }
}

const notFound = (trace: string): AftergreenError =>
  new AftergreenError('TRACE_NOT_FOUND', `There is no trace ${trace}.`, {
    hint: 'It may not have arrived yet, may have been left out by sampling, or may be older than what is kept.',
  })
