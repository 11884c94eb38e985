import {
  bytesField,
  doubleField,
  fixed32Field,
  fixed64Field,
  varintField,
} from './protobuf-writer.ts'
import type { Field } from './schema.ts'
import { fieldsOf } from './schema.ts'

/** A message as its OTLP/JSON form has it. */
export type Message = { readonly [name: string]: unknown }

/** The protobuf bytes of a message that is given in its JSON form: identifiers as hexadecimal digits, bytes as base64. */
export function encodeMessage(type: string, message: Message): Buffer {
  return Buffer.concat(
    fieldsOf(type).flatMap((field) => {
      const value = message[field.name]
      if (value === undefined || value === null) return []
      const values = field.repeated ? (value as readonly unknown[]) : [value]
      return values.map((item) => encodeField(field, item))
    }),
  )
}

function encodeField({ number, kind, message }: Field, value: unknown): Buffer {
  switch (kind) {
    case 'message':
      return bytesField(number, encodeMessage(message, value as Message))
    case 'string':
      return bytesField(number, value as string)
    case 'bytes':
      return bytesField(number, Buffer.from(value as string, 'base64'))
    case 'id':
      return bytesField(number, Buffer.from(value as string, 'hex'))
    case 'double':
      return doubleField(number, Number(value))
    case 'fixed64':
    case 'sfixed64':
      return fixed64Field(number, BigInt(value as string))
    case 'fixed32':
      return fixed32Field(number, value as number)
    case 'sint32':
      return varintField(number, ((value as number) << 1) ^ ((value as number) >> 31))
    case 'bool':
    case 'int64':
    case 'uint64':
    case 'uint32':
    case 'int32':
    case 'enum':
      return varintField(number, BigInt(value as string))
    default:
      throw new Error(`There is no kind ${kind as string}.`)
  }
}
