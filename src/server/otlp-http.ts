import { hash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AftergreenError } from '../errors.ts'
import type { OtlpEncoding } from '../otlp/decode-export.ts'
import { decodeExport } from '../otlp/decode-export.ts'
import { exportResponse, rpcCode, statusResponse } from '../otlp/export-response.ts'
import type { RpcCode } from '../otlp/export-response.ts'
import type { Signal } from '../signal.ts'
import type { Store } from '../store/store.ts'
import { tellable } from './error-body.ts'
import type { BodyLimits } from './otlp-body.ts'
import { ByteBudget, RequestGone, withBody } from './otlp-body.ts'

export interface OtlpHttpOptions {
  ingest: Store['ingest']
  /** Of one body after decompression; 64 MiB, the limit that the specification names. */
  maxBodyBytes?: number
  /** Of all bodies being received together; 256 MiB. */
  maxReceivingBytes?: number
  /** How long a body may take to arrive, in ms; 30 s. */
  bodyTimeout?: number
  /** Called with what is not the sender's fault. */
  onError?: (error: unknown) => void
}

/**
 * OTLP/HTTP 1.11: POST /v1/traces, /v1/metrics, /v1/logs in protobuf or JSON, plain or compressed. An answer of 200 means
 * that the telemetry is on disk. Nothing of a request that is refused is kept.
 */
export function otlpHttpHandler(
  options: OtlpHttpOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const mebibyte = 2 ** 20
  const limits: BodyLimits = {
    maxBytes: options.maxBodyBytes ?? 64 * mebibyte,
    timeout: options.bodyTimeout ?? 30_000,
    budget: new ByteBudget(options.maxReceivingBytes ?? 256 * mebibyte),
  }
  return (request, response) => {
    const format = formatOf(request)
    const answer = receive(request, options.ingest, limits)
      .catch((error: unknown): Answer | undefined => {
        if (error instanceof RequestGone) return undefined
        const problem = tellable(error)
        if (problem.httpStatus >= 500) options.onError?.(error)
        return refusalAnswer(problem, format ?? 'json')
      })
      .then((answer) => {
        send(response, answer, format ?? 'json')
        // what is left of a refused body must not block the connection
        if (!request.complete) request.resume()
      })
    answer.catch((error: unknown) => options.onError?.(error))
  }
}

interface Answer {
  status: number
  headers?: Readonly<Record<string, string>>
  body: Uint8Array
}

const contentTypes = { protobuf: 'application/x-protobuf', json: 'application/json' } as const

const paths: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics',
  '/v1/logs': 'logs',
}

async function receive(
  request: IncomingMessage,
  ingest: Store['ingest'],
  limits: BodyLimits,
): Promise<Answer> {
  const [path = ''] = (request.url ?? '').split('?')
  const signal = paths[path]
  const encoding = formatOf(request)
  if (signal === undefined) {
    const message = 'OTLP is received at /v1/traces, /v1/metrics and /v1/logs.'
    return { status: 404, body: statusResponse(encoding ?? 'json', rpcCode.notFound, message) }
  }
  if (request.method !== 'POST') {
    const body = statusResponse(encoding ?? 'json', rpcCode.unimplemented, 'Only POST is possible.')
    return { status: 405, headers: { allow: 'POST' }, body }
  }
  if (encoding === undefined) {
    throw new AftergreenError(
      'OTLP_UNSUPPORTED_MEDIA_TYPE',
      'The Content-Type is neither application/x-protobuf nor application/json.',
      { hint: 'Choose http/protobuf or http/json in the exporter.' },
    )
  }
  return await withBody(request, limits, async (body) => {
    const requestHash = `${signal}-${hash('sha1', body)}`
    const { outcome } = await ingest(signal, requestHash, (batch) =>
      decodeExport(signal, encoding, body, batch),
    )
    return { status: 200, body: exportResponse(signal, encoding, outcome) }
  })
}

function formatOf(request: IncomingMessage): OtlpEncoding | undefined {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  switch (type.trim().toLowerCase()) {
    case contentTypes.protobuf:
      return 'protobuf'
    case contentTypes.json:
      return 'json'
    default:
      return undefined
  }
}

const codeOfStatus: Readonly<Record<number, RpcCode>> = {
  400: rpcCode.invalidArgument,
  413: rpcCode.resourceExhausted,
  415: rpcCode.unimplemented,
  503: rpcCode.unavailable,
}

/** Senders try again after 503 and only then: OTLP specification, "Retryable Response Codes". */
function refusalAnswer(problem: AftergreenError, encoding: OtlpEncoding): Answer {
  const status = problem.httpStatus
  const message =
    problem.hint === undefined ? problem.message : `${problem.message} ${problem.hint}`
  return {
    status,
    headers: status === 503 ? { 'retry-after': problem.code === 'OTLP_BUSY' ? '1' : '5' } : {},
    body: statusResponse(encoding, codeOfStatus[status] ?? rpcCode.internal, message),
  }
}

function send(response: ServerResponse, answer: Answer | undefined, encoding: OtlpEncoding): void {
  if (answer === undefined || response.destroyed) {
    response.destroy()
    return
  }
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-type': contentTypes[encoding],
    'content-length': answer.body.length,
  })
  response.end(answer.body)
}
