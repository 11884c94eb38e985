import type { Signal } from '../signal.ts'
import type { DecodeOutcome, OtlpEncoding } from './decode-export.ts'
import { bytesField, textField, varintField } from './wire-writer.ts'

const rejectedNames: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}

/**
 * The body of a successful answer: an Export…ServiceResponse. Its `partial_success` is unset when all was kept without a
 * warning (OTLP specification, "Partial Success").
 */
export function exportResponse(
  signal: Signal,
  encoding: OtlpEncoding,
  outcome: DecodeOutcome,
): Uint8Array {
  const { rejected, errorMessage } = outcome
  const isFull = rejected === 0 && errorMessage === ''
  if (encoding === 'json') {
    const partialSuccess = { [rejectedNames[signal]]: String(rejected), errorMessage }
    return Buffer.from(JSON.stringify(isFull ? {} : { partialSuccess }))
  }
  if (isFull) return new Uint8Array(0)
  return bytesField(1, Buffer.concat([varintField(1, rejected), textField(2, errorMessage)]))
}

/** Codes of `google.rpc.Status` (google/rpc/code.proto). */
export const rpcCode = {
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const
export type RpcCode = (typeof rpcCode)[keyof typeof rpcCode]

const badRequestType = 'type.googleapis.com/google.rpc.BadRequest'

/** The body of any other answer: a `google.rpc.Status`, for an invalid argument with `google.rpc.BadRequest` details. */
export function statusResponse(encoding: OtlpEncoding, code: RpcCode, message: string): Uint8Array {
  const isBadRequest = code === rpcCode.invalidArgument
  if (encoding === 'json') {
    const details = [
      { '@type': badRequestType, fieldViolations: [{ field: 'body', description: message }] },
    ]
    return Buffer.from(JSON.stringify({ code, message, ...(isBadRequest ? { details } : {}) }))
  }
  const violation = Buffer.concat([textField(1, 'body'), textField(2, message)])
  const detail = [textField(1, badRequestType), bytesField(2, bytesField(1, violation))]
  return Buffer.concat([
    varintField(1, code),
    textField(2, message),
    ...(isBadRequest ? [bytesField(3, Buffer.concat(detail))] : []),
  ])
}
