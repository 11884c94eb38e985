import type { ClickHouseSettings } from '@clickhouse/client'
import { engineError } from '../engine/engine-error.ts'
import type { Engine } from '../engine/engine.ts'
import { quotedIdentifier } from '../sql-text.ts'
import type { Placement } from '../tables/placement.ts'

/**
 * Runs a statement about tables wherever they lie: `ON CLUSTER` where a keeper tells every server, else on each server
 * that was named, one after the other. It must be one that changes nothing when it is run again.
 * @throws ENGINE_UNAVAILABLE when a server cannot be reached, before anything is changed; ENGINE_QUERY
 */
export async function runDdl(
  engine: Engine,
  placement: Placement,
  query: string,
  signal?: AbortSignal,
  settings: ClickHouseSettings = {},
): Promise<void> {
  const common = {
    clickhouse_settings: { ...settings, ...ddlSettings },
    ...(signal === undefined ? {} : { abort_signal: signal }),
  }
  try {
    if (placement.cluster === undefined || placement.replicated) {
      const client = await engine.client('admin')
      await client.command({ query: onCluster(query, placement), ...common })
      return
    }
    const servers = engine.servers?.('admin') ?? []
    await Promise.all(servers.map(({ client }) => client.query({ query: 'SELECT 1' })))
    for (const { client } of servers) await client.command({ query, ...common })
  } catch (error) {
    throw engineError(error)
  }
}

/** A server that is down runs the statement when it is back; nobody waits for it. */
const ddlSettings: ClickHouseSettings = {
  distributed_ddl_task_timeout: '30',
  distributed_ddl_output_mode: 'null_status_on_timeout',
}

const aboutTables =
  /^\s*(?:CREATE (?:DATABASE|TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE)\s+(?:`(?:[^`\\]|\\.)*`|[\w.])+/

/** The statement for every server of a cluster with a keeper; as it is, elsewhere. */
export function onCluster(statement: string, { cluster, replicated }: Placement): string {
  if (cluster === undefined || !replicated || / ON CLUSTER /.test(statement)) return statement
  const [head] = aboutTables.exec(statement) ?? []
  if (head === undefined) throw new TypeError(`This is no statement about tables: ${statement}`)
  return `${head} ON CLUSTER ${quotedIdentifier(cluster)}${statement.slice(head.length)}`
}
