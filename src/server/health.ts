import type { StoreHealth } from '../store/store.ts'

/** `degraded`: something that was received is not, or not yet, where questions can see it. */
export type HealthStatus = 'ok' | 'starting' | 'degraded'

/** The answer of `GET /api/health`: the status, and the store's own figures once it is open. */
export type Health = { status: HealthStatus; version: string } & Partial<StoreHealth>

export function healthOf(version: string, store: StoreHealth | null): Health {
  if (store === null) return { status: 'starting', version }
  return { status: store.engine.state === 'ready' ? 'ok' : 'degraded', version, ...store }
}
