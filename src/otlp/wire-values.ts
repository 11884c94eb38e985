import type { Arena } from './arena.ts'
import { boolType, doubleType, intType, jsonType, stringType } from './attribute-type.ts'
import type { Interner } from './interner.ts'
import { integerText } from './integer-text.ts'
import { malformed, maxDepth } from './malformed.ts'
import { numberText } from './number-text.ts'
import type { WireReader } from './wire-reader.ts'

/** A KeyValue or AnyValue (opentelemetry/proto/common/v1/common.proto), read into the form of an attribute set. */
export class WireValue {
  key = 0
  type = jsonType
  low = 0
  high = 0
  readonly #arena: Arena
  readonly #keys: Interner
  readonly #null: number
  readonly #empty: number

  constructor(arena: Arena, keys: Interner) {
    this.#arena = arena
    this.#keys = keys
    this.#null = arena.appendText('null')
    this.#empty = arena.length
  }

  /** KeyValue: key = 1, value = 2. */
  readKeyValue(reader: WireReader, end: number): void {
    let keyStart = this.#empty
    let keyLength = 0
    this.clear()
    while (reader.position < end) {
      const tag = reader.tag()
      if (tag === 0x0a) {
        const keyEnd = reader.end(end)
        keyStart = reader.position
        keyLength = keyEnd - keyStart
        reader.position = keyEnd
      } else if (tag === 0x12) this.readValue(reader, reader.end(end))
      else reader.skip(tag, end)
    }
    reader.finish(end)
    this.key = this.#keys.intern(keyStart, keyLength)
  }

  /** The value that an absent or empty AnyValue has: null. */
  clear(): void {
    this.#text(this.#null, 4, jsonType)
  }

  /** AnyValue: string = 1, bool = 2, int = 3, double = 4, array = 5, kvlist = 6, bytes = 7; the last one counts. */
  readValue(reader: WireReader, end: number): void {
    while (reader.position < end) {
      const tag = reader.tag()
      if (tag === 0x0a) {
        const valueEnd = reader.end(end)
        this.#text(reader.position, valueEnd - reader.position, stringType)
        reader.position = valueEnd
      } else if (tag === 0x18) {
        reader.varint()
        this.#number(reader, intType)
      } else if (tag === 0x10) {
        reader.varint()
        this.type = boolType
        this.low = reader.low === 0 && reader.high === 0 ? 0 : 1
        this.high = 0
      } else if (tag === 0x21) {
        reader.fixed64(end)
        this.#number(reader, doubleType)
      } else if (tag === 0x2a || tag === 0x32 || tag === 0x3a) {
        const valueEnd = reader.end(end)
        const text = compoundText(reader, tag, valueEnd, 1)
        const offset = this.#arena.appendText(text)
        this.#text(offset, this.#arena.length - offset, jsonType)
      } else reader.skip(tag, end)
    }
    reader.finish(end)
  }

  #number(reader: WireReader, type: number): void {
    this.type = type
    this.low = reader.low
    this.high = reader.high
  }

  #text(offset: number, length: number, type: number): void {
    this.type = type
    this.low = offset
    this.high = length
  }
}

/** JSON text of the attributes of an event, a link or an exemplar: the fields with `attributesTag` up to `end`. */
export function keyValuesText(reader: WireReader, ends: readonly number[]): string {
  const entries: string[] = []
  for (let i = 0; i < ends.length; i += 2) {
    reader.position = ends[i]!
    entries.push(keyValueText(reader, ends[i + 1]!, 0))
  }
  return `{${entries.join(',')}}`
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function readText(reader: WireReader, limit: number): string {
  const end = reader.end(limit)
  const text = decoder.decode(reader.bytes.subarray(reader.position, end))
  reader.position = end
  return text
}

function keyValueText(reader: WireReader, end: number, depth: number): string {
  let key = ''
  let value = 'null'
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) key = readText(reader, end)
    else if (tag === 0x12) value = valueText(reader, reader.end(end), depth, value)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  return `${JSON.stringify(key)}:${value}`
}

function valueText(reader: WireReader, end: number, depth: number, before = 'null'): string {
  if (depth > maxDepth) throw malformed('it is nested too deeply')
  let text = before
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) text = JSON.stringify(readText(reader, end))
    else if (tag === 0x10) {
      reader.varint()
      text = reader.low === 0 && reader.high === 0 ? 'false' : 'true'
    } else if (tag === 0x18) {
      reader.varint()
      text = integerText(reader.low, reader.high)
    } else if (tag === 0x21) text = numberText(reader.double(end))
    else if (tag === 0x2a || tag === 0x32 || tag === 0x3a) {
      text = compoundText(reader, tag, reader.end(end), depth + 1)
    } else reader.skip(tag, end)
  }
  reader.finish(end)
  return text
}

/** ArrayValue (values = 1), KeyValueList (values = 1) or bytes. */
function compoundText(reader: WireReader, tag: number, end: number, depth: number): string {
  if (tag === 0x3a) {
    const bytes = reader.bytes.subarray(reader.position, end)
    reader.position = end
    return JSON.stringify(Buffer.from(bytes).toString('base64'))
  }
  const parts: string[] = []
  while (reader.position < end) {
    const inner = reader.tag()
    if (inner === 0x0a && tag === 0x2a) parts.push(valueText(reader, reader.end(end), depth))
    else if (inner === 0x0a) parts.push(keyValueText(reader, reader.end(end), depth))
    else reader.skip(inner, end)
  }
  reader.finish(end)
  return tag === 0x2a ? `[${parts.join(',')}]` : `{${parts.join(',')}}`
}
