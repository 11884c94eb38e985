import { quotedIdentifier } from '../../src/store/sql-text.ts'
import type { Store } from '../../src/store/store.ts'
import { promotedColumn } from '../../src/store/tables/attribute-columns.ts'
import { badIn, columnsOf, slowIn } from '../cohorts/fill-events.ts'
import { normal, type ShopAttribute, uniform } from '../cohorts/shop-attributes.ts'

/** Traffic of one service in a stretch of time, evenly spread: a trace has an entry span and calls to others. */
export interface Traffic {
  service: string
  /** Milliseconds since 1970. */
  from: number
  to: number
  /** Spans in all. */
  events: number
  /** Of the traces, 0 to 1; 0 before a release. */
  candidateShare: number
  /** The candidate fails and is slow in two narrow cohorts, as in bench/cohorts. */
  isPlanted: boolean
  attributes: readonly ShopAttribute[]
  /** Number of the first trace: those of two stretches must differ. */
  firstTrace: number
  seed: number
}

export const baselineVersion = '2.0'
export const candidateVersion = '2.1'
export const environment = 'production'
/** Spans of a trace: the entry, and calls. */
export const spansPerTrace = 4
const operations = 12
const perInsert = 250_000

/** @returns the number of the first trace that is free */
export async function fillTraffic(store: Store, traffic: Traffic): Promise<number> {
  const traces = Math.round(traffic.events / spansPerTrace)
  for (let done = 0; done < traces; done += perInsert) {
    const count = Math.min(perInsert, traces - done)
    for (const sql of [
      entries(store, traffic, traces, done, count),
      calls(store, traffic, traces, done, count),
    ]) {
      await store.query(sql, {}, { as: 'admin', maxSeconds: 600 })
    }
  }
  return traffic.firstTrace + traces
}

function common(
  { from, to, firstTrace, seed, candidateShare, service }: Traffic,
  traces: number,
): Record<string, string> {
  return {
    prelude: `WITH ${seed} AS seed, toUInt64(${firstTrace} + i) AS n,
  if(${uniform('n', 5)} < 0.5, toUInt64(${uniform('n', 6)} * 20000), 1000000000 + toUInt64(${uniform('n', 7)} * 200000)) AS u,
  toUInt32(${operations} * ${uniform('n', 8)}) AS operation,
  ${uniform('n', 9)} < ${candidateShare} AS candidate`,
    time: `toInt64(${from} * 1000000 + intDiv(i * ${to - from}, ${traces}) * 1000000 + cityHash64(n) % 1000000)`,
    trace_id: `lower(hex(reinterpretAsFixedString(sipHash128(n, seed))))`,
    service: `'${service}'`,
    version: `if(candidate, '${candidateVersion}', '${baselineVersion}')`,
  }
}

function entries(
  store: Store,
  traffic: Traffic,
  traces: number,
  from: number,
  count: number,
): string {
  const { prelude, time, trace_id, service, version } = common(traffic, traces)
  const columns = columnsOf(traffic.attributes)
  const planted = traffic.isPlanted ? 'candidate' : '0'
  const fixed: Record<string, string> = {
    time: `fromUnixTimestamp64Nano(${time})`,
    duration: `toUInt64(1e6 * exp(3 + operation / 6 + 0.7 * ${normal('n', 1)}) * if(${planted} AND ${slowIn}, 3, 1))`,
    trace_id: trace_id!,
    span_id: `lower(hex(cityHash64(n, seed)))`,
    name: `concat('POST /api/', toString(operation))`,
    kind: `'server'`,
    status: `if(${uniform('n', 3)} < 0.003 + 0.001 * operation OR (${planted} AND ${badIn} AND ${uniform('n', 4)} < 0.1), 'error', 'unset')`,
    service: service!,
    service_version: version!,
    environment: `'${environment}'`,
    weight: '1',
  }
  return `INSERT INTO ${store.database}.spans (${[...Object.keys(fixed), ...columns.map(({ name }) => name)].join(', ')})
${prelude}
SELECT ${[...Object.values(fixed), ...columns.map(({ sql }) => sql)].join(',\n  ')}
FROM (SELECT toUInt64(number) AS i FROM numbers(${from}, ${count}))`
}

/** Every hundredth call fails; half of those are tried again, and that works. */
function calls(
  store: Store,
  traffic: Traffic,
  traces: number,
  from: number,
  count: number,
): string {
  const { prelude, time, trace_id, service, version } = common(traffic, traces)
  const address = `concat('peer-', toString((operation + call) % 5))`
  const fixed: Record<string, string> = {
    time: `fromUnixTimestamp64Nano(${time} + 1000000 * (1 + 5 * call))`,
    duration: `toUInt64(3000000 * ${uniform('n', 300)})`,
    trace_id: trace_id!,
    span_id: `lower(hex(cityHash64(n, seed, call)))`,
    parent_span_id: `lower(hex(cityHash64(n, seed)))`,
    name: `concat('GET /stock/', toString(if(call = 2 AND ${uniform('n', 301)} < 0.5, 1, call)))`,
    kind: `'client'`,
    status: `if(call = 1 AND ${uniform('n', 302)} < 0.01, 'error', 'unset')`,
    service: service!,
    service_version: version!,
    environment: `'${environment}'`,
    weight: '1',
    [quotedIdentifier(promotedColumn('string', 'server.address').name)]: address,
  }
  return `INSERT INTO ${store.database}.spans (${Object.keys(fixed).join(', ')})
${prelude}
SELECT ${Object.values(fixed).join(',\n  ')}
FROM (SELECT toUInt64(number) AS i, arrayJoin(range(1, ${spansPerTrace})) AS call FROM numbers(${from}, ${count}))`
}
