import { ClickHouseError, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client'
import { AftergreenError } from '../../errors.ts'
import type { Engine, EngineUser } from '../engine/engine.ts'
import { isQuestion } from '../engine/is-question.ts'
import { replaceMethods } from '../engine/replace-methods.ts'
import type { CoverageWatch } from './coverage-watch.ts'

/**
 * The engine of a cluster. Every question is asked of all shards first; when one of them does not answer, it is asked
 * again of those that do, and that is counted: an answer is whole, or known not to be. While a shard is known to be
 * gone, questions do not wait for it.
 */
export function clusterEngine(engine: Engine, coverage: CoverageWatch): Engine {
  const made = new WeakMap<ClickHouseClient, ClickHouseClient>()
  return {
    ...engine,
    async client(as: EngineUser, patience?: number) {
      const client = await engine.client(as, patience)
      const known = made.get(client) ?? wholeOrCounted(client, coverage)
      made.set(client, known)
      return known
    },
  }
}

function wholeOrCounted(client: ClickHouseClient, coverage: CoverageWatch): ClickHouseClient {
  /** @param send asks, skipping the shards that are gone or not */
  const ask = async <T>(send: (skip: 0 | 1) => Promise<T>): Promise<T> => {
    if (!coverage.isPartial) {
      try {
        return await send(0)
      } catch (error) {
        if (!(await isShardMissing(error, coverage))) throw error
      }
    }
    coverage.countPartialAnswer()
    return await send(1)
  }
  const skipping = (settings: ClickHouseSettings | undefined, skip: 0 | 1): ClickHouseSettings => ({
    ...settings,
    skip_unavailable_shards: skip,
  })
  return replaceMethods(client, {
    query: (params) =>
      ask((skip) =>
        client.query({
          ...params,
          clickhouse_settings: skipping(params.clickhouse_settings, skip),
        }),
      ),
    async exec(params) {
      if (isQuestion(params.query)) {
        return await ask((skip) =>
          client.exec({
            ...params,
            clickhouse_settings: skipping(params.clickhouse_settings, skip),
          }),
        )
      }
      const settings = { ...params.clickhouse_settings, ...insertSettings }
      try {
        return await client.exec({ ...params, clickhouse_settings: settings })
      } catch (error) {
        throw isOnTheWay(error)
          ? new AftergreenError(
              'ENGINE_UNAVAILABLE',
              `A shard did not take its rows: ${error.message}`,
              {
                hint: 'It is tried again until every shard has them.',
                cause: error,
              },
            )
          : error
      }
    },
  })
}

const insertSettings = {
  // the answer comes when every shard has its rows
  distributed_foreground_insert: 1,
  // shards see the same insert whichever server spreads it, and so know it by its token
  prefer_localhost_replica: 0,
} as const

/** Between servers, not about the rows. */
const connection = new Set([
  'ALL_CONNECTION_TRIES_FAILED',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'CANNOT_READ_FROM_SOCKET',
  'CANNOT_WRITE_TO_SOCKET',
  'DNS_ERROR',
  'NETWORK_ERROR',
  'SOCKET_TIMEOUT',
  'UNEXPECTED_PACKET_FROM_SERVER',
])

/** A server that has lost its tables answers, but not for its shard. */
const withoutTables = new Set(['UNKNOWN_TABLE', 'UNKNOWN_DATABASE'])

async function isShardMissing(error: unknown, coverage: CoverageWatch): Promise<boolean> {
  const type = error instanceof ClickHouseError ? (error.type ?? '') : ''
  if (!connection.has(type) && !withoutTables.has(type)) return false
  await coverage.refresh()
  return connection.has(type) || coverage.isPartial
}

/** Whether a distributed insert failed between the servers: that would sound like damaged rows. */
function isOnTheWay(error: unknown): error is ClickHouseError {
  if (!(error instanceof ClickHouseError)) return false
  return connection.has(error.type ?? '') && error.message.includes('Insertion status')
}
