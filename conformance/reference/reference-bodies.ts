import type { Encoding, Signal } from '../payloads.ts'
import { encodeMessage } from '../wire/encode-message.ts'
import type { Message } from '../wire/encode-message.ts'
import type { Outcome } from './fault.ts'

const rejectedNames: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}

/** The response of an export, as a message. */
export function partialBody(signal: Signal, { partial }: Outcome): Message {
  if (partial === undefined) return {}
  const { rejected, message } = partial
  return {
    partialSuccess: { [rejectedNames[signal]]: String(rejected), errorMessage: message },
  }
}

/** A google.rpc.Status. */
export function statusBody(outcome: Outcome, encoding: Encoding): Buffer {
  const { code, detailsCode = code, message, details } = outcome
  const content: Readonly<Record<string, Message>> = {
    BadRequest: { fieldViolations: [{ field: 'body', description: message }] },
    RetryInfo: encoding === 'json' ? { retryDelay: '1s' } : { retryDelay: { seconds: '1' } },
  }
  const type = `type.googleapis.com/google.rpc.${details}`
  const status = { code: detailsCode, message }
  if (encoding === 'json') {
    const list = details === undefined ? [] : [{ '@type': type, ...content[details] }]
    return Buffer.from(JSON.stringify({ ...status, details: list }))
  }
  if (details === undefined) return encodeMessage('RpcStatus', status)
  const value = encodeMessage(details, content[details] ?? {}).toString('base64')
  return encodeMessage('RpcStatus', { ...status, details: [{ typeUrl: type, value }] })
}
