import protobuf from 'protobufjs'
import { fieldRanges } from '../src/otlp/testing/scramble.ts'
import type { Random } from '../src/stats/random.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** One random change of a protobuf message: of its bytes, of its lengths, or deep inside with all lengths right. */
export function mutateProtobuf(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  switch (random.integer(6)) {
    case 0:
      return at(bytes, random, overflow(random))
    case 1:
      return at(bytes, random, nest(random))
    case 2:
      return editLength(bytes, random)
    case 3:
    case 4:
      return mutateInside(bytes, other, random)
    default:
      return mutateBytes(bytes, other, random)
  }
}

function at(bytes: Uint8Array, random: Random, what: Uint8Array): Uint8Array {
  const position = random.integer(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, position), what, bytes.subarray(position)])
}

/** Numbers of more bytes than there can be, or more bits than fit. */
function overflow(random: Random): Uint8Array {
  const bytes = new Uint8Array(1 + random.integer(14)).fill(0xff)
  bytes[bytes.length - 1] = random.integer(256)
  return random.integer(2) === 0
    ? bytes
    : Buffer.concat([Uint8Array.of(random.integer(256)), bytes])
}

/** Attribute values in attribute values, with right lengths; or groups in groups. */
function nest(random: Random): Uint8Array {
  // the reader stops at 100; a few go far beyond
  const depth = 1 + random.integer(1 << random.integer(random.integer(40) === 0 ? 12 : 9))
  if (random.integer(3) === 0) {
    const tag = 0x0b + 8 * random.integer(14)
    const begins = new Uint8Array(depth).fill(tag)
    return random.integer(2) === 0
      ? begins
      : Buffer.concat([begins, new Uint8Array(depth).fill(tag + 1)])
  }
  let value: Uint8Array = new Uint8Array(0)
  for (let i = 0; i < depth && value.length < 50_000; i++) {
    const inKeyValue = random.integer(2) === 0
    value = lengthField(
      inKeyValue ? 6 : 5,
      lengthField(1, inKeyValue ? lengthField(2, value) : value),
    )
  }
  return lengthField([2, 5, 6, 9][random.integer(4)]!, lengthField(2, value))
}

/** Another length for a field of the outer levels: a little more or less, or enormous. */
function editLength(bytes: Uint8Array, random: Random): Uint8Array {
  const positions: number[] = []
  for (let i = 0; i < bytes.length && positions.length < 200; i++) {
    if ((bytes[i]! & 7) === 2 && i + 1 < bytes.length) positions.push(i + 1)
  }
  if (positions.length === 0) return bytes
  const position = positions[random.integer(positions.length)]!
  const before = bytes[position]!
  const length = [
    before + random.integer(9) - 4,
    bytes.length + random.integer(9) - 4,
    2 ** 31 - random.integer(3),
    2 ** 32 - 1 - random.integer(3),
    random.integer(2 ** 32),
  ][random.integer(5)]!
  const writer = protobuf.Writer.create().uint32(Math.max(0, length))
  const tail = bytes.subarray(position + 1)
  return Buffer.concat([bytes.subarray(0, position), writer.finish(), tail])
}

/** Changes the content of one field, wherever it is, and writes the lengths around it anew. */
function mutateInside(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let fields: [number, number][]
  try {
    fields = fieldRanges(bytes)
  } catch {
    return mutateBytes(bytes, other, random)
  }
  if (fields.length === 0) return mutateBytes(bytes, other, random)
  const [start, end] = fields[random.integer(fields.length)]!
  const reader = protobuf.Reader.create(bytes.subarray(start, end))
  const tag = reader.uint32()
  if ((tag & 7) !== 2) {
    const changed = mutateBytes(bytes.subarray(start, end), other, random)
    return Buffer.concat([bytes.subarray(0, start), changed, bytes.subarray(end)])
  }
  const content = reader.bytes()
  const deeper = content.length > 1 && random.integer(4) > 0
  const changed = deeper
    ? mutateInside(content, other, random)
    : mutateProtobuf(content, other, random)
  return Buffer.concat([
    bytes.subarray(0, start),
    lengthField(tag >>> 3, changed),
    bytes.subarray(end),
  ])
}

const lengthField = (number: number, content: Uint8Array): Uint8Array =>
  protobuf.Writer.create()
    .uint32(number * 8 + 2)
    .bytes(content)
    .finish()
