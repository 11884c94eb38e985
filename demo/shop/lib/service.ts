import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { SpanStatusCode, trace } from '@opentelemetry/api'
import { decodeSession, type Session, sessionAttributes, sessionHeader } from './session.ts'
import { onStop, stopWithParent } from './stop.ts'

export interface ShopRequest {
  /** The same for one request in every service that it passes through. */
  id: string
  session: Session | null
  /** What stands where the route has its `:name`; empty where it has none. */
  parameter: string
  body: unknown
}

export interface Reply {
  status: number
  body: unknown
}

export interface Route {
  method: 'GET' | 'POST'
  /** A path, or a path whose last segment is `:name`. */
  path: string
  handle(request: ShopRequest): Promise<Reply>
}

const largestBody = 16 * 1024

/** Serves the routes on loopback and says `listening <port>` on standard output. Ends with its parent. */
export function startService(routes: readonly Route[]): void {
  const server = http.createServer((request, response) => {
    void serve(routes, request, response)
  })
  server.keepAliveTimeout = 30_000
  server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`listening ${port}\n`)
  })
  stopWithParent()
  onStop(() => {
    server.close()
    server.closeIdleConnections()
  })
}

async function serve(
  routes: readonly Route[],
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const span = trace.getActiveSpan()
  try {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const found = findRoute(routes, request.method ?? 'GET', path)
    const session = decodeSession(request.headers[sessionHeader])
    if (session !== null) span?.setAttributes(sessionAttributes(session))
    if (found === null) return send(response, { status: 404, body: { error: 'no such page' } })
    span?.setAttribute('http.route', found.route.path)
    span?.updateName(`${found.route.method} ${found.route.path}`)
    const body = await readBody(request)
    const id = request.headers['x-request-id']
    const reply = await found.route.handle({
      id: typeof id === 'string' ? id : '',
      session,
      parameter: found.parameter,
      body,
    })
    send(response, reply)
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error))
    span?.recordException(cause)
    span?.setStatus({ code: SpanStatusCode.ERROR, message: cause.message })
    send(response, { status: 500, body: { error: 'internal error' } })
  }
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; parameter: string } | null {
  for (const route of routes) {
    if (route.method !== method) continue
    const colon = route.path.indexOf(':')
    if (colon < 0) {
      if (route.path === path) return { route, parameter: '' }
    } else if (path.startsWith(route.path.slice(0, colon))) {
      const parameter = path.slice(colon)
      if (parameter !== '' && !parameter.includes('/')) return { route, parameter }
    }
  }
  return null
}

async function readBody(request: http.IncomingMessage): Promise<unknown> {
  if (request.method === 'GET') return null
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > largestBody) throw new Error('the request body is too large')
    chunks.push(bytes)
  }
  return size === 0 ? null : (JSON.parse(Buffer.concat(chunks).toString()) as unknown)
}

function send(response: http.ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return
  const body = JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
