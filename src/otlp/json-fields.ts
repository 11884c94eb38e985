import type { Arena } from './arena.ts'
import { absent } from './columns.ts'
import { malformed } from './malformed.ts'
import { hexDigit } from './sampling-weight.ts'
import { wrongLength } from './span-fields.ts'

/** An object of parsed JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Fields of parsed JSON as the protobuf JSON mapping has them: absent or null is the default, another type an error. */
export function objectField(from: JsonObject, name: string): JsonObject | undefined {
  const value = from[name]
  if (value === undefined || value === null) return undefined
  return asObject(value, name)
}

export function objectsField(from: JsonObject, name: string): JsonObject[] {
  return listField(from, name).map((value) => asObject(value, name))
}

export function listField(from: JsonObject, name: string): readonly unknown[] {
  const value = from[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw malformed(`${name} is not an array`)
  return value
}

export function textField(from: JsonObject, name: string): string {
  const value = from[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw malformed(`${name} is not a string`)
  return value
}

export function boolField(from: JsonObject, name: string): number {
  const value = from[name]
  if (value === undefined || value === null) return 0
  if (typeof value !== 'boolean') throw malformed(`${name} is not true or false`)
  return value ? 1 : 0
}

/** A floating-point number: a JSON number, or a string such as "NaN". */
export function doubleField(from: JsonObject, name: string): number {
  const value = from[name]
  return value === undefined || value === null ? 0 : asDouble(value, name)
}

export function asDouble(value: unknown, name: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && value.trim() !== '') {
    const number = Number(value)
    if (!Number.isNaN(number) || value === 'NaN') return number
  }
  throw malformed(`${name} is not a number`)
}

/** An unsigned or signed integer of which the low 32 bits matter. */
export function int32Field(from: JsonObject, name: string): number {
  const value = from[name]
  if (value === undefined || value === null) return 0
  return Number(BigInt.asIntN(32, asInteger(value, name)))
}

/** The same for an unsigned one. */
export const uint32Field = (from: JsonObject, name: string): number => int32Field(from, name) >>> 0

/**
 * An enumeration: a number, as OTLP demands; or, because some senders do so, a name.
 * @param prefix what all names begin with
 * @param names by number
 */
export function enumField(
  from: JsonObject,
  name: string,
  prefix: string,
  names: readonly string[],
): number {
  const value = from[name]
  if (typeof value === 'string' && value.startsWith(prefix)) {
    return Math.max(0, names.indexOf(value.slice(prefix.length)))
  }
  return uint32Field(from, name)
}

/** A 64-bit integer: a decimal string or a number. */
export function readInt64(from: JsonObject, name: string, to: Int64Target): void {
  const value = from[name]
  if (value !== undefined && value !== null) setInt64(value, name, to)
}

interface Int64Target {
  set(low: number, high: number): void
}

export function setInt64(value: unknown, name: string, to: Int64Target): void {
  if (typeof value === 'number' && value >= 0 && value <= 0xffff_ffff && Number.isInteger(value)) {
    to.set(value, 0)
    return
  }
  const bits = BigInt.asUintN(64, asInteger(value, name))
  to.set(Number(bits & 0xffff_ffffn), Number(bits >> 32n))
}

export function asInteger(value: unknown, name: string): bigint {
  const isInteger =
    typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  if (isInteger) {
    const integer = BigInt(value as number | string)
    if (integer >= -(2n ** 63n) && integer < 2n ** 64n) return integer
  }
  throw malformed(`${name} is not a 64-bit integer`)
}

/** Offset of an identifier written as hexadecimal digits of any case; `absent` or `wrongLength` as on the wire. */
export function identifierField(
  arena: Arena,
  from: JsonObject,
  name: string,
  width: number,
): number {
  const text = textField(from, name)
  if (text === '') return absent
  if (text.length !== width * 2) return wrongLength
  const offset = arena.reserve(width)
  let any = 0
  for (let i = 0; i < width; i++) {
    const high = hexDigit(text.charCodeAt(i * 2))
    const low = hexDigit(text.charCodeAt(i * 2 + 1))
    if (high < 0 || low < 0) return wrongLength
    arena.bytes[offset + i] = high * 16 + low
    any |= high | low
  }
  if (any === 0) return absent
  arena.length += width
  return offset
}

/** The same where a wrong identifier means that there is none. */
export function optionalIdentifierField(
  arena: Arena,
  from: JsonObject,
  name: string,
  width: number,
): number {
  const offset = identifierField(arena, from, name, width)
  return offset === wrongLength ? absent : offset
}

export function asObject(value: unknown, name: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject
  throw malformed(`${name} is not an object`)
}
