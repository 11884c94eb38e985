import { AftergreenError } from '../../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { eventTables } from '../tables/event-tables.ts'
import { oneServer, type Placement, rowsTable } from '../tables/placement.ts'

/**
 * Where the tables of a database lie, or are to be made: with a cluster on its shards, replicated where its servers have
 * a keeper. Tables that are there already decide how the new ones are made.
 * @throws USAGE when there is no such cluster, or the database holds tables of the other kind
 */
export async function findPlacement(
  engine: Engine,
  database: string,
  cluster: string | undefined,
): Promise<Placement> {
  const tables = await ask<{ name: string; engine: string }>(
    engine,
    'SELECT name, engine FROM system.tables WHERE database = {database: String}',
    { database },
  )
  const engineOf = (name: string): string | undefined =>
    tables.find((table) => table.name === name)?.engine
  const spans = eventTables.traces.name
  const spread = engineOf(spans)?.startsWith('Distributed')
  if (cluster === undefined) {
    if (spread === true) throw needsCluster(database)
    return oneServer
  }
  if (spread === false) throw ofOneServer(database)
  const clusters = await ask<{ cluster: string }>(
    engine,
    'SELECT DISTINCT cluster FROM system.clusters ORDER BY cluster',
  )
  if (!clusters.some((known) => known.cluster === cluster)) {
    throw unknownCluster(
      cluster,
      clusters.map((known) => known.cluster),
    )
  }
  const rows = engineOf(rowsTable(spans, { cluster, replicated: false }))
  const replicated = rows === undefined ? await hasKeeper(engine) : rows.startsWith('Replicated')
  return { cluster, replicated }
}

async function hasKeeper(engine: Engine): Promise<boolean> {
  try {
    await ask(engine, "SELECT name FROM system.zookeeper WHERE path = '/' LIMIT 1")
    return true
  } catch (error) {
    if (error instanceof AftergreenError && error.code === 'ENGINE_QUERY') return false
    throw error
  }
}

function ask<T>(
  engine: Engine,
  sql: string,
  parameters: Record<string, unknown> = {},
): Promise<T[]> {
  return queryRows<T>(engine, sql, parameters, { as: 'admin' })
}

function needsCluster(database: string): AftergreenError {
  return new AftergreenError(
    'USAGE',
    `The tables of database ${database} are spread over a cluster, but none is named.`,
    { hint: 'Set AFTERGREEN_CLICKHOUSE_CLUSTER to its name.' },
  )
}

function ofOneServer(database: string): AftergreenError {
  return new AftergreenError(
    'USAGE',
    `The tables of database ${database} lie on one server, and are not spread over a cluster.`,
    {
      hint: 'Name another database in AFTERGREEN_CLICKHOUSE_URL; docs/cluster.md says how to move.',
    },
  )
}

function unknownCluster(cluster: string, known: readonly string[]): AftergreenError {
  const names = known.length === 0 ? 'none' : known.slice(0, 20).join(', ')
  return new AftergreenError(
    'USAGE',
    `The ClickHouse servers know no cluster ${cluster}; they know: ${names}.`,
    {
      hint: 'Set AFTERGREEN_CLICKHOUSE_CLUSTER to a name from system.clusters, or add the cluster to remote_servers.',
    },
  )
}
