import { randomUUID } from 'node:crypto'
import type { ClickHouseSettings } from '@clickhouse/client'
import { engineError } from './engine/engine-error.ts'
import type { Engine, EngineUser } from './engine/engine.ts'
import { parseExactJson } from './exact-json.ts'

export interface QueryOptions {
  /** Default `reader`: can only select, and only from the product's database. */
  as?: EngineUser
  /** Cancels the query, in the engine as well. */
  signal?: AbortSignal
  /** Longest run time in seconds; default 60. */
  maxSeconds?: number
  /** The question reads most rows of a table: in large blocks. */
  isScan?: boolean
}

/**
 * Of questions that read many columns of many rows: by default blocks have a few thousand rows, and the dictionaries of
 * their columns cost more than the rows.
 */
export const scanSettings: ClickHouseSettings = {
  preferred_block_size_bytes: '0',
  max_block_size: '262144',
}

/** Columns by name, all of the same length. */
export interface QueryColumns {
  rows: number
  columns: Record<string, ArrayLike<unknown>>
}

/** Bytes of an answer: it is held in memory. */
const maxResultBytes = 256 * 2 ** 20

/** See `Store.query`. */
export async function queryRows<T>(
  engine: Engine,
  sql: string,
  parameters: Record<string, unknown>,
  options: QueryOptions,
): Promise<T[]> {
  const text = await answer(engine, sql, parameters, options, 'JSONEachRow', {
    output_format_json_array_of_rows: 1,
  })
  return text.trim() === '' ? [] : (parseExactJson(text) as T[])
}

/** See `Store.queryColumns`. */
export async function queryColumns(
  engine: Engine,
  sql: string,
  parameters: Record<string, unknown>,
  options: QueryOptions,
): Promise<QueryColumns> {
  const text = await answer(engine, sql, parameters, options, 'JSONColumnsWithMetadata', {})
  const { rows, data } = parseExactJson(text) as { rows: number; data: Record<string, unknown[]> }
  return { rows, columns: data }
}

async function answer(
  engine: Engine,
  sql: string,
  parameters: Record<string, unknown>,
  options: QueryOptions,
  format: 'JSONEachRow' | 'JSONColumnsWithMetadata',
  settings: ClickHouseSettings,
): Promise<string> {
  const { as = 'reader', signal, maxSeconds = 60, isScan = false } = options
  signal?.throwIfAborted()
  const client = await engine.client(as)
  const id = randomUUID()
  try {
    const result = await client.query({
      query: sql,
      query_params: parameters,
      query_id: id,
      format,
      clickhouse_settings: {
        ...settings,
        ...(isScan ? scanSettings : {}),
        output_format_json_quote_64bit_integers: 0,
        max_execution_time: maxSeconds,
        max_result_bytes: String(maxResultBytes),
      },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    })
    return await result.text()
  } catch (error) {
    if (signal?.aborted !== true) throw engineError(error)
    await cancelQuery(engine, id)
    throw signal.reason
  }
}

/** Without this the engine would go on computing an answer that nobody waits for. */
export async function cancelQuery(engine: Engine, id: string): Promise<void> {
  try {
    const client = await engine.client('admin')
    const query = 'KILL QUERY WHERE query_id = {id: String} ASYNC'
    await client.command({ query, query_params: { id } })
  } catch {
    // it has ended, or the engine has; `max_execution_time` bounds what remains
  }
}
