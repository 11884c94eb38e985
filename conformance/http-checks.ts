/** What an answer over HTTP must be like. Each throws Unmet with what was seen. */
import { gunzipSync } from 'node:zlib'
import type { HttpAnswer } from './clients/http-client.ts'
import { NotRun, Unmet } from './conformance-case.ts'
import type { Encoding, Signal } from './payloads.ts'
import { responseTypes } from './payloads.ts'
import { decodeMessage } from './wire/decode-message.ts'
import type { Message } from './wire/encode-message.ts'
import { readJson } from './wire/read-json.ts'

export function expectThat(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Unmet(problem)
}

/** A partial_success: what was rejected, and why. */
export interface PartialSuccess {
  rejected: number
  message: string
}

/** Status 200 and nothing rejected; a warning is fine. */
export function accepted(signal: Signal, encoding: Encoding): (answer: HttpAnswer) => void {
  return (answer) => {
    const partial = partialSuccess(answer, signal, encoding)
    expectThat(
      partial === undefined || partial.rejected === 0,
      `${partial?.rejected} were rejected: ${partial?.message}`,
    )
  }
}

/** Status 200; its partial_success, where it has one. */
export function partialSuccess(
  answer: HttpAnswer,
  signal: Signal,
  encoding: Encoding,
): PartialSuccess | undefined {
  expectThat(
    answer.status === 200,
    `the status is ${answer.status}${told(answer)}, and 200 was expected`,
  )
  return partialSuccessOf(exportResponse(answer.body, signal, encoding))
}

export function partialSuccessOf(response: Message): PartialSuccess | undefined {
  const partial = response['partialSuccess'] as Message | undefined
  if (partial === undefined) return undefined
  const { errorMessage = '', ...rest } = partial
  return { rejected: Number(Object.values(rest)[0] ?? 0), message: errorMessage as string }
}

/** The body as an Export…ServiceResponse. */
export function exportResponse(body: Buffer, signal: Signal, encoding: Encoding): Message {
  return decoded(body, responseTypes[signal], encoding)
}

/** A status of one of these codes. */
export function refusedWith(...statuses: readonly number[]): (answer: HttpAnswer) => void {
  return ({ status }) => {
    expectThat(
      statuses.includes(status),
      `the status is ${status}, and ${statuses.join(' or ')} was expected`,
    )
  }
}

/** Any status of 4xx. */
export function refusedAsBad({ status }: HttpAnswer): void {
  expectThat(status >= 400 && status < 500, `the status is ${status}, and 4xx was expected`)
}

/** The body as a google.rpc.Status, whatever its status; details keep the form of their encoding. */
export function statusOf(answer: HttpAnswer, encoding: Encoding): Message {
  expectThat(answer.status >= 400, `the status is ${answer.status}, and an error was expected`)
  if (encoding === 'protobuf') return decoded(answer.body, 'RpcStatus', 'protobuf')
  const status = parsed(answer.body)
  const { code = 0, message = '', details = [] } = status
  expectThat(
    typeof code === 'number' && typeof message === 'string' && Array.isArray(details),
    'the body is JSON and no google.rpc.Status',
  )
  return status
}

/** The body is a google.rpc.Status that says something. */
export function explained(encoding: Encoding): (answer: HttpAnswer) => void {
  return (answer) => {
    const { message } = statusOf(answer, encoding)
    expectThat(typeof message === 'string' && message.trim() !== '', 'the Status has no message')
  }
}

/** Content types are compared without parameters. */
export function mediaType(answer: HttpAnswer): string {
  const [type = ''] = (answer.headers['content-type'] ?? '').split(';')
  return type.trim().toLowerCase()
}

export function plainBody(answer: HttpAnswer): Buffer {
  const { 'content-encoding': encoding = 'identity' } = answer.headers
  if (encoding === 'identity') return answer.body
  expectThat(encoding === 'gzip', `the Content-Encoding of the answer is ${encoding}`)
  try {
    return gunzipSync(answer.body)
  } catch {
    throw new Unmet('the answer says that it is gzip and is not')
  }
}

/** Ends a case that has nothing to look at, because the server took all. */
export function orNotRun<T>(value: T | undefined, reason: string): T {
  if (value === undefined) throw new NotRun(reason)
  return value
}

function decoded(body: Buffer, type: string, encoding: Encoding): Message {
  try {
    return encoding === 'protobuf' ? decodeMessage(type, body) : readJson(type, parsed(body))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Unmet(`the body is no ${type} in ${encoding}: ${reason}`)
  }
}

function parsed(body: Buffer): Message {
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    throw new Unmet('the body is not JSON')
  }
  expectThat(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    'the body is not a JSON object',
  )
  return value as Message
}

function told({ body }: HttpAnswer): string {
  const text = body
    .subarray(0, 200)
    .toString()
    .replace(/[^ -~]+/g, ' ')
    .trim()
  return text === '' ? '' : ` (${text})`
}
