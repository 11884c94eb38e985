import type { Engine } from '../engine/engine.ts'
import { queryRows } from '../query-rows.ts'

/**
 * While its disk is full the engine may take empty files for a part: of an insert that it acknowledges, or of a merge whose
 * sources it then forgets within minutes. Looks at the parts made since, drops those of inserts (the rows are still in the
 * spool), and reads the table anew where a merge is broken, which puts the sources back.
 * @param table `database.table`, quoted; nobody else inserts into it
 * @param since ms since 1970
 */
export async function mendParts(engine: Engine, table: string, since: number): Promise<void> {
  const admin = { as: 'admin', maxSeconds: 600 } as const
  const parts = await queryRows<{ name: string; level: number }>(
    engine,
    `SELECT name, level FROM system.parts WHERE active
     AND concat('\`', database, '\`.\`', table, '\`') = {table: String}
     AND modification_time >= fromUnixTimestamp64Milli({since: Int64}) - 2`,
    { table, since },
    admin,
  )
  const client = await engine.client('admin', 500)
  let isMergeBroken = false
  for (const { name, level } of parts) {
    const check = `CHECK TABLE ${table} PART '${name}' SETTINGS check_query_single_value_result = 1`
    const [answer] = await queryRows<{ result: number }>(engine, check, {}, admin).catch(() => [])
    if (answer?.result === 1) continue
    if (level === 0) await client.command({ query: `ALTER TABLE ${table} DROP PART '${name}'` })
    else isMergeBroken = true
  }
  if (!isMergeBroken) return
  await client.command({ query: `DETACH TABLE ${table} SYNC` })
  await client.command({ query: `ATTACH TABLE ${table}` })
}
