import { AftergreenError } from '../../errors.ts'
import type { ImportRequest } from './imports.ts'

const brace = 0x7b
const newline = 0x0a

/**
 * The requests in the body of an import, by its media type.
 * @throws UNSUPPORTED_MEDIA_TYPE, OTLP_MALFORMED
 */
export function importBody(type: string, body: Buffer): ImportRequest[] {
  if (type === 'application/x-protobuf') return [{ encoding: 'protobuf', body }]
  if (type === 'application/json' || type === 'application/x-ndjson') return lines(body)
  if (type === 'application/octet-stream') return framesIn(body)
  throw new AftergreenError('UNSUPPORTED_MEDIA_TYPE', 'This kind of body cannot be imported.', {
    hint: 'Send application/x-protobuf, application/x-ndjson or application/octet-stream.',
  })
}

/** Puts requests together as `application/octet-stream`. */
export function framed(requests: readonly Uint8Array[]): Buffer {
  const parts = requests.flatMap((body) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(body.length)
    return [head, body]
  })
  return Buffer.concat(parts)
}

function framesIn(body: Buffer): ImportRequest[] {
  const requests: ImportRequest[] = []
  for (let at = 0; at < body.length;) {
    const start = at + 4
    const end = start <= body.length ? start + body.readUInt32BE(at) : Infinity
    if (end > body.length) {
      throw new AftergreenError('OTLP_MALFORMED', 'The body ends in the middle of a request.', {
        hint: 'Each request follows its length in four bytes, big end first.',
      })
    }
    requests.push(requestOf(body.subarray(start, end)))
    at = end
  }
  return requests
}

function lines(body: Buffer): ImportRequest[] {
  const requests: ImportRequest[] = []
  for (let at = 0; at < body.length;) {
    const found = body.indexOf(newline, at)
    const end = found < 0 ? body.length : found
    const line = body.subarray(at, end)
    if (line.some((byte) => byte > 0x20)) requests.push({ encoding: 'json', body: line })
    at = end + 1
  }
  return requests
}

/** No protobuf request begins with a brace: it would be field 15. */
export const requestOf = (body: Buffer): ImportRequest => ({
  encoding: body[0] === brace ? 'json' : 'protobuf',
  body,
})
