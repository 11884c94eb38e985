import type { Message } from './encode-message.ts'
import type { Field } from './schema.ts'
import { fieldsOf } from './schema.ts'

/**
 * A message of parsed OTLP/JSON, in a form that is always the same: 64-bit integers as strings, identifiers in lower case.
 * Unknown fields are passed over. Throws where a field has another type.
 */
export function readJson(type: string, value: unknown): Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${type} is not an object`)
  }
  const from = value as Record<string, unknown>
  const result: Record<string, unknown> = {}
  for (const field of fieldsOf(type)) {
    const content = Object.hasOwn(from, field.name) ? from[field.name] : undefined
    if (content === undefined || content === null) continue
    if (!field.repeated) result[field.name] = readValue(field, content)
    else if (Array.isArray(content)) {
      result[field.name] = content.map((item) => readValue(field, item))
    } else throw new Error(`${field.name} is not an array`)
  }
  return result
}

function readValue(field: Field, value: unknown): unknown {
  const { name, kind, message } = field
  const wrong = new Error(`${name} is not a ${kind}`)
  switch (kind) {
    case 'message':
      return readJson(message, value)
    case 'string':
      if (typeof value !== 'string') throw wrong
      return value
    case 'bytes':
      if (typeof value !== 'string' || !/^[\w+/-]*={0,2}$/.test(value)) throw wrong
      return Buffer.from(value, 'base64').toString('base64')
    case 'id':
      if (typeof value !== 'string' || !/^([\da-f]{2})*$/i.test(value)) throw wrong
      return value.toLowerCase()
    case 'bool':
      if (typeof value !== 'boolean') throw wrong
      return value
    case 'double':
      return readDouble(value, wrong)
    case 'int64':
    case 'uint64':
    case 'fixed64':
    case 'sfixed64':
      if (!isInteger(value)) throw wrong
      return String(BigInt(value as string))
    case 'int32':
    case 'sint32':
    case 'uint32':
    case 'fixed32':
    case 'enum':
      if (!isInteger(value)) throw wrong
      return Number(value)
    default:
      throw new Error(`There is no kind ${kind as string}.`)
  }
}

function isInteger(value: unknown): boolean {
  return typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isInteger(value)
}

function readDouble(value: unknown, wrong: Error): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') throw wrong
  const number = Number(value)
  if (Number.isNaN(number) && value !== 'NaN') throw wrong
  return number
}
