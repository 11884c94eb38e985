/** What one data point of a metric counts: requests that the service answers, or calls that it makes. */
export type MetricRole = 'server' | 'client'

export interface KnownMetric {
  role: MetricRole
  /** What its points are about; it decides which attributes name the operation. */
  protocol: 'http' | 'rpc' | 'db' | 'messaging' | 'pool'
}

/**
 * The duration histograms and message counters of the semantic conventions, with their names from before 1.23 (http), 1.28
 * (db) and 1.39 (rpc), which many libraries still send. Of two names for the same requests, the first that a service sends
 * on both sides counts: nothing is counted twice.
 */
export const knownMetrics: ReadonlyMap<string, KnownMetric> = new Map<string, KnownMetric>([
  ['http.server.request.duration', { role: 'server', protocol: 'http' }],
  ['http.server.duration', { role: 'server', protocol: 'http' }],
  ['rpc.server.call.duration', { role: 'server', protocol: 'rpc' }],
  ['rpc.server.duration', { role: 'server', protocol: 'rpc' }],
  ['messaging.process.duration', { role: 'server', protocol: 'messaging' }],
  ['http.client.request.duration', { role: 'client', protocol: 'http' }],
  ['http.client.duration', { role: 'client', protocol: 'http' }],
  ['rpc.client.call.duration', { role: 'client', protocol: 'rpc' }],
  ['rpc.client.duration', { role: 'client', protocol: 'rpc' }],
  ['db.client.operation.duration', { role: 'client', protocol: 'db' }],
  ['db.client.connection.wait_time', { role: 'client', protocol: 'pool' }],
  ['messaging.client.operation.duration', { role: 'client', protocol: 'messaging' }],
  ['messaging.publish.duration', { role: 'client', protocol: 'messaging' }],
  ['messaging.receive.duration', { role: 'client', protocol: 'messaging' }],
  ['messaging.client.sent.messages', { role: 'client', protocol: 'messaging' }],
  ['messaging.client.consumed.messages', { role: 'client', protocol: 'messaging' }],
])

/** Newer and older name of the same requests. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['http.server.duration', 'http.server.request.duration'],
  ['rpc.server.duration', 'rpc.server.call.duration'],
  ['http.client.duration', 'http.client.request.duration'],
  ['rpc.client.duration', 'rpc.client.call.duration'],
])

/** The metrics to count by, of those that are there: an older name only where the newer one is not. */
export function countedOnce(names: ReadonlySet<string>): Set<string> {
  return new Set([...names].filter((name) => !names.has(renamed.get(name) ?? '')))
}

/** ms for one unit of a duration metric; null where its unit is not one of time. */
export function millisPerUnit(unit: string): number | null {
  return { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 }[unit] ?? null
}
