import { AftergreenError } from '../../errors.ts'
import { ByteReader } from '../../otlp/byte-reader.ts'
import { compressionOf, decompressedWhole } from './compression.ts'
import { type FoundRequest, maxRequestBytes } from './found-request.ts'
import { jsonRequests } from './json-requests.ts'

/** A single request without a frame is taken apart into pieces of about this size. */
const pieceBytes = 2 ** 20

export type Layout = 'json' | 'frames' | 'delimited' | 'message'

/**
 * Which layout a file has, by its first bytes: OTLP JSON (lines, or one document); requests that each follow their length
 * in four bytes, big end first, as the Collector's file exporter writes them; requests that each follow their length as a
 * varint, as protobuf libraries write them; or one protobuf request.
 */
export function layoutOf(head: Buffer): Layout | undefined {
  const start = head.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0
  const first = head.find((byte, i) => i >= start && byte > 0x20)
  if (first === brace || first === bracket) return 'json'
  const isFramed =
    head.length > 4 && head.readUInt32BE() <= maxRequestBytes && head.readUInt32BE() > 0
  if (isFramed && beginsRequest(head.subarray(4))) return 'frames'
  if (head[0] === groupTag) return 'message'
  const varint = readVarint(head)
  if (varint !== undefined && head[varint.size] === groupTag) return 'delimited'
  return undefined
}

const brace = 0x7b
const bracket = 0x5b
/** Field 1, the resource groups, of every export request. */
const groupTag = 0x0a

/** The requests of a decompressed stream, one after the other. Never throws for what is in it. */
export async function* splitRequests(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<FoundRequest> {
  const reader = new ByteReader(source)
  const head = await reader.peek(512)
  if (head.every((byte) => byte <= 0x20)) return
  const layout = layoutOf(head)
  switch (layout) {
    case 'json':
      yield* jsonRequests(reader)
      return
    case 'frames':
    case 'delimited':
      yield* frames(reader, layout)
      return
    case 'message':
      yield* pieces(reader)
      return
    case undefined:
      yield {
        where: 'byte 0',
        problem:
          'This is neither OTLP JSON nor OTLP protobuf, plain or with lengths before each request.',
      }
  }
}

async function* frames(
  reader: ByteReader,
  layout: 'frames' | 'delimited',
): AsyncGenerator<FoundRequest> {
  for (let number = 1; ; number++) {
    const where = `request ${number} (byte ${reader.position})`
    const head = await reader.peek(layout === 'frames' ? 4 : 5)
    if (head.length === 0) return
    const length = layout === 'frames' ? frameLength(head) : readVarint(head)
    if (length === undefined) {
      yield { where, problem: 'The file ends in, or has damage in, the length of a request.' }
      return
    }
    await reader.skip(length.size)
    if (length.value > maxRequestBytes) {
      yield {
        where,
        problem: `It claims ${length.value} bytes, more than the ${maxRequestBytes} that are possible.`,
      }
      if (!(await reader.skip(length.value))) return
      continue
    }
    const body = await reader.take(length.value)
    if (body === undefined) {
      yield { where, problem: 'The file ends in the middle of this request.' }
      return
    }
    if (body.length > 0) yield await unpacked(where, body)
  }
}

/** The Collector's file exporter compresses each request on its own. */
async function unpacked(where: string, packed: Buffer): Promise<FoundRequest> {
  try {
    const body =
      compressionOf(packed) === undefined
        ? packed
        : await decompressedWhole(packed, maxRequestBytes)
    return { where, encoding: body[0] === brace ? 'json' : 'protobuf', body }
  } catch (error) {
    if (error instanceof AftergreenError) return { where, problem: error.message }
    throw error
  }
}

/** Resource groups of one request, as requests of at most a mebibyte, or of one group where that is larger. */
async function* pieces(reader: ByteReader): AsyncGenerator<FoundRequest> {
  let parts: Buffer[] = []
  let size = 0
  let where = 'byte 0'
  const piece = (): FoundRequest => ({ where, encoding: 'protobuf', body: Buffer.concat(parts) })
  for (;;) {
    const head = await reader.peek(6)
    if (head.length === 0) break
    const length = head[0] === groupTag ? readVarint(head.subarray(1)) : undefined
    const whole = length === undefined ? Infinity : 1 + length.size + length.value
    if (size > 0 && size + whole > pieceBytes) {
      yield piece()
      parts = []
      size = 0
    }
    if (size === 0) where = `byte ${reader.position}`
    const group = whole <= maxRequestBytes ? await reader.take(whole) : undefined
    if (group === undefined) {
      if (size > 0) yield piece()
      yield {
        where: `byte ${reader.position}`,
        problem: 'The file is damaged or cut off here, or one resource group is too large.',
      }
      return
    }
    parts.push(group)
    size += group.length
  }
  if (size > 0) yield piece()
}

function beginsRequest(body: Buffer): boolean {
  return body[0] === groupTag || body[0] === brace || compressionOf(body) !== undefined
}

const frameLength = (head: Buffer): { value: number; size: number } | undefined =>
  head.length < 4 ? undefined : { value: head.readUInt32BE(), size: 4 }

/** Base 128, least significant group first; at most five bytes. */
function readVarint(bytes: Uint8Array): { value: number; size: number } | undefined {
  let value = 0
  for (let i = 0; i < Math.min(bytes.length, 5); i++) {
    value += (bytes[i]! & 0x7f) * 2 ** (7 * i)
    if (bytes[i]! < 0x80) return { value, size: i + 1 }
  }
  return undefined
}
