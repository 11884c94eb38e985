import type { Signal } from '../signal.ts'
import type { DecodeOutcome, OtlpEncoding } from './decode-export.ts'
import { bytesField, textField, varintField } from './wire-writer.ts'

/** Of a response before compression: OTLP specification, "OTLP/HTTP Response". */
export const maxResponseBytes = 4 * 2 ** 20

const rejectedNames: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}

/**
 * The body of a successful answer: an Export…ServiceResponse. Its `partial_success` is unset when all was kept without a
 * warning (OTLP specification, "Partial Success"). A message that does not fit is shortened.
 */
export function exportResponse(
  signal: Signal,
  encoding: OtlpEncoding,
  outcome: DecodeOutcome,
  maxBytes = maxResponseBytes,
): Uint8Array {
  const { rejected, errorMessage } = outcome
  const isFull = rejected === 0 && errorMessage === ''
  if (isFull) return encoding === 'json' ? Buffer.from('{}') : new Uint8Array(0)
  return withinLimit(errorMessage, maxBytes, (message) => {
    if (encoding === 'json') {
      const partialSuccess = { [rejectedNames[signal]]: String(rejected), errorMessage: message }
      return Buffer.from(JSON.stringify({ partialSuccess }))
    }
    return bytesField(1, Buffer.concat([varintField(1, rejected), textField(2, message)]))
  })
}

/** Codes of `google.rpc.Status` (google/rpc/code.proto), which are those of gRPC. */
export const rpcCode = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const
export type RpcCode = (typeof rpcCode)[keyof typeof rpcCode]

const badRequestType = 'type.googleapis.com/google.rpc.BadRequest'
const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo'

/**
 * The body of any other answer: a `google.rpc.Status`, for an invalid argument with `google.rpc.BadRequest` details.
 * @param retrySeconds when the sender should try again: `google.rpc.RetryInfo` details; left out where it should not
 */
export function statusResponse(
  encoding: OtlpEncoding,
  code: RpcCode,
  message: string,
  retrySeconds?: number,
  maxBytes = maxResponseBytes,
): Uint8Array {
  return withinLimit(message, maxBytes, (text) =>
    encoding === 'json'
      ? jsonStatus(code, text, retrySeconds)
      : wireStatus(code, text, retrySeconds),
  )
}

function jsonStatus(code: RpcCode, message: string, retrySeconds: number | undefined): Uint8Array {
  const details: object[] = []
  if (code === rpcCode.invalidArgument) {
    const fieldViolations = [{ field: 'body', description: message }]
    details.push({ '@type': badRequestType, fieldViolations })
  }
  if (retrySeconds !== undefined) {
    details.push({ '@type': retryInfoType, retryDelay: `${retrySeconds}s` })
  }
  return Buffer.from(JSON.stringify({ code, message, ...(details.length > 0 ? { details } : {}) }))
}

function wireStatus(code: RpcCode, message: string, retrySeconds: number | undefined): Uint8Array {
  const parts = [varintField(1, code), textField(2, message)]
  if (code === rpcCode.invalidArgument) {
    const violation = Buffer.concat([textField(1, 'body'), textField(2, message)])
    parts.push(wireDetail(badRequestType, bytesField(1, violation)))
  }
  if (retrySeconds !== undefined) {
    parts.push(wireDetail(retryInfoType, bytesField(1, varintField(1, retrySeconds))))
  }
  return Buffer.concat(parts)
}

/** One of the details of a Status: a google.protobuf.Any. */
const wireDetail = (type: string, value: Uint8Array): Uint8Array =>
  bytesField(3, Buffer.concat([textField(1, type), bytesField(2, value)]))

/** The answer with as much of its message as fits. Escapes and copies of the message count, so it is tried out. */
function withinLimit(
  message: string,
  maxBytes: number,
  make: (message: string) => Uint8Array,
): Uint8Array {
  let text = message
  for (;;) {
    const body = make(text)
    if (body.length <= maxBytes || text === '') return body
    text = text.length > 64 ? `${text.slice(0, text.length / 2).toWellFormed()}…` : ''
  }
}
