import type { AftergreenError } from '../errors.ts'
import { rpcCode } from '../otlp/export-response.ts'
import type { RpcCode } from '../otlp/export-response.ts'

/** What a sender whose export was refused is told, over HTTP and gRPC alike. */
export interface Refusal {
  code: RpcCode
  message: string
  /** When to try again; left out where trying again cannot help. */
  retrySeconds?: number
}

const codeOfStatus: Readonly<Record<number, RpcCode>> = {
  400: rpcCode.invalidArgument,
  401: rpcCode.unauthenticated,
  403: rpcCode.permissionDenied,
  404: rpcCode.notFound,
  413: rpcCode.resourceExhausted,
  415: rpcCode.unimplemented,
  503: rpcCode.unavailable,
}

/** Soon where the cause passes by itself; later where a disk is full or the engine is behind. */
const secondsUntilRetry: Partial<Record<AftergreenError['code'], number>> = {
  OTLP_BUSY: 1,
  STARTING: 1,
}

/** Senders try again after 503 or UNAVAILABLE and only then: OTLP specification, "Retryable Response Codes", "Failures". */
export function refusalOf(problem: AftergreenError): Refusal {
  const { message, hint, httpStatus } = problem
  return {
    code: codeOfStatus[httpStatus] ?? rpcCode.internal,
    message: hint === undefined ? message : `${message} ${hint}`,
    ...(httpStatus === 503 ? { retrySeconds: secondsUntilRetry[problem.code] ?? 5 } : {}),
  }
}
