import type { ClickHouseClient } from '@clickhouse/client'

/** `admin` may do everything; `reader` may only select from the product's database (see `Store.query`). */
export type EngineUser = 'admin' | 'reader'

export type EngineState = 'starting' | 'ready' | 'restarting' | 'closed'

export interface EngineHealth {
  kind: 'embedded' | 'external'
  state: EngineState
  /** Version of the ClickHouse server; empty before it has answered once. */
  version: string
  /** Address without credentials; empty while there is none. */
  url: string
  /** Process of the embedded engine while it runs. */
  pid: number | undefined
  /** How often the embedded engine was started again after it had died. */
  restarts: number
  /** Why it is not ready; empty when it is. */
  problem: string
}

export interface EngineServer {
  /** Without credentials. */
  url: string
  /** Of this server alone. */
  client: ClickHouseClient
}

/** A ClickHouse server: a child process of ours, or one that somebody else runs. */
export interface Engine {
  /**
   * A client of the running engine. While the engine is restarting, waits up to `patience` ms (default 5000).
   * @throws ENGINE_UNAVAILABLE
   */
  client(as: EngineUser, patience?: number): Promise<ClickHouseClient>
  /** Every server that was named, up or down; absent where there is one engine of ours. */
  servers?(as: EngineUser): readonly EngineServer[]
  health(): EngineHealth
  close(): Promise<void>
}
