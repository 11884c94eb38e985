import type { IncomingMessage, ServerResponse } from 'node:http'
import { AftergreenError } from '../errors.ts'
import type { OtlpEncoding } from '../otlp/decode-export.ts'
import { exportResponse, rpcCode, statusResponse } from '../otlp/export-response.ts'
import type { Signal } from '../signal.ts'
import { refusal } from './admission.ts'
import { tellable } from './error-body.ts'
import { acceptedEncodings, RequestGone, withBody } from './otlp-body.ts'
import type { BodyLimits } from './otlp-body.ts'
import { receiveExport } from './otlp-export.ts'
import { limitsOf } from './otlp-options.ts'
import type { OtlpOptions } from './otlp-options.ts'
import { refusalOf } from './otlp-refusal.ts'

/**
 * @param awaitsContinue the sender holds its body back until it is told to go on ("Expect: 100-continue")
 */
export type OtlpHttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue?: boolean,
) => void

/**
 * OTLP/HTTP 1.11: POST /v1/traces, /v1/metrics, /v1/logs in protobuf or JSON, plain or compressed. An answer of 200 means
 * that the telemetry is on disk. Nothing of a request that is refused is kept.
 */
export function otlpHttpHandler(options: OtlpOptions): OtlpHttpHandler {
  const limits = limitsOf(options)
  return (request, response, awaitsContinue = false) => {
    const format = formatOf(request)
    // where it is not called, Node closes the connection: whether the body comes after all could not be told
    const proceed = (): void => {
      if (awaitsContinue) response.writeContinue()
    }
    const answer = receive(request, options, limits, proceed)
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
  { rules, ingest }: OtlpOptions,
  limits: BodyLimits,
  proceed: () => void,
): Promise<Answer> {
  const refused = rules === undefined ? null : refusal(request.headers, rules)
  if (refused !== null) throw refused
  const [path = ''] = (request.url ?? '').split('?')
  const signal = Object.hasOwn(paths, path) ? paths[path] : undefined
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
  return await withBody(request, limits, proceed, async (body) => {
    const outcome = await receiveExport(ingest, signal, encoding, body)
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

/** Headers that tell a sender what it could do differently: RFC 9110, sections 11.6.1, 12.5.1 and 12.5.3. */
const advice: Partial<Record<AftergreenError['code'], Readonly<Record<string, string>>>> = {
  UNAUTHORIZED: { 'www-authenticate': 'Bearer realm="Aftergreen"' },
  OTLP_UNSUPPORTED_MEDIA_TYPE: { accept: Object.values(contentTypes).join(', ') },
  OTLP_UNSUPPORTED_ENCODING: { 'accept-encoding': acceptedEncodings },
}

function refusalAnswer(problem: AftergreenError, encoding: OtlpEncoding): Answer {
  const { code, message, retrySeconds } = refusalOf(problem)
  return {
    status: problem.httpStatus,
    headers: {
      ...advice[problem.code],
      ...(retrySeconds === undefined ? {} : { 'retry-after': String(retrySeconds) }),
    },
    body: statusResponse(encoding, code, message, retrySeconds),
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
