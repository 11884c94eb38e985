import http from 'node:http'
import { trace } from '@opentelemetry/api'
import { encodeSession, sessionHeader } from './session.ts'
import type { ShopRequest } from './service.ts'

/** Another service of the shop. */
export interface Peer {
  /** Its name on the client span. */
  name: string
  port: number
}

/** An answer of another service; `body` is what its JSON says. */
export interface Answer {
  status: number
  body: unknown
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 256, timeout: 10_000 })

/**
 * Calls another service on behalf of `request`. `route` is the template of `path`, for the span.
 * Rejects where no answer arrives at all.
 */
export function call(
  peer: Peer,
  request: Pick<ShopRequest, 'id' | 'session'>,
  what: {
    method: string
    route: string
    path?: string
    body?: unknown
    headers?: Record<string, string>
    /** How long it waits for an answer; left out: 10 s. */
    timeoutMs?: number
  },
): Promise<Answer> {
  const body = what.body === undefined ? '' : JSON.stringify(what.body)
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: peer.port,
      agent,
      method: what.method,
      path: what.path ?? what.route,
      timeout: what.timeoutMs ?? 10_000,
      headers: {
        ...what.headers,
        'x-request-id': request.id,
        ...(request.session === null ? {} : { [sessionHeader]: encodeSession(request.session) }),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
      // read by the instrumentation hook in telemetry.ts
      peer: peer.name,
      route: what.route,
    }
    const outgoing = http.request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        try {
          const text = Buffer.concat(chunks).toString()
          const parsed: unknown = text === '' ? null : JSON.parse(text)
          resolve({ status: response.statusCode ?? 0, body: parsed })
        } catch (error) {
          reject(new Error(`${peer.name} did not answer with JSON`, { cause: error }))
        }
      })
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${peer.name} did not answer in time`)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The port in an environment variable. @throws where it is missing */
export function peerPort(variable: string): number {
  const port = Number(process.env[variable])
  if (!Number.isInteger(port) || port <= 0) throw new Error(`${variable} must name a port`)
  return port
}

/** Adds what only the handler knows to the span of the request that it is serving. */
export function annotate(
  attributes: Parameters<NonNullable<ReturnType<typeof trace.getActiveSpan>>['setAttributes']>[0],
): void {
  trace.getActiveSpan()?.setAttributes(attributes)
}
