import type { OutgoingHttpHeaders } from 'node:http2'
import { statusResponse } from '../../otlp/export-response.ts'
import type { Refusal } from '../otlp-refusal.ts'

/** The sender broke the rules of gRPC, rather than those of OTLP. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** Of a status in headers: clients bound all of them together, some at 8 KiB. */
const maxMessageLength = 500

/** The headers that say how a call that failed ended (gRPC over HTTP2, "Responses"), with a google.rpc.Status. */
export function statusHeaders({ code, message, retrySeconds }: Refusal): OutgoingHttpHeaders {
  const text = message.slice(0, maxMessageLength).toWellFormed()
  const status = statusResponse('protobuf', code, text, retrySeconds)
  return {
    'grpc-status': String(code),
    'grpc-message': percentEncoded(text),
    // unpadded, as the section "Binary metadata" asks
    'grpc-status-details-bin': Buffer.from(status).toString('base64').replace(/=+$/, ''),
  }
}

/** "Percent-Encoded": all but the printable characters of ASCII, and the percent sign. */
export const percentEncoded = (text: string): string =>
  text.replace(/[^ -$&-~]+/g, (part) =>
    Buffer.from(part)
      .toString('hex')
      .toUpperCase()
      .replace(/../g, (byte) => `%${byte}`),
  )
