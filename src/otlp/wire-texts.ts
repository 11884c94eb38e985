import { integerText } from './integer-text.ts'
import { malformed, maxDepth, tooLarge } from './malformed.ts'
import { numberText } from './number-text.ts'
import type { WireReader } from './wire-reader.ts'

/** Where fields begin and end: two numbers each. */
export type Ranges = readonly number[]

/** Fields of an AnyValue that hold a message: array = 5, kvlist = 6. */
export const arrayTag = 0x2a
export const kvlistTag = 0x32
/** Field 8 of an AnyValue and 3 of a KeyValue belong to profiles: elsewhere they count as absent, with a warning. */
export const valueIndexTag = 0x40
export const keyIndexTag = 0x18

/** JSON text of the attributes of an event, a link or an exemplar, or of a metric's metadata. */
export function keyValuesText(reader: WireReader, ranges: Ranges): string {
  const entries: string[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    reader.position = ranges[i]!
    entries.push(keyValueText(reader, ranges[i + 1]!, 0))
  }
  return `{${entries.join(',')}}`
}

/** JSON text of an ArrayValue (values = 1) or a KeyValueList (values = 1), which may come in pieces. */
export function compoundText(
  reader: WireReader,
  tag: number,
  pieces: Ranges,
  depth: number,
): string {
  const parts: string[] = []
  for (let i = 0; i < pieces.length; i += 2) {
    reader.position = pieces[i]!
    const end = pieces[i + 1]!
    while (reader.position < end) {
      const inner = reader.tag()
      if (inner !== 0x0a) {
        reader.skip(inner, end)
        continue
      }
      countPart(reader)
      if (tag === kvlistTag) parts.push(keyValueText(reader, reader.end(end), depth))
      else {
        const valueEnd = reader.end(end)
        parts.push(valueText(reader, [reader.position, valueEnd], depth))
        reader.position = valueEnd
      }
    }
    reader.finish(end)
  }
  return tag === arrayTag ? `[${parts.join(',')}]` : `{${parts.join(',')}}`
}

/** JSON text of bytes: base64, as in the protobuf JSON mapping. */
export const bytesText = (reader: WireReader, end: number): string =>
  JSON.stringify(Buffer.from(reader.bytes.subarray(reader.position, end)).toString('base64'))

/** Of a request, in places where two bytes of it become an object or a text: values of arrays, attributes of events. */
const maxParts = 4_000_000

function countPart(reader: WireReader): void {
  if (++reader.parts > maxParts) throw tooLarge('it has too many parts')
}

/** Notes where a field begins and ends, to be read later. */
export function passOver(reader: WireReader, limit: number, ranges: number[]): void {
  const end = reader.end(limit)
  countPart(reader)
  ranges.push(reader.position, end)
  reader.position = end
}

function keyValueText(reader: WireReader, end: number, depth: number): string {
  let key = ''
  const values: number[] = []
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) key = readText(reader, end)
    else if (tag === 0x12) passOver(reader, end, values)
    else {
      if (tag === keyIndexTag) reader.hasProfileFields = true
      reader.skip(tag, end)
    }
  }
  reader.finish(end)
  const text = `${JSON.stringify(key)}:${valueText(reader, values, depth)}`
  reader.position = end
  return text
}

/** An AnyValue, which may come in pieces. */
function valueText(reader: WireReader, ranges: Ranges, depth: number): string {
  if (depth > maxDepth) throw malformed('it is nested too deeply')
  let text = 'null'
  let compound = 0
  let pieces: number[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    reader.position = ranges[i]!
    const end = ranges[i + 1]!
    while (reader.position < end) {
      const tag = reader.tag()
      if (tag === arrayTag || tag === kvlistTag) {
        if (tag !== compound) pieces = []
        compound = tag
        passOver(reader, end, pieces)
        continue
      }
      const scalar = scalarText(reader, tag, end)
      if (scalar === undefined) continue
      text = scalar
      compound = 0
    }
    reader.finish(end)
  }
  return compound === 0 ? text : compoundText(reader, compound, pieces, depth + 1)
}

/** Undefined where the field is none of an AnyValue. */
function scalarText(reader: WireReader, tag: number, end: number): string | undefined {
  switch (tag) {
    case 0x0a:
      return JSON.stringify(readText(reader, end))
    case 0x10:
      reader.varint()
      return reader.low === 0 && reader.high === 0 ? 'false' : 'true'
    case 0x18:
      reader.varint()
      return integerText(reader.low, reader.high)
    case 0x21:
      return numberText(reader.double(end))
    case 0x3a: {
      const bytesEnd = reader.end(end)
      const text = bytesText(reader, bytesEnd)
      reader.position = bytesEnd
      return text
    }
    case valueIndexTag:
      reader.hasProfileFields = true
      reader.varint()
      return 'null'
    default:
      reader.skip(tag, end)
      return undefined
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function readText(reader: WireReader, limit: number): string {
  const end = reader.end(limit)
  const text = decoder.decode(reader.bytes.subarray(reader.position, end))
  reader.position = end
  return text
}
