/**
 * When the spans of a trace began, in a table of its own: a look-up by trace id then reads a few granules of the spans
 * around that time, however much is stored. The ways that were measured: docs/decisions/0009-trace-lookup.md.
 */
import type { Placement } from '../tables/placement.ts'
import { oneServer, rowsTable } from '../tables/placement.ts'
import { eventTables } from '../tables/event-tables.ts'
import { quotedIdentifier, quotedTable } from '../sql-text.ts'

export const traceTimesTable = 'trace_times'

/** 32 bits of a hash instead of 32 digits; two traces that share one only make each other's window wider. */
const hashOf = (traceId: string): string => `toUInt32(cityHash64(${traceId}))`

const filled = (spans: string): string =>
  `SELECT ${hashOf('trace_id')} AS trace, toDateTime(min(time), 'UTC') AS first, toDateTime(max(time), 'UTC') AS last
   FROM ${spans} GROUP BY trace, toYYYYMM(time)`

/** The columns and sort key of the table; its rows are merged by hash within a month. */
const shape = `(trace UInt32, first SimpleAggregateFunction(min, DateTime('UTC')) CODEC(ZSTD(1)),
    last SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1)))`
const order = 'PARTITION BY toYYYYMM(first) ORDER BY trace SETTINGS index_granularity = 1024'

/**
 * The statements that create the table and fill it from the spans that are there; running them again changes nothing.
 * In a cluster every server keeps the times of its own spans; its tables have been empty until now.
 */
export function traceTimesStatements(database: string, placement: Placement = oneServer): string[] {
  const { cluster, replicated } = placement
  const name = (table: string): string => quotedTable(database, table)
  const spans = name(rowsTable(eventTables.traces.name, placement))
  const rows = rowsTable(traceTimesTable, placement)
  const engine = replicated
    ? `ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/${database}/${rows}', '{replica}')`
    : 'AggregatingMergeTree'
  return [
    `CREATE TABLE IF NOT EXISTS ${name(rows)} ${shape} ENGINE = ${engine} ${order}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name(`${traceTimesTable}_filled`)} TO ${name(rows)} AS ${filled(spans)}`,
    ...(cluster === undefined
      ? [`INSERT INTO ${name(rows)} ${filled(spans)}`]
      : [
          `CREATE TABLE IF NOT EXISTS ${name(traceTimesTable)} ${shape}
             ENGINE = Distributed(${quotedIdentifier(cluster)}, ${quotedIdentifier(database)}, ${quotedIdentifier(rows)}, trace)`,
        ]),
  ]
}

/** `Relations.traceWindow` over that table. */
export const traceWindow = (database: string): string =>
  `SELECT toDateTime64(min(first), 9, 'UTC') AS first, toDateTime64(max(last), 9, 'UTC') + toIntervalSecond(1) AS last
   FROM ${quotedTable(database, traceTimesTable)} WHERE trace = ${hashOf('{trace: String}')}`
