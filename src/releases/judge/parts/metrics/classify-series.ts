import type { KnownMetric } from './known-metrics.ts'

export type Attributes = Readonly<Record<string, string>>

/** What the requests of one series are. */
export interface SeriesMeaning {
  /** `POST /orders`, `orders.Cart/Add`, `postgresql SELECT cart`: as its spans would be named. */
  operation: string
  failed: boolean
}

/** Attributes that say how a request ended, or that name its operation: no cohort is made of them. */
export const meaningKeys: ReadonlySet<string> = new Set([
  'error.type',
  'http.response.status_code',
  'http.status_code',
  'http.request.method',
  'http.method',
  'http.route',
  'rpc.method',
  'rpc.service',
  'rpc.response.status_code',
  'rpc.status_code',
  'rpc.grpc.status_code',
  'rpc.connect_rpc.error_code',
  'db.response.status_code',
])

/** gRPC codes that are the server's fault (semantic conventions, rpc/grpc.md): the rest are the caller's. */
const serverFaults = new Set(
  '2 4 12 13 14 15 UNKNOWN DEADLINE_EXCEEDED UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS'.split(
    ' ',
  ),
)

export function meaningOf({ protocol, role }: KnownMetric, attributes: Attributes): SeriesMeaning {
  const one = (...keys: string[]): string =>
    keys.map((key) => attributes[key] ?? '').find((value) => value !== '') ?? ''
  const words = (...parts: string[]): string => parts.filter((part) => part !== '').join(' ')
  const error = one('error.type')
  if (protocol === 'http') {
    const status = one('http.response.status_code', 'http.status_code')
    const method = one('http.request.method', 'http.method')
    const where =
      role === 'server'
        ? one('http.route')
        : words(one('server.address', 'net.peer.name'), one('url.template'))
    return {
      operation: words(method, where),
      // some libraries set error.type for the caller's mistakes too, which are not the server's failures
      failed:
        role === 'server' && /^4\d\d$/.test(status)
          ? error !== '' && error !== status
          : /^5\d\d$/.test(status) || error !== '',
    }
  }
  if (protocol === 'rpc') {
    const status = one('rpc.response.status_code', 'rpc.grpc.status_code', 'rpc.status_code')
    const [service, method] = [one('rpc.service'), one('rpc.method')]
    const operation =
      service === '' || method.includes('/')
        ? method
        : [service, method].filter((part) => part !== '').join('/')
    const ended = status !== ''
    const failed = role === 'server' ? serverFaults.has(status) : !['0', 'OK'].includes(status)
    return { operation, failed: ended ? failed : error !== '' }
  }
  if (protocol === 'db') {
    const target = one('db.collection.name', 'db.sql.table', 'db.namespace')
    const operation = words(one('db.system.name', 'db.system'), one('db.operation.name'), target)
    return { operation, failed: error !== '' }
  }
  if (protocol === 'messaging') {
    const verb = one('messaging.operation.name', 'messaging.operation')
    const target = one('messaging.destination.template', 'messaging.destination.name')
    return { operation: words(verb, target), failed: error !== '' }
  }
  return {
    operation: words('pool', one('db.client.connection.pool.name')),
    failed: error !== '',
  }
}
