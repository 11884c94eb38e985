import type { ServerResponse } from 'node:http'

import { AftergreenError } from '../errors.ts'
import type { OneAtATime } from './one-at-a-time.ts'

/**
 * Long work for a caller, in turn with others: it is asked to stop when the caller goes away, and when it takes too long.
 * @param outgoing the answer to the caller
 * @throws COMPARE_BUSY, COMPARE_STOPPED while it waits for its turn
 */
export async function whileCallerWaits<T>(
  outgoing: ServerResponse,
  turns: OneAtATime,
  longestMs: number,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const end = (): void => stop.abort(new AftergreenError('COMPARE_STOPPED', 'The caller left.'))
  if (outgoing.destroyed) end()
  outgoing.once('close', end)
  const timer = setTimeout(end, longestMs).unref()
  try {
    const leave = await turns.enter(stop.signal)
    try {
      return await work(stop.signal)
    } finally {
      leave()
    }
  } finally {
    clearTimeout(timer)
  }
}
