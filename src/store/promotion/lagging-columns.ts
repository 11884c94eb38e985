import { type Signal, signals } from '../../signal.ts'
import { parseAttributeComment, promotedTypes } from '../tables/attribute-columns.ts'
import { eventTables } from '../tables/event-tables.ts'
import { type Placement, rowsTable } from '../tables/placement.ts'
import type { NewColumn } from './add-columns.ts'

/** A column of a table of a cluster, and how many servers have it. */
export interface ColumnOfServers {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly comment: string
  readonly servers: number
}

/** Asks the columns of the event tables `{tables: Array(String)}` of every server of `{cluster: String}` that answers. */
export const columnsOfServers = `SELECT table, name, any(type) AS type, any(comment) AS comment, count() AS servers
  FROM clusterAllReplicas({cluster: String}, system.columns)
  WHERE database = {database: String} AND table IN {tables: Array(String)}
  GROUP BY table, name ORDER BY table, name SETTINGS skip_unavailable_shards = 1`

/**
 * Columns of promoted keys that some servers lack: those that were added to the cluster, or that were away, since. A question
 * that names such a column would fail there.
 */
export function laggingColumns(
  columns: readonly ColumnOfServers[],
  placement: Placement,
): { signal: Signal; column: NewColumn; activeFrom: number }[] {
  return signals.flatMap((signal) => {
    const { name } = eventTables[signal]
    const tables = [...new Set([name, rowsTable(name, placement)])]
    const own = columns.filter(({ table }) => tables.includes(table))
    const serversOf = (wanted: string, table: string): number =>
      own.find((column) => column.name === wanted && column.table === table)?.servers ?? 0
    const isLagging = (wanted: string): boolean =>
      tables.some((table) => serversOf(wanted, table) < serversOf('time', table))
    const promoted = new Map(
      own.flatMap(({ name, type, comment }) => {
        const attribute = parseAttributeComment(comment)
        return attribute === undefined ? [] : [[name, { ...attribute, physical: type }] as const]
      }),
    )
    return [...promoted]
      .filter(([name, { activeFrom }]) => activeFrom > 0 && isLagging(name))
      .map(([, { type, key, activeFrom, physical }]) => {
        return {
          signal,
          column: { type, key, plain: physical === promotedTypes.plain },
          activeFrom,
        }
      })
  })
}
