import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../store/store.ts'

const longestMillis = 30_000

/** Resolves when what was acknowledged so far can be asked for; on a server that is far behind, nobody waits for the last of it. */
export async function drainedSoon(store: Pick<Store, 'drained'>): Promise<void> {
  const timer = new AbortController()
  const late = sleep(longestMillis, undefined, { signal: timer.signal, ref: false })
  await Promise.race([store.drained(), late.catch(() => {})])
  timer.abort()
}
