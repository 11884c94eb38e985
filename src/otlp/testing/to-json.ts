import type { Plain, PlainValue } from './otlp-proto.ts'

/** A message as OTLP/JSON: identifiers as upper-case hexadecimal, other bytes as base64, 64-bit integers as strings. */
export function toJson(message: Plain): string {
  return JSON.stringify(convert('', message))
}

function convert(name: string, value: PlainValue): unknown {
  if (value instanceof Uint8Array) {
    const isId = /(?:^t|^s|parentS)(?:race|pan)Id$/.test(name)
    const text = Buffer.from(value).toString(isId ? 'hex' : 'base64')
    return isId ? text.toUpperCase() : text
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object') return value
  if (isList(value)) return value.map((item) => convert(name, item))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(key, item)]))
}

const isList = (value: object): value is readonly PlainValue[] => Array.isArray(value)
