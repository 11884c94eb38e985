import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'
import { quotedIdentifier } from '../sql-text.ts'

/** How a distributed table spreads rows: one whose key is k goes to shard `shards[k % shards.length]`. */
export interface ShardSlots {
  /** Numbers of shards, each as often as its weight. */
  shards: readonly number[]
  /** SQL of the sharding key, an unsigned number. */
  key: string
}

/** The statement that would create the table. @param name `database.table`, quoted */
export async function createStatement(engine: Engine, name: string): Promise<string> {
  const [shown] = await queryRows<{ statement: string }>(
    engine,
    `SHOW CREATE TABLE ${name}`,
    {},
    { as: 'admin' },
  )
  return shown?.statement ?? ''
}

export const ofOneServer = /\bENGINE = MergeTree\b/

const spread =
  /\bENGINE = Distributed\('((?:[^'\\]|\\.)*)', '((?:[^'\\]|\\.)*)', '((?:[^'\\]|\\.)*)', (.+)\)\s*$/m

/**
 * Of a table that spreads rows over servers which know nothing of each other; undefined where the rows are replicated, or
 * the statement is of another kind.
 * @param statement that creates it
 */
export async function readShardSlots(
  engine: Engine,
  statement: string,
): Promise<ShardSlots | undefined> {
  const [, cluster, database, table, key] = spread.exec(statement) ?? []
  if (cluster === undefined || database === undefined || table === undefined) return undefined
  if (key === undefined) return undefined
  const rows = `${quotedIdentifier(database)}.${quotedIdentifier(table)}`
  if (!ofOneServer.test(await createStatement(engine, rows))) return undefined
  const shards = await queryRows<{ shard: number; weight: number; replicas: number }>(
    engine,
    `SELECT shard_num AS shard, any(shard_weight) AS weight, count() AS replicas FROM system.clusters
     WHERE cluster = {cluster: String} GROUP BY shard ORDER BY shard`,
    { cluster },
    { as: 'admin' },
  )
  if (shards.length === 0 || shards.some(({ replicas }) => replicas > 1)) return undefined
  return { shards: shards.flatMap(({ shard, weight }) => Array(weight).fill(shard)), key }
}
