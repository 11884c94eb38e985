import type { Arena } from './arena.ts'
import { boolType, doubleType, intType, jsonType, stringType } from './attribute-type.ts'
import type { Interner } from './interner.ts'
import { KeyValueMemo } from './key-value-memo.ts'
import type { WireReader } from './wire-reader.ts'
import type { Ranges } from './wire-texts.ts'
import { arrayTag, bytesText, compoundText, keyIndexTag, kvlistTag } from './wire-texts.ts'
import { passOver, valueIndexTag } from './wire-texts.ts'

/**
 * A KeyValue or AnyValue (opentelemetry/proto/common/v1/common.proto), read into the form of an attribute set. Equal
 * KeyValues of one request get the same range of the arena. For one request.
 */
export class WireValue {
  key = 0
  type = jsonType
  low = 0
  high = 0
  readonly #arena: Arena
  readonly #keys: Interner
  readonly #memo = new KeyValueMemo()
  readonly #null: number
  readonly #empty: number
  /** The array or map being read, which may come in pieces; 0 where the value is something else. */
  #compound = 0
  #pieces: number[] = []

  constructor(arena: Arena, keys: Interner) {
    this.#arena = arena
    this.#keys = keys
    this.#null = arena.appendText('null')
    this.#empty = arena.length
  }

  /** KeyValue: key = 1, value = 2. */
  readKeyValue(reader: WireReader, end: number): void {
    const memo = this.#memo
    const start = reader.position
    const known = memo.match(reader.view, start, end)
    if (memo.isWhole) {
      reader.position = end
      this.key = memo.key
      this.type = memo.type
      this.low = memo.low
      this.high = memo.high
      return
    }
    reader.position = start + known
    this.#clear()
    this.key = memo.key
    let keyEnd = known
    while (reader.position < end) {
      const fieldStart = reader.position
      const tag = reader.tag()
      if (tag === 0x0a) {
        const fieldEnd = reader.end(end)
        this.key = this.#keys.intern(reader.position, fieldEnd - reader.position)
        // a memo holds a KeyValue whose only key comes first
        keyEnd = keyEnd === 0 && fieldStart === start ? fieldEnd - start : -1
        reader.position = fieldEnd
      } else if (tag === 0x12) this.#readPiece(reader, reader.end(end))
      else {
        if (tag === keyIndexTag) reader.hasProfileFields = true
        reader.skip(tag, end)
      }
    }
    reader.finish(end)
    if (keyEnd === 0) this.key = this.#keys.intern(this.#empty, 0)
    this.#settle(reader)
    reader.position = end
    memo.add(this, start, keyEnd > 0 ? start + keyEnd : 0, end)
  }

  /** An AnyValue by itself, which may come in pieces; null where there is none. */
  readValue(reader: WireReader, ranges: Ranges): void {
    this.#clear()
    for (let i = 0; i < ranges.length; i += 2) {
      reader.position = ranges[i]!
      this.#readPiece(reader, ranges[i + 1]!)
    }
    this.#settle(reader)
  }

  /** The value that an absent or empty AnyValue has: null. */
  #clear(): void {
    this.#compound = 0
    this.#text(this.#null, 4, jsonType)
  }

  /** AnyValue: string = 1, bool = 2, int = 3, double = 4, array = 5, kvlist = 6, bytes = 7; the last one counts. */
  #readPiece(reader: WireReader, end: number): void {
    while (reader.position < end) {
      const tag = reader.tag()
      if (tag === 0x0a) {
        const valueEnd = reader.end(end)
        this.#text(reader.position, valueEnd - reader.position, stringType)
        reader.position = valueEnd
      } else if (tag === 0x18) {
        reader.varint()
        this.#number(intType, reader.low, reader.high)
      } else if (tag === 0x10) {
        reader.varint()
        this.#number(boolType, reader.low === 0 && reader.high === 0 ? 0 : 1, 0)
      } else if (tag === 0x21) {
        reader.fixed64(end)
        this.#number(doubleType, reader.low, reader.high)
      } else this.#readOther(reader, tag, end)
    }
    reader.finish(end)
  }

  #readOther(reader: WireReader, tag: number, end: number): void {
    if (tag === arrayTag || tag === kvlistTag) {
      if (tag !== this.#compound) this.#pieces = []
      this.#compound = tag
      passOver(reader, end, this.#pieces)
    } else if (tag === 0x3a) {
      const valueEnd = reader.end(end)
      this.#json(bytesText(reader, valueEnd))
      reader.position = valueEnd
    } else if (tag === valueIndexTag) {
      reader.hasProfileFields = true
      reader.varint()
      this.#clear()
    } else reader.skip(tag, end)
  }

  /** Writes the text of an array or a map once all its pieces are known. */
  #settle(reader: WireReader): void {
    if (this.#compound === 0) return
    this.#json(compoundText(reader, this.#compound, this.#pieces, 1))
  }

  #json(text: string): void {
    const offset = this.#arena.appendText(text)
    this.#text(offset, this.#arena.length - offset, jsonType)
  }

  #number(type: number, low: number, high: number): void {
    this.#compound = 0
    this.type = type
    this.low = low
    this.high = high
  }

  #text(offset: number, length: number, type: number): void {
    this.#compound = 0
    this.type = type
    this.low = offset
    this.high = length
  }
}
