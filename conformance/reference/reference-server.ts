/** A small OTLP server that conforms, or fails to in one way: the suite is tried against it. It keeps nothing. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import type { Encoding, Signal } from '../payloads.ts'
import { responseTypes } from '../payloads.ts'
import { contentTypes } from '../requests.ts'
import { encodeMessage } from '../wire/encode-message.ts'
import type { Fault, HttpReply, Memory, Outcome, Seen, Settings } from './fault.ts'
import { notFound, tooLarge, unsupported } from './fault.ts'
import { partialBody, statusBody } from './reference-bodies.ts'
import { receive } from './receive.ts'
import { referenceGrpc } from './reference-grpc.ts'

export interface ReferenceServer {
  url: URL
  grpcUrl: URL
  close(): Promise<void>
}

/** Of the reference server; small, so that going beyond it is quick. */
export const referenceLimit = 4 * 2 ** 20

const conforming: Settings = {
  limit: referenceLimit,
  checksPath: true,
  checksMethod: true,
  checksContentType: true,
  checksCoding: true,
  checksData: true,
  readsFlag: true,
  needsEncoding: true,
  offersCodings: true,
}

export async function startReference(
  fault: Fault = { about: 'conforms' },
): Promise<ReferenceServer> {
  const settings = { ...conforming, ...fault.settings }
  const memory: Memory = { active: 0, bodies: new Set(), broken: false }
  const http = referenceHttp(settings, fault, memory)
  const grpc = referenceGrpc(settings, fault, memory)
  const sessions = new Set<{ destroy(): void }>()
  grpc.on('session', (session) => sessions.add(session))
  return {
    url: await listen(http),
    grpcUrl: await listen(grpc),
    async close() {
      http.closeAllConnections()
      for (const session of sessions) session.destroy()
      await Promise.all([http, grpc].map((server) => new Promise((done) => server.close(done))))
    },
  }
}

async function listen(server: NetServer): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

function referenceHttp(settings: Settings, fault: Fault, memory: Memory): Server {
  const server = createServer((request, response) => {
    answer(request, response, settings, fault, memory).catch(() => response.destroy())
  })
  if (fault.refusesContinue === true) {
    server.on('checkContinue', (_request, response) => {
      response.writeHead(417, { connection: 'close' }).end()
    })
  }
  return server
}

const paths: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
  fault: Fault,
  memory: Memory,
): Promise<void> {
  const { headers, method = '', url: path = '' } = request
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length <= settings.limit) chunks.push(chunk)
    }
  } catch {
    fault.onAbort?.(memory)
    return
  }
  const encoding = encodingOf(headers['content-type'] ?? '')
  const signal = paths[path] ?? (settings.checksPath ? undefined : 'traces')
  const seen: Seen = {
    transport: 'http',
    path,
    method,
    headers,
    ...(signal === undefined ? {} : { signal }),
    ...(encoding === undefined ? {} : { encoding }),
    raw: Buffer.concat(chunks),
    pieces: chunks.length,
    body: Buffer.alloc(0),
    message: {},
    json: {},
  }
  const early = length > settings.limit ? tooLarge : problem(seen, settings)
  const outcome =
    early === undefined
      ? await receive(seen, headers['content-encoding'] ?? '', settings, fault, memory)
      : (fault.onOutcome?.(early, seen, memory) ?? early)
  const reply = replyOf(outcome, signal ?? 'traces', encoding ?? 'json')
  const changed = fault.onReply?.(reply, seen) ?? reply
  response.writeHead(changed.status, {
    ...changed.headers,
    'content-length': changed.body.length,
  })
  response.end(changed.body)
}

function problem({ signal, encoding, method }: Seen, settings: Settings): Outcome | undefined {
  if (signal === undefined) return notFound
  if (method !== 'POST' && settings.checksMethod) {
    return { status: 405, code: 12, message: 'Only POST.', headers: { allow: 'POST' } }
  }
  const isKnown = encoding !== undefined || !settings.checksContentType
  return isKnown ? undefined : unsupported('This Content-Type is not supported.')
}

function encodingOf(contentType: string): Encoding | undefined {
  const [type = ''] = contentType.toLowerCase().split(';')
  if (type.trim() === contentTypes.protobuf) return 'protobuf'
  return type.trim() === contentTypes.json ? 'json' : undefined
}

function replyOf(outcome: Outcome, signal: Signal, encoding: Encoding): HttpReply {
  const headers = { ...outcome.headers, 'content-type': contentTypes[encoding] }
  if (outcome.code !== 0) {
    return { status: outcome.status, headers, body: statusBody(outcome, encoding) }
  }
  const message = partialBody(signal, outcome)
  const body =
    encoding === 'json'
      ? Buffer.from(JSON.stringify(message))
      : encodeMessage(responseTypes[signal], message)
  return { status: outcome.status, headers, body }
}
