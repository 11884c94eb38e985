import { setTimeout as sleep } from 'node:timers/promises'
import { AftergreenError } from '../../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { migrate } from '../migrations.ts'
import type { Placement } from '../tables/placement.ts'
import { clusterEngine } from './cluster-engine.ts'
import { type Coverage, wholeCoverage } from './coverage.ts'
import { CoverageWatch } from './coverage-watch.ts'
import { findPlacement } from './find-placement.ts'
import { prepareServers } from './prepare-servers.ts'
import { runDdl } from './run-ddl.ts'

export interface ClusterHealth extends Coverage {
  /** Name in `system.clusters`. */
  name: string
  /** Whether a keeper holds copies of every shard together. */
  replicated: boolean
}

/** An engine with the tables of a database on it: one server, or a cluster. */
export interface Deployment {
  /** To be used from now on. */
  engine: Engine
  placement: Placement
  /** Runs a statement about tables wherever they lie; see `runDdl`. */
  ddl(statement: string, signal?: AbortSignal): Promise<void>
  coverage(): Coverage
  /** Undefined on one server. */
  health(): ClusterHealth | undefined
  /** On every server, and whatever the size of what is dropped. */
  everywhere(statement: string): Promise<void>
  close(): Promise<void>
}

export interface DeploymentOptions {
  engine: Engine
  database: string
  /** Name in `system.clusters`; undefined on one server. */
  cluster: string | undefined
  log: (line: string) => void
}

/**
 * Finds the tables, or makes them, and brings them up to date.
 * @throws USAGE, ENGINE_START, ENGINE_UNAVAILABLE, ENGINE_QUERY
 */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { engine, database, cluster } = options
  const named = engine.servers?.('admin') ?? []
  if (named.length > 1 && cluster === undefined) {
    throw new AftergreenError('USAGE', 'Several ClickHouse servers are named, but no cluster.', {
      hint: 'Set AFTERGREEN_CLICKHOUSE_CLUSTER to its name in system.clusters.',
    })
  }
  const placement = await findPlacement(engine, database, cluster)
  const ddl: Pick<Deployment, 'ddl' | 'everywhere'> = {
    ddl: async (statement, signal) => await runDdl(engine, placement, statement, signal),
    everywhere: async (statement) =>
      await runDdl(engine, placement, statement, undefined, {
        max_partition_size_to_drop: '0',
        max_table_size_to_drop: '0',
      }),
  }
  if (cluster !== undefined) return await openCluster({ ...options, cluster }, placement, ddl)
  await migrate(await engine.client('admin'), database)
  const coverage = (): Coverage => wholeCoverage
  const close = async (): Promise<void> => await engine.close()
  return { engine, placement, ...ddl, coverage, health: () => undefined, close }
}

async function openCluster(
  options: DeploymentOptions & { cluster: string },
  placement: Placement,
  ddl: Pick<Deployment, 'ddl' | 'everywhere'>,
): Promise<Deployment> {
  const { engine, database, cluster, log } = options
  const left = await prepareServers(engine, database, placement)
  const watch = await CoverageWatch.start({ engine, database, cluster, placement, log })
  const { missing } = watch.coverage()
  if (missing.length > 0) {
    log(`These shards of the cluster do not answer, or have no tables: ${missing.join(', ')}.`)
  }
  const stop = new AbortController()
  const preparing = prepareLater(options, placement, left, stop.signal)
  return {
    engine: clusterEngine(engine, watch),
    placement,
    ...ddl,
    coverage: () => watch.coverage(),
    health: () => ({ name: cluster, replicated: placement.replicated, ...watch.coverage() }),
    async close() {
      stop.abort()
      await Promise.all([watch.close(), preparing])
      await engine.close()
    },
  }
}

/** Servers that were down at the start get their tables when they are back. */
async function prepareLater(
  { engine, database, log }: DeploymentOptions,
  placement: Placement,
  servers: Awaited<ReturnType<typeof prepareServers>>,
  stop: AbortSignal,
): Promise<void> {
  let left = servers
  while (left.length > 0) {
    await sleep(5000, undefined, { signal: stop, ref: false }).catch(() => {})
    if (stop.aborted) return
    const rest: typeof left = []
    for (const server of left) {
      try {
        await prepareServers(engine, database, placement, [server])
      } catch (error) {
        rest.push(server)
        const isDown = error instanceof AftergreenError && error.code === 'ENGINE_UNAVAILABLE'
        if (!isDown) log(`The tables of ${server.url} cannot be made: ${String(error)}`)
      }
    }
    left = rest
  }
}
