/** What an answer over gRPC must be like. Each throws Unmet with what was seen. */
import type { FramesAnswer } from './clients/grpc-frames.ts'
import type { GrpcAnswer } from './clients/grpc-client.ts'
import { Unmet } from './conformance-case.ts'
import { expectThat, partialSuccessOf } from './http-checks.ts'
import type { PartialSuccess } from './http-checks.ts'
import type { Signal } from './payloads.ts'
import { responseTypes } from './payloads.ts'
import { decodeMessage } from './wire/decode-message.ts'
import type { Message } from './wire/encode-message.ts'

/** Codes of gRPC: grpc/grpc doc/statuscodes.md. */
export const codes = {
  OK: 0,
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
} as const

/** "OTLP/gRPC Response: Failures": those that make a client send again. */
export const retryableCodes: readonly number[] = [
  codes.CANCELLED,
  codes.DEADLINE_EXCEEDED,
  codes.ABORTED,
  codes.OUT_OF_RANGE,
  codes.UNAVAILABLE,
  codes.DATA_LOSS,
]

export function succeeded(signal: Signal): (answer: GrpcAnswer) => void {
  return (answer) => {
    const partial = grpcPartialSuccess(answer, signal)
    expectThat(
      partial === undefined || partial.rejected === 0,
      `${partial?.rejected} were rejected: ${partial?.message}`,
    )
  }
}

export function grpcPartialSuccess(
  { code, details, message }: GrpcAnswer,
  signal: Signal,
): PartialSuccess | undefined {
  expectThat(code === codes.OK, `the status is ${code} "${details}", and 0 was expected`)
  expectThat(message !== undefined, 'there is no message')
  return partialSuccessOf(responseOf(message, signal))
}

export function responseOf(message: Buffer, signal: Signal): Message {
  return decodeOr(responseTypes[signal], message, 'the message')
}

export function endedWith(code: number): (answer: { code: number; details: string }) => void {
  return (answer) => {
    expectThat(
      answer.code === code,
      `the status is ${answer.code} "${answer.details}", and ${code} was expected`,
    )
  }
}

/** The types of the details of a google.rpc.Status, without what precedes them. */
export function detailTypes(status: Message): string[] {
  const details = (status['details'] ?? []) as readonly Message[]
  return details.map(({ typeUrl = '' }) => String(typeUrl).replace(/^.*\//, ''))
}

export function statusDetails(bytes: Buffer): Message {
  return decodeOr('RpcStatus', bytes, 'grpc-status-details-bin')
}

/** The status of a call made by hand. */
export function framesStatus({ headers, trailers }: FramesAnswer): {
  code: number
  details: string
} {
  const code = trailers['grpc-status']
  expectThat(
    code !== undefined,
    `there is no grpc-status; the HTTP status is ${String(headers[':status'])}`,
  )
  return { code: Number(code), details: String(trailers['grpc-message'] ?? '') }
}

function decodeOr(type: string, bytes: Buffer, what: string): Message {
  try {
    return decodeMessage(type, bytes)
  } catch (error) {
    throw new Unmet(
      `${what} is no ${type}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
