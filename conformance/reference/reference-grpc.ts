import { constants, createServer } from 'node:http2'
import type {
  Http2Server,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Stream,
} from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Signal } from '../payloads.ts'
import { responseTypes } from '../payloads.ts'
import { grpcPath } from '../requests.ts'
import { encodeMessage } from '../wire/encode-message.ts'
import type { Fault, Memory, Outcome, Seen, Settings } from './fault.ts'
import { badData, notFound, tooLarge, unsupported } from './fault.ts'
import { partialBody, statusBody } from './reference-bodies.ts'
import { receive } from './receive.ts'

const signals: readonly Signal[] = ['traces', 'logs', 'metrics']

/** OTLP/gRPC on HTTP/2, as simple as can be. */
export function referenceGrpc(settings: Settings, fault: Fault, memory: Memory): Http2Server {
  const server = createServer()
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    stream.once('aborted', () => fault.onAbort?.(memory))
    answer(stream, headers, settings, fault, memory).catch(() => stream.destroy())
  })
  return server
}

async function answer(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  settings: Settings,
  fault: Fault,
  memory: Memory,
): Promise<void> {
  const type = headers['content-type'] ?? ''
  if (settings.checksContentType && !/^application\/grpc(\+proto)?$/.test(type)) {
    stream.respond({ ':status': 415 }, { endStream: true })
    return
  }
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of stream.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length > settings.limit + 5) break
    }
  } catch {
    return
  }
  // a call that was cancelled ends like any other; that it was cancelled is known a moment later
  await sleep(5)
  if (stream.destroyed || stream.aborted) return
  const call = Buffer.concat(chunks)
  const path = String(headers[':path'])
  const known = signals.find((signal) => grpcPath(signal) === path)
  const signal = known ?? (settings.checksPath ? undefined : 'traces')
  const seen: Seen = {
    transport: 'grpc',
    path,
    method: 'POST',
    headers,
    ...(signal === undefined ? {} : { signal }),
    encoding: 'protobuf',
    raw: call.subarray(5),
    pieces: chunks.length,
    body: Buffer.alloc(0),
    message: {},
    json: {},
  }
  const early = signal === undefined ? notFound : frameProblem(call, seen, settings)
  const outcome =
    early === undefined
      ? await receive(seen, codingOf(call, seen, settings), settings, fault, memory)
      : (fault.onOutcome?.(early, seen, memory) ?? early)
  end(stream, outcome, signal ?? 'traces', settings, fault)
  if (length > settings.limit + 5) stream.close(constants.NGHTTP2_NO_ERROR)
}

function frameProblem(call: Buffer, { headers }: Seen, settings: Settings): Outcome | undefined {
  if (call.length > settings.limit + 5) return tooLarge
  const isWhole = call.length >= 5 && call.readUInt32BE(1) === call.length - 5
  if (!isWhole && settings.checksData) return badData('The message is cut off.')
  const encoding = headers['grpc-encoding']
  if (call[0] === 1 && encoding === undefined && settings.needsEncoding) {
    return { status: 500, code: 13, message: 'The message is compressed, and how is not said.' }
  }
  const isKnown = /^(gzip|identity|zstd)$/.test(String(encoding ?? 'identity'))
  return isKnown || !settings.checksCoding ? undefined : unsupported('Unknown grpc-encoding.')
}

function codingOf(call: Buffer, { headers }: Seen, settings: Settings): string {
  const encoding = String(headers['grpc-encoding'] ?? '')
  if (!settings.readsFlag) return encoding
  if (call[0] !== 1) return ''
  return encoding === '' ? 'gzip' : encoding
}

function end(
  stream: ServerHttp2Stream,
  outcome: Outcome,
  signal: Signal,
  settings: Settings,
  fault: Fault,
): void {
  const headers: OutgoingHttpHeaders = {
    ':status': 200,
    'content-type': 'application/grpc',
    ...(settings.offersCodings ? { 'grpc-accept-encoding': 'identity,gzip,zstd' } : {}),
  }
  if (outcome.code !== 0) {
    const details = statusBody(outcome, 'protobuf')
    stream.respond(
      {
        ...headers,
        'grpc-status': outcome.code,
        'grpc-message': encodeURIComponent(outcome.message),
        ...(outcome.details === undefined
          ? {}
          : { 'grpc-status-details-bin': details.toString('base64') }),
      },
      { endStream: true },
    )
    return
  }
  const body = encodeMessage(responseTypes[signal], partialBody(signal, outcome))
  const message = fault.onGrpcMessage?.(body) ?? body
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  stream.respond(headers, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': 0 }))
  stream.end(Buffer.concat([prefix, message]))
}
