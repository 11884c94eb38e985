import { AftergreenError } from '../../errors.ts'
import { engineError } from '../engine/engine-error.ts'
import type { Engine, EngineServer } from '../engine/engine.ts'
import { migrate, migrations } from '../migrations.ts'
import type { Placement } from '../tables/placement.ts'
import { onCluster } from './run-ddl.ts'

/**
 * Brings the tables of every server that was named up to date. Servers that do not answer now are left for later, as
 * long as one does.
 * @returns those that are left
 * @throws ENGINE_START, ENGINE_QUERY; ENGINE_UNAVAILABLE when no server answers
 */
export async function prepareServers(
  engine: Engine,
  database: string,
  placement: Placement,
  servers: readonly EngineServer[] = engine.servers?.('admin') ?? [],
): Promise<EngineServer[]> {
  const wanted = migrations.map((migration) => ({
    ...migration,
    statements: (name: string) =>
      migration.statements(name, placement).map((statement) => onCluster(statement, placement)),
  }))
  const left: EngineServer[] = []
  let problem: AftergreenError | undefined
  for (const server of servers) {
    try {
      await migrate(server.client, database, wanted)
    } catch (error) {
      problem = engineError(error)
      if (problem.code !== 'ENGINE_UNAVAILABLE') throw problem
      left.push(server)
    }
  }
  if (problem !== undefined && left.length === servers.length) throw problem
  return left
}
