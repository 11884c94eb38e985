import type { Message } from './encode-message.ts'
import { readFields, readVarints } from './protobuf-reader.ts'
import type { WireField } from './protobuf-reader.ts'
import type { Field } from './schema.ts'
import { fieldsOf } from './schema.ts'

const packedWidths: Partial<Record<Field['kind'], number>> = { fixed64: 8, sfixed64: 8, double: 8 }
const wireTypeOf: Partial<Record<Field['kind'], number>> = {
  string: 2,
  bytes: 2,
  id: 2,
  message: 2,
  double: 1,
  fixed64: 1,
  sfixed64: 1,
  fixed32: 5,
}

/**
 * A message in its JSON form. Unknown fields are passed over, of repeated single fields the last one counts, messages
 * that come in pieces are joined. Throws where the bytes are no such message.
 */
export function decodeMessage(type: string, bytes: Uint8Array): Message {
  const result: Record<string, unknown> = {}
  const fields = new Map(fieldsOf(type).map((field) => [field.number, field]))
  const pieces = new Map<Field, Buffer[]>()
  for (const wire of readFields(bytes)) {
    const field = fields.get(wire.number)
    if (field === undefined) continue
    const values = valuesOf(field, wire)
    if (field.repeated) {
      result[field.name] = [...((result[field.name] as unknown[] | undefined) ?? []), ...values]
    } else if (field.kind === 'message') {
      pieces.set(field, [...(pieces.get(field) ?? []), wire.bytes])
    } else result[field.name] = values.at(-1)
  }
  for (const [field, parts] of pieces) {
    result[field.name] = decodeMessage(field.message, Buffer.concat(parts))
  }
  return result
}

function valuesOf(field: Field, wire: WireField): unknown[] {
  const expected = wireTypeOf[field.kind] ?? 0
  if (wire.wireType === expected) return [valueOf(field, wire)]
  if (field.repeated && wire.wireType === 2 && expected !== 2) {
    return unpack(field, wire.bytes).map((value) => valueOf(field, { ...wire, value }))
  }
  throw new Error(`${field.name} has the wire type ${wire.wireType}`)
}

function unpack(field: Field, bytes: Buffer): bigint[] {
  const width = packedWidths[field.kind]
  if (width === undefined) return readVarints(bytes)
  if (bytes.length % width !== 0) throw new Error(`${field.name} is cut off`)
  return Array.from({ length: bytes.length / width }, (_, i) => bytes.readBigUInt64LE(i * width))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function valueOf({ kind, message }: Field, { value, bytes }: WireField): unknown {
  switch (kind) {
    case 'message':
      return decodeMessage(message, bytes)
    case 'string':
      return utf8.decode(bytes)
    case 'bytes':
      return bytes.toString('base64')
    case 'id':
      return bytes.toString('hex')
    case 'bool':
      return value !== 0n
    case 'double': {
      const view = Buffer.alloc(8)
      view.writeBigUInt64LE(value)
      return view.readDoubleLE()
    }
    case 'int64':
    case 'sfixed64':
      return String(BigInt.asIntN(64, value))
    case 'uint64':
    case 'fixed64':
      return String(value)
    case 'int32':
    case 'enum':
      return Number(BigInt.asIntN(32, value))
    case 'sint32':
      return Number(BigInt.asIntN(32, (value >> 1n) ^ -(value & 1n)))
    case 'uint32':
    case 'fixed32':
      return Number(BigInt.asUintN(32, value))
    default:
      throw new Error(`There is no kind ${kind as string}.`)
  }
}
