/** The usual requests of the tables of cases. */
import { gzipSync } from 'node:zlib'
import type { GrpcRequest } from './clients/grpc-client.ts'
import type { HttpAnswer, HttpRequest } from './clients/http-client.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { requestBytes, simple } from './payloads.ts'
import type { Encoding, Signal } from './payloads.ts'
import type { Message } from './wire/encode-message.ts'

export const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

type More = Partial<Omit<HttpRequest, 'path'>> & { gzip?: boolean }

/** POST /v1/SIGNAL with these bytes. */
export function post(
  signal: Signal,
  encoding: Encoding,
  body: Uint8Array | string,
  { gzip = false, headers = {}, ...more }: More = {},
): HttpRequest {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    path: `/v1/${signal}`,
    body: gzip ? gzipSync(bytes) : bytes,
    ...more,
    headers: {
      'content-type': contentTypes[encoding],
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...headers,
    },
  }
}

/** The same with a message. */
export const postMessage = (
  signal: Signal,
  encoding: Encoding,
  message: Message = simple[signal](),
  more: More = {},
): HttpRequest => post(signal, encoding, requestBytes(signal, message, encoding), more)

/** Sends one request and looks at its answer. */
export const sending =
  (
    request: () => HttpRequest,
    ...checks: readonly ((answer: HttpAnswer) => void)[]
  ): ConformanceCase['run'] =>
  async (target) => {
    const answer = await target.send(request())
    for (const check of checks) check(answer)
  }

const services: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
}

export const grpcPath = (signal: Signal): string =>
  `/opentelemetry.proto.collector.${services[signal]}/Export`

export const grpcMessage = (
  signal: Signal,
  message: Message = simple[signal](),
  more: Partial<GrpcRequest> = {},
): GrpcRequest => ({
  path: grpcPath(signal),
  message: requestBytes(signal, message, 'protobuf'),
  ...more,
})
