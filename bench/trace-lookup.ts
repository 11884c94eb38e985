/**
 * How fast is a trace found by its id, and what does that cost? Spans of 60 days lie in one table a way of finding them; the
 * engine makes them itself. Printed for each way: bytes per span, engine CPU of the inserts, and the latency of looking up
 * traces of random ages. Figures in docs/decisions/0009-trace-lookup.md.
 *
 *   node bench/trace-lookup.ts [--spans 10000000] [--ways bloom,side-day,…] [--json]
 */
import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedEngine } from '../src/store/engine/embedded-engine.ts'
import { queryRows } from '../src/store/query-rows.ts'
import { createTableStatements } from '../src/store/tables/create-table-statements.ts'

const days = 60
const insertsADay = 4
const lookups = 200

/** Statements that add a way of finding traces to `bench.spans`, and the query of one lookup. */
interface Way {
  add: readonly string[]
  /** Tables that it adds, whose bytes are its cost. */
  tables: readonly string[]
  lookup: (trace: string) => string
}

const columns = 'trace_id, span_id, parent_span_id, service, name, time, duration'
const whole = (trace: string): string =>
  `SELECT ${columns}, attributes_string FROM bench.spans WHERE trace_id = '${trace}'`
const sideTable = (partition: string): Way => ({
  add: [
    `CREATE TABLE bench.trace_times (trace UInt32, first SimpleAggregateFunction(min, DateTime('UTC')) CODEC(ZSTD(1)),
       last SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1)))
     ENGINE = AggregatingMergeTree PARTITION BY ${partition} ORDER BY trace
     SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1`,
    `CREATE MATERIALIZED VIEW bench.trace_times_filled TO bench.trace_times AS
     SELECT toUInt32(cityHash64(trace_id)) AS trace, toDateTime(min(time), 'UTC') AS first, toDateTime(max(time), 'UTC') AS last
     FROM bench.spans GROUP BY trace, toDate(time)`,
  ],
  tables: ['trace_times'],
  lookup: (trace) =>
    `WITH (SELECT (min(first), max(last) + 1) FROM bench.trace_times WHERE trace = toUInt32(cityHash64('${trace}'))) AS found
     SELECT ${columns}, attributes_string FROM bench.spans
     WHERE trace_id = '${trace}' AND time >= found.1 AND time <= found.2`,
})
const ways: Record<string, Way> = {
  scan: { add: ['ALTER TABLE bench.spans DROP INDEX trace_id'], tables: [], lookup: whole },
  bloom: { add: [], tables: [], lookup: whole },
  'side-day': sideTable('toDate(first)'),
  'side-month': sideTable('toYYYYMM(first)'),
  offsets: {
    add: [
      'ALTER TABLE bench.spans ADD PROJECTION by_trace (SELECT _part_offset ORDER BY trace_id)',
    ],
    tables: [],
    lookup: (trace) =>
      `${whole(trace)} SETTINGS optimize_use_projections = 1, optimize_use_projection_filtering = 1, min_table_rows_to_use_projection_index = 0`,
  },
}

const { values: flags } = parseArgs({
  options: {
    spans: { type: 'string', default: '10000000' },
    ways: { type: 'string', default: Object.keys(ways).join(',') },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log(
    `node bench/trace-lookup.ts [--spans 10000000] [--ways ${Object.keys(ways).join(',')}] [--json]`,
  )
  process.exit(0)
}
const spans = Number(flags.spans)
const wanted = flags.ways.split(',')
if (!Number.isSafeInteger(spans) || spans < 10_000 || !wanted.every((way) => way in ways)) {
  console.error('Give --spans of at least 10000 and known --ways; see --help.')
  process.exit(64)
}

const folder = mkdtempSync(path.join(tmpdir(), 'aftergreen-bench-traces-'))
const note = (text: string): void => console.error(text)
const engine = await startEmbeddedEngine({ folder, database: 'bench', log: note })
const rows: Record<string, string | number>[] = []
try {
  await command('CREATE DATABASE IF NOT EXISTS bench')
  await command(`CREATE TABLE bench.day ENGINE = Memory AS ${oneDay(Math.round(spans / days))}`)
  for (const name of wanted) rows.push(await measure(name, ways[name]!))
} finally {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
}
if (flags.json) console.log(JSON.stringify({ spans, days, lookups, ways: rows }, undefined, 2))
else console.table(rows)

async function command(query: string): Promise<void> {
  await (await engine.client('admin')).command({ query })
}

async function ask<T>(sql: string): Promise<T[]> {
  return await queryRows<T>(engine, sql, {}, { as: 'admin', maxSeconds: 300 })
}

/** Spans of traces of eight, a second or so long, with twenty attributes. */
function oneDay(count: number): string {
  const hash = (salt: number, size: number): string => `cityHash64(number, ${salt}) % ${size}`
  return `SELECT toDateTime64('2026-01-01 00:00:00', 9, 'UTC')
      + toIntervalNanosecond(intDiv(number, 8) * ${Math.floor(86_399e9 / (count / 8))} + (number % 8) * 100000000) AS time,
    ${hash(1, 1_000_000_000)} AS duration, hex(sipHash128(intDiv(number, 8))) AS trace_id,
    hex(cityHash64(number)) AS span_id, if(number % 8 = 0, '', hex(cityHash64(intDiv(number, 8) * 8))) AS parent_span_id,
    concat('service-', toString(number % 8)) AS service, concat('operation ', toString(${hash(2, 40)})) AS name,
    toString(1 + ${hash(3, 3)}) AS service_version, 'production' AS environment,
    'GET' AS attr_http_request_method, 200 AS attr_http_response_status_code, concat('/r/', toString(${hash(4, 40)})) AS attr_http_route,
    concat('host-', toString(${hash(5, 20)})) AS attr_host_name, concat('s', toString(${hash(6, 50_000)})) AS attr_session_id,
    map('app.tenant', concat('t', toString(${hash(7, 500)})), 'app.flag', toString(${hash(8, 4)}), 'app.region', toString(${hash(9, 12)}),
      'k8s.node', toString(${hash(10, 30)}), 'deploy.ring', toString(${hash(11, 3)}), 'app.request', hex(cityHash64(number, 12))) AS attributes_string,
    map('app.items', toInt64(${hash(13, 30)}), 'app.bytes', toInt64(${hash(14, 100_000)}), 'thread.id', toInt64(${hash(15, 64)})) AS attributes_int
  FROM numbers(${count})`
}

async function measure(name: string, way: Way): Promise<Record<string, string | number>> {
  await command('DROP TABLE IF EXISTS bench.trace_times_filled')
  for (const table of ['spans', 'trace_times'])
    await command(`DROP TABLE IF EXISTS bench.${table} SYNC`)
  for (const statement of createTableStatements('bench')) await command(statement)
  for (const statement of way.add) await command(statement)
  const cpu = cpuSeconds()
  for (let day = 0; day < days; day++) {
    for (let part = 0; part < insertsADay; part++) {
      await command(`INSERT INTO bench.spans (time, duration, trace_id, span_id, parent_span_id, service, name, service_version, environment,
          attr_http_request_method, attr_http_response_status_code, attr_http_route, attr_host_name, attr_session_id, attributes_string, attributes_int)
        SELECT time + INTERVAL ${day} DAY, duration, lower(hex(sipHash128(trace_id, ${day}))), span_id, parent_span_id, service, name, service_version, environment,
          attr_http_request_method, attr_http_response_status_code, attr_http_route, attr_host_name, attr_session_id, attributes_string, attributes_int
        FROM bench.day WHERE intDiv(toHour(time), ${24 / insertsADay}) = ${part}`)
    }
    if (day % 20 === 19) note(`${name}: ${day + 1} of ${days} days`)
  }
  const insertCpu = cpuSeconds() - cpu
  for (const table of way.tables) await command(`OPTIMIZE TABLE bench.${table} FINAL`)
  const [size] = await ask<{ rows: number; parts: number; bytes: number; extra: number }>(
    `SELECT sumIf(rows, table = 'spans') AS rows, countIf(table = 'spans') AS parts,
       sumIf(bytes_on_disk, table = 'spans') / rows AS bytes, sumIf(bytes_on_disk, table = 'trace_times') / rows AS extra
     FROM system.parts WHERE database = 'bench' AND active AND table IN ('spans', 'trace_times')`,
  )
  const traces = await ask<{ trace: string }>(
    `SELECT trace_id AS trace FROM bench.spans WHERE cityHash64(trace_id, ${randomInt(1e6)}) % ${Math.ceil(spans / 8 / lookups / 2)} = 0
     GROUP BY trace ORDER BY cityHash64(trace) LIMIT ${lookups}`,
  )
  const times: number[] = []
  for (const { trace } of traces) {
    const since = performance.now()
    const found = await ask(way.lookup(trace))
    times.push(performance.now() - since)
    if (found.length !== 8) throw new Error(`${name}: found ${found.length} spans of 8`)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const quantile = (q: number): number =>
    Math.round((sorted[Math.floor(q * (sorted.length - 1))] ?? 0) * 10) / 10
  return {
    way: name,
    parts: size?.parts ?? 0,
    'bytes/span': Math.round((size?.bytes ?? 0) * 100) / 100,
    'extra bytes/span': Math.round((size?.extra ?? 0) * 100) / 100,
    'insert CPU s': Math.round(insertCpu * 10) / 10,
    'p50 ms': quantile(0.5),
    'p95 ms': quantile(0.95),
    'max ms': quantile(1),
  }
}

/** CPU of the engine's process so far. */
function cpuSeconds(): number {
  const stat = readFileSync(`/proc/${engine.health().pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
