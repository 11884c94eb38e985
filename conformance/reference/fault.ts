import type { IncomingHttpHeaders } from 'node:http'
import type { Encoding, Signal } from '../payloads.ts'
import type { Message } from '../wire/encode-message.ts'
import type { PartialSuccess } from '../http-checks.ts'

/** A request as the reference server sees it; what is not known yet is missing. */
export interface Seen {
  transport: 'http' | 'grpc'
  path: string
  method: string
  headers: IncomingHttpHeaders
  signal?: Signal
  encoding?: Encoding
  /** As it came. */
  raw: Buffer
  /** In how many pieces it came. */
  pieces: number
  /** Decompressed. */
  body: Buffer
  /** The request, from either encoding. */
  message: Message
  /** JSON as it was parsed, else the message. */
  json: unknown
}

/** How a request ends, whatever it came by. */
export interface Outcome {
  /** Of HTTP. */
  status: number
  /** Of gRPC. */
  code: number
  message: string
  /** What the details of the Status hold. */
  details?: 'BadRequest' | 'RetryInfo'
  /** The code that the details name, where it is another one. */
  detailsCode?: number
  partial?: PartialSuccess
  headers?: Readonly<Record<string, string>>
}

export interface HttpReply {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** What the server remembers from one request to the next. */
export interface Memory {
  /** Requests under way. */
  active: number
  bodies: Set<string>
  /** Set by a fault: nothing works any more. */
  broken: boolean
}

/** What a server that conforms does, each of which can be left out. */
export interface Settings {
  /** Of a request after decompression, in bytes. */
  limit: number
  checksPath: boolean
  checksMethod: boolean
  checksContentType: boolean
  checksCoding: boolean
  checksData: boolean
  /** In gRPC: whether a message is compressed is read from the message, not from the call. */
  readsFlag: boolean
  /** In gRPC: a compressed message needs a grpc-encoding. */
  needsEncoding: boolean
  /** In gRPC: an answer says which codings are possible. */
  offersCodings: boolean
}

/** A way in which a server does not conform. */
export interface Fault {
  about: string
  settings?: Partial<Settings>
  /** Answers before the request is looked at. */
  onArrival?(seen: Seen, memory: Memory): Outcome | undefined | Promise<Outcome | undefined>
  /** Answers once the message is known. */
  onMessage?(seen: Seen, memory: Memory): Outcome | undefined
  /** Changes the end. */
  onOutcome?(outcome: Outcome, seen: Seen, memory: Memory): Outcome
  /** Changes the answer over HTTP. */
  onReply?(reply: HttpReply, seen: Seen): HttpReply
  /** Changes the message that is answered over gRPC. */
  onGrpcMessage?(message: Buffer): Buffer
  /** The request broke off. */
  onAbort?(memory: Memory): void
  /** "Expect: 100-continue" is not understood. */
  refusesContinue?: boolean
}

export const ok: Outcome = { status: 200, code: 0, message: '' }

export const badData = (message: string): Outcome => ({
  status: 400,
  code: 3,
  message,
  details: 'BadRequest',
})

export const unsupported = (message: string): Outcome => ({ status: 415, code: 12, message })
export const notFound: Outcome = { status: 404, code: 12, message: 'There is nothing here.' }
export const failure: Outcome = { status: 500, code: 13, message: 'The server failed.' }
export const tooLarge: Outcome = { status: 413, code: 8, message: 'The request is too large.' }
export const overloaded: Outcome = {
  status: 503,
  code: 14,
  message: 'Too many requests.',
  details: 'RetryInfo',
  headers: { 'retry-after': '1' },
}
