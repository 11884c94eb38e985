import type { ClickHouseSettings } from '@clickhouse/client'
import { startEmbeddedEngine } from '../engine/embedded-engine.ts'
import {
  connectExternalEngine,
  serverAddress,
  type ServerAddress,
} from '../engine/external-engine.ts'
import { type Deployment, openDeployment } from './open-deployment.ts'

export interface EngineOptions {
  /** Undefined: the embedded engine. */
  address: ServerAddress | undefined
  /** Folder of the embedded engine. */
  folder: string
  database: string
  clickhouseCluster?: string | undefined
  clickhouseReaderUrl?: string | undefined
  log: (line: string) => void
}

/**
 * Starts the embedded engine, or connects to servers that somebody else runs, and brings the tables up to date.
 * @throws PLATFORM_UNSUPPORTED, ENGINE_START, ENGINE_UNAVAILABLE, USAGE
 */
export async function openEngine(options: EngineOptions): Promise<Deployment> {
  const { address, folder, database, clickhouseCluster: cluster, log } = options
  const engine =
    address === undefined
      ? await startEmbeddedEngine({ folder, database, log })
      : await connectExternalEngine(address, externalOptions(options))
  try {
    return await openDeployment({
      engine,
      database,
      cluster: address === undefined ? undefined : cluster || undefined,
      log,
    })
  } catch (error) {
    await engine.close()
    throw error
  }
}

const clusterSettings: ClickHouseSettings = {
  // a question that joins or looks up in the same tables means all shards, not each shard by itself
  distributed_product_mode: 'global',
  // a shard that is busy is not gone: by default it would have one second to answer the door
  connect_timeout_with_failover_ms: 3000,
  connect_timeout_with_failover_secure_ms: 3000,
  connections_with_failover_max_tries: '2',
}

function externalOptions({
  clickhouseReaderUrl: url,
  clickhouseCluster: cluster,
}: EngineOptions): Parameters<typeof connectExternalEngine>[1] {
  return {
    ...(url ? { reader: serverAddress(url, 'AFTERGREEN_CLICKHOUSE_READER_URL') } : {}),
    ...(cluster ? { settings: clusterSettings } : {}),
  }
}
