import type { Field, Type } from 'protobufjs'
import protobuf from 'protobufjs'

/**
 * Writes a message in another way that means the same: fields in another order (repeated ones keep theirs), with unknown
 * fields of every wire type among them, and packed numbers in pieces.
 * @param random returns integers from 0 to below its argument
 */
export function scramble(
  type: Type,
  bytes: Uint8Array,
  random: (below: number) => number,
): Uint8Array {
  const queues = new Map<number, Uint8Array[]>()
  const add = (number: number, field: Uint8Array): void => {
    queues.set(number, [...(queues.get(number) ?? []), field])
  }
  const reader = protobuf.Reader.create(bytes)
  while (reader.pos < reader.len) {
    const start = reader.pos
    const tag = reader.uint32()
    const field = type.fieldsById[tag >>> 3]!
    if ((tag & 7) !== 2) {
      reader.skipType(tag & 7)
      add(tag >>> 3, bytes.subarray(start, reader.pos))
    } else for (const piece of rewrite(field, tag, reader.bytes(), random)) add(tag >>> 3, piece)
  }
  for (let unknown = random(3); unknown > 0; unknown--) {
    const number = 1000 + random(2 ** 20)
    add(number, unknownField(number, random(5)))
  }
  const parts: Uint8Array[] = []
  while (queues.size > 0) {
    const numbers = [...queues.keys()]
    const number = numbers[random(numbers.length)]!
    const queue = queues.get(number)!
    parts.push(queue.shift()!)
    if (queue.length === 0) queues.delete(number)
  }
  return Buffer.concat(parts)
}

function rewrite(
  field: Field,
  tag: number,
  content: Uint8Array,
  random: (below: number) => number,
) {
  if (field.resolvedType !== null) {
    return [lengthField(tag, scramble(field.resolvedType as Type, content, random))]
  }
  if (field.type === 'string' || field.type === 'bytes') return [lengthField(tag, content)]
  // packed numbers
  const numbers: Uint8Array[] = []
  const reader = protobuf.Reader.create(content)
  const wire = protobuf.types.basic[field.type as keyof typeof protobuf.types.basic]
  while (reader.pos < reader.len) {
    const start = reader.pos
    reader.skipType(wire)
    numbers.push(content.subarray(start, reader.pos))
  }
  const cut = random(numbers.length + 1)
  const single = numbers.slice(cut).map((number) => Buffer.concat([varint(tag - 2 + wire), number]))
  return [lengthField(tag, Buffer.concat(numbers.slice(0, cut))), ...single]
}

const varint = (value: number): Uint8Array => protobuf.Writer.create().uint32(value).finish()

const lengthField = (tag: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([varint(tag), varint(content.length), content])

function unknownField(number: number, wire: number): Uint8Array {
  const writer = protobuf.Writer.create().uint32(number * 8 + [0, 1, 2, 5, 3][wire]!)
  if (wire === 0) writer.uint64(2 ** 52 + 1)
  if (wire === 1) writer.fixed64(7)
  if (wire === 2) writer.bytes(Uint8Array.of(1, 2, 3))
  if (wire === 3) writer.fixed32(7)
  if (wire === 4)
    writer
      .uint32(8)
      .uint32(5)
      .uint32(number * 8 + 4)
  return writer.finish()
}
