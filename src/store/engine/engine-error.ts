import { ClickHouseError } from '@clickhouse/client'
import { AftergreenError } from '../../errors.ts'

/**
 * What a failed request means to a caller: the engine refused it (`ENGINE_QUERY`, with the engine's own error as
 * cause), or it could not be reached or was too busy (`ENGINE_UNAVAILABLE`: the same request may succeed later).
 */
export function engineError(error: unknown): AftergreenError {
  if (error instanceof AftergreenError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ClickHouseError) {
    if (error.type !== undefined && passing.has(error.type)) {
      return new AftergreenError('ENGINE_UNAVAILABLE', `The engine is overloaded: ${message}`, {
        hint: 'Try again in a moment.',
        cause: error,
      })
    }
    return new AftergreenError('ENGINE_QUERY', `The engine refused the query: ${message}`, {
      cause: error,
    })
  }
  const detail = message || (error instanceof Error && 'code' in error ? String(error.code) : '')
  return new AftergreenError('ENGINE_UNAVAILABLE', `The engine cannot be reached: ${detail}`, {
    hint: 'Try again in a moment.',
    cause: error,
  })
}

/** Refusals that say nothing about the request itself. */
const passing = new Set([
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'SERVER_OVERLOADED',
  'NETWORK_ERROR',
  'SOCKET_TIMEOUT',
  'ALL_CONNECTION_TRIES_FAILED',
  'KEEPER_EXCEPTION',
  'TABLE_IS_READ_ONLY',
])
