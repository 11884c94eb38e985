import { type Signal, signals } from '../../signal.ts'
import type { Engine } from '../engine/engine.ts'
import { quotedTable } from '../sql-text.ts'
import { queryRows } from '../query-rows.ts'
import { eventTables } from '../tables/event-tables.ts'
import type { Placement } from '../tables/placement.ts'
import { rowsTable } from '../tables/placement.ts'
import type { Disk } from './byte-limits.ts'
import { isFuture, type Unit } from './choose-drops.ts'

/** What lies on one server. */
export interface ServerUnits {
  units: Unit[]
  disk: Disk
}

export interface UnitSource {
  engine: Engine
  database: string
  placement: Placement
  /** ms since 1970 */
  now: number
}

/** The parts of the event tables by server; in a cluster the days, since a statement runs on all servers. */
export async function readUnits(source: UnitSource): Promise<ServerUnits[]> {
  const { engine, database, placement, now } = source
  const { cluster } = placement
  const from = (table: string): string =>
    cluster === undefined
      ? `system.${table}`
      : `clusterAllReplicas({cluster: String}, system.${table})`
  const tables = new Map(
    signals.map((signal) => [rowsTable(eventTables[signal].name, placement), signal]),
  )
  const parameters = { database, tables: [...tables.keys()], cluster: cluster ?? '' }
  const as = { as: 'admin' } as const
  const parts = await queryRows<PartRow>(
    engine,
    `SELECT hostName() || toString(tcpPort()) AS server, table, partition_id AS partition,
       ${cluster === undefined ? 'name' : "''"} AS part, sum(rows) AS rows, sum(bytes_on_disk) AS bytes,
       toUnixTimestamp(max(max_time)) AS newest
     FROM ${from('parts')}
     WHERE active AND database = {database: String} AND table IN {tables: Array(String)}
     GROUP BY server, table, partition, part`,
    parameters,
    as,
  )
  const disks = await queryRows<{ server: string; total: number; free: number }>(
    engine,
    `SELECT hostName() || toString(tcpPort()) AS server, toFloat64(sum(total_space)) AS total, toFloat64(sum(free_space)) AS free
     FROM ${from('disks')} GROUP BY server`,
    parameters,
    as,
  )
  const received = await futureArrivals(source, [...tables], parts)
  return disks.map(({ server, total, free }) => ({
    disk: { total, free },
    units: parts
      .filter((row) => row.server === server)
      .map(({ table, partition, part, rows, bytes, newest }) => {
        const signal = tables.get(table) ?? 'traces'
        const arrived = received.get(`${signal} ${partition}`)
        return {
          signal,
          partition,
          part: part === '' ? null : part,
          rows,
          bytes,
          newest: Math.min(newest * 1000, now),
          ...(arrived !== undefined && { received: arrived }),
        }
      }),
  }))
}

interface PartRow {
  server: string
  table: string
  partition: string
  part: string
  rows: number
  bytes: number
  /** Seconds since 1970. */
  newest: number
}

/** When the first row of each day of the future arrived. There are few such days, if any. */
async function futureArrivals(
  { engine, database, placement, now }: UnitSource,
  tables: [string, Signal][],
  parts: readonly PartRow[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const [table, signal] of tables) {
    const days = parts.filter((row) => row.table === table && isFuture(row, now))
    if (days.length === 0) continue
    // the table over all servers: `rowsTable` is the part of it that lies here
    const name = placement.cluster === undefined ? table : eventTables[signal].name
    const rows = await queryRows<{ partition: string; received: number }>(
      engine,
      `SELECT _partition_id AS partition, toUnixTimestamp64Milli(min(received)) AS received
       FROM ${quotedTable(database, name)}
       WHERE _partition_id IN {days: Array(String)} GROUP BY partition`,
      { days: [...new Set(days.map(({ partition }) => partition))] },
      { as: 'admin' },
    )
    for (const row of rows) found.set(`${signal} ${row.partition}`, row.received)
  }
  return found
}
