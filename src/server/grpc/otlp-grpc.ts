import { constants } from 'node:http2'
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { AftergreenError } from '../../errors.ts'
import { exportResponse, rpcCode } from '../../otlp/export-response.ts'
import type { Signal } from '../../signal.ts'
import { refusal } from '../admission.ts'
import { tellable } from '../error-body.ts'
import { acceptedEncodings, RequestGone } from '../otlp-body.ts'
import type { BodyLimits } from '../otlp-body.ts'
import { receiveExport } from '../otlp-export.ts'
import { limitsOf } from '../otlp-options.ts'
import type { OtlpOptions } from '../otlp-options.ts'
import { refusalOf } from '../otlp-refusal.ts'
import type { Refusal } from '../otlp-refusal.ts'
import { CallRefused, statusHeaders } from './grpc-status.ts'
import { withMessage } from './read-message.ts'

/**
 * OTLP/gRPC 1.11: the Export calls of the three services, plain or compressed. OK means that the telemetry is on disk.
 * Nothing of a call that is refused is kept. Handles the streams of an HTTP/2 server.
 */
export function otlpGrpcHandler(
  options: OtlpOptions,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  const limits = limitsOf(options)
  return (stream, headers) => {
    // a sender that goes away shows as an error of reading or writing, too; `aborted` and `close` say it all
    stream.on('error', () => {})
    const contentType = headers['content-type'] ?? ''
    if (headers[':method'] !== 'POST' || !/^application\/grpc(\+proto)?(;|$)/i.test(contentType)) {
      // gRPC over HTTP2, "Requests": other content types are answered with HTTP 415
      end(stream, { ':status': headers[':method'] === 'POST' ? 415 : 405 })
      return
    }
    receive(stream, headers, options, limits)
      .then((message) => succeed(stream, message))
      .catch((error: unknown) => {
        if (error instanceof RequestGone) {
          stream.destroy()
          return
        }
        end(stream, { ...responseHeaders, ...statusHeaders(told(error, options)) })
      })
      .catch((error: unknown) => options.onError?.(error))
  }
}

const methods: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
}

const responseHeaders: OutgoingHttpHeaders = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': `identity, ${acceptedEncodings}`,
}

const unknownMethod: Refusal = {
  code: rpcCode.unimplemented,
  message: 'The services are the TraceService, LogsService and MetricsService of OTLP.',
}

async function receive(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { rules, ingest }: OtlpOptions,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const { ':authority': host = headers.host, authorization } = headers
  const refused =
    rules === undefined
      ? null
      : refusal({ ...(host && { host }), ...(authorization && { authorization }) }, rules)
  if (refused !== null) throw refused
  const path = headers[':path'] ?? ''
  const signal = Object.hasOwn(methods, path) ? methods[path] : undefined
  if (signal === undefined) throw new CallRefused(unknownMethod)
  const encoding = headers['grpc-encoding']
  if (Array.isArray(encoding)) {
    throw new AftergreenError('OTLP_UNSUPPORTED_ENCODING', 'There are several grpc-encodings.')
  }
  return await withMessage(stream, encoding, limits, async (message) => {
    const outcome = await receiveExport(ingest, signal, 'protobuf', message)
    return exportResponse(signal, 'protobuf', outcome)
  })
}

function succeed(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  stream.respond(responseHeaders, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(Buffer.concat([prefix, message]))
}

function told(error: unknown, { onError }: OtlpOptions): Refusal {
  if (error instanceof CallRefused) return error.refusal
  const problem = tellable(error)
  if (problem.httpStatus >= 500) onError?.(error)
  return refusalOf(problem)
}

/** Answers with headers alone. What the sender still sends is not wanted: RFC 9113, section 8.1. */
function end(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  if (stream.destroyed) return
  stream.respond(headers, { endStream: true })
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
}
