import type { Field, Type } from 'protobufjs'
import protobuf from 'protobufjs'

/** Returns integers from 0 to below its argument. */
export type Below = (below: number) => number

/**
 * Writes a message in another way that means the same (protobuf encoding guide, "Field Order", "Last One Wins", "Packed
 * Repeated Fields"): fields in another order (repeated ones keep theirs), with unknown fields of every wire type among
 * them, packed numbers in pieces, sub-messages in pieces, and before a value other ones that it overrides.
 */
export function scramble(type: Type, bytes: Uint8Array, random: Below): Uint8Array {
  const queues = new Map<string, Uint8Array[]>()
  const add = (queue: string, field: Uint8Array): void => {
    queues.set(queue, [...(queues.get(queue) ?? []), field])
  }
  for (const [start, end] of fieldRanges(bytes)) {
    const reader = protobuf.Reader.create(bytes.subarray(start, end))
    const tag = reader.uint32()
    const field = type.fieldsById[tag >>> 3]!
    // the members of a oneof override each other: their order counts
    const queue = field.partOf?.name ?? field.name
    if (!field.repeated && random(3) === 0) add(queue, overridden(field, random))
    if ((tag & 7) !== 2) add(queue, bytes.subarray(start, end))
    else for (const piece of rewrite(field, tag, reader.bytes(), random)) add(queue, piece)
  }
  for (let unknown = random(3); unknown > 0; unknown--) {
    const number = 1000 + random(2 ** 20)
    add(`unknown ${number}`, unknownField(number, random(5)))
  }
  const parts: Uint8Array[] = []
  while (queues.size > 0) {
    const names = [...queues.keys()]
    const name = names[random(names.length)]!
    const queue = queues.get(name)!
    parts.push(queue.shift()!)
    if (queue.length === 0) queues.delete(name)
  }
  return Buffer.concat(parts)
}

/** Where each field of a message begins and ends. */
export function fieldRanges(bytes: Uint8Array): [start: number, end: number][] {
  const ranges: [number, number][] = []
  const reader = protobuf.Reader.create(bytes)
  while (reader.pos < reader.len) {
    const start = reader.pos
    reader.skipType(reader.uint32() & 7)
    ranges.push([start, reader.pos])
  }
  return ranges
}

/** A field that the one after it overrides: the same one, or another member of its oneof. */
function overridden(field: Field, random: Below): Uint8Array {
  const members = field.partOf?.fieldsArray ?? [field]
  const others = members.filter((member) => member !== field)
  const chosen = others.length > 0 && random(2) === 0 ? others[random(others.length)]! : field
  // a message would be merged with the one after it: one without content says nothing
  if (chosen.resolvedType !== null) return lengthField(chosen.id * 8 + 2, new Uint8Array(0))
  const wire = protobuf.types.basic[chosen.type as keyof typeof protobuf.types.basic]
  const writer = protobuf.Writer.create().uint32(chosen.id * 8 + wire)
  if (wire === 0) writer.uint32(1 + random(1))
  if (wire === 1) writer.fixed64(random(1000))
  if (wire === 2) writer.bytes(Uint8Array.from({ length: random(20) }, () => 97 + random(26)))
  if (wire === 5) writer.fixed32(random(1000))
  return writer.finish()
}

function rewrite(field: Field, tag: number, content: Uint8Array, random: Below): Uint8Array[] {
  if (field.resolvedType !== null) {
    const message = scramble(field.resolvedType as Type, content, random)
    return field.repeated ? [lengthField(tag, message)] : split(tag, message, random)
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

/** A message in one or two fields, which are merged when they are read. */
function split(tag: number, message: Uint8Array, random: Below): Uint8Array[] {
  if (random(2) === 0) return [lengthField(tag, message)]
  const ends = [0, ...fieldRanges(message).map(([, end]) => end)]
  const cut = ends[random(ends.length)]!
  return [message.subarray(0, cut), message.subarray(cut)].map((piece) => lengthField(tag, piece))
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
