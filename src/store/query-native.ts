import { randomUUID } from 'node:crypto'
import { engineError } from './engine/engine-error.ts'
import type { Engine } from './engine/engine.ts'
import { decodeNative, type NativeColumns } from './native/decode-native.ts'
import { cancelQuery, type QueryOptions, scanSettings } from './query-rows.ts'

export interface NativeQueryOptions extends QueryOptions {
  /** Of the answer; default 512 MiB. */
  maxBytes?: number
  /** Groups come in few blocks: by default in hundreds, each with dictionaries of its own to be read. */
  isGrouped?: boolean
}

/** See `Store.queryNative`. */
export async function queryNative(
  engine: Engine,
  sql: string,
  parameters: Record<string, unknown>,
  options: NativeQueryOptions = {},
): Promise<NativeColumns> {
  const { as = 'reader', signal, maxSeconds = 60, maxBytes = 512 * 2 ** 20 } = options
  const grouped = { group_by_two_level_threshold: '0', group_by_two_level_threshold_bytes: '0' }
  signal?.throwIfAborted()
  const client = await engine.client(as)
  const id = randomUUID()
  try {
    const { stream } = await client.exec({
      query: `${sql}\nFORMAT Native`,
      query_params: parameters,
      query_id: id,
      clickhouse_settings: {
        max_execution_time: maxSeconds,
        max_result_bytes: String(maxBytes),
        ...scanSettings,
        ...(options.isGrouped === true ? grouped : {}),
      },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    })
    return await decodeNative(stream as AsyncIterable<Uint8Array>, { maxBytes })
  } catch (error) {
    if (signal?.aborted === true) {
      await cancelQuery(engine, id)
      throw signal.reason
    }
    // what this product cannot read is a fault of its own
    if (error instanceof TypeError) throw error
    throw engineError(error)
  }
}
