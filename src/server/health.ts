import type { StoreHealth } from '../store/store.ts'

/** `degraded`: something that was received is not, or not yet, where questions can see it. */
export type HealthStatus = 'ok' | 'starting' | 'degraded'

/** The answer of `GET /api/health`: the status, and the store's own figures once it is open. */
export type Health = { status: HealthStatus; version: string } & Partial<StoreHealth>

/** Rows wait a second or two on their way; this long, in seconds, means that the engine does not keep up. */
const longestLag = 60

/** @param store null until everything is open */
export function healthOf(version: string, store: StoreHealth | null): Health {
  if (store === null) return { status: 'starting', version }
  const { engine, spool, cluster } = store
  const answering = cluster === undefined || cluster.answering === cluster.shards
  const whole =
    answering && engine.state === 'ready' && spool.rejectedFiles === 0 && spool.lag < longestLag
  return { status: whole ? 'ok' : 'degraded', version, ...store }
}
