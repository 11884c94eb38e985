import { malformed, maxDepth } from './malformed.ts'

/** Bits of a tag that say how a field is written: protobuf encoding guide, "Message Structure". */
const varintWire = 0
const fixed64Wire = 1
const lengthWire = 2
const startGroupWire = 3
const endGroupWire = 4
const fixed32Wire = 5

/**
 * Reads protobuf from memory that has at least 16 readable bytes past the end of the message. A loop over the fields of a
 * message is `while (reader.position < end) switch (reader.tag()) …` and then `reader.finish(end)`, which finds a field
 * that runs over the end. A known field with another wire type has another tag, and so is skipped like an unknown one.
 */
export class WireReader {
  position: number
  /** The 64-bit value read last. */
  low = 0
  high = 0
  /** Whether a field was read that only profiles may have. */
  hasProfileFields = false
  /** How many fields were read that take much more memory than their bytes. */
  parts = 0
  readonly bytes: Uint8Array
  readonly view: DataView

  constructor(bytes: Uint8Array, view: DataView, position: number) {
    this.bytes = bytes
    this.view = view
    this.position = position
  }

  /** Field number * 8 + wire type. */
  tag(): number {
    const first = this.bytes[this.position]!
    if (first < 0x80 && first >= 8) {
      this.position++
      return first
    }
    this.varint()
    if (this.high !== 0 || this.low < 8) throw malformed('a field has an impossible number')
    return this.low
  }

  /** Reads the length of a field and returns where it ends. */
  end(limit: number): number {
    const first = this.bytes[this.position]!
    let end: number
    if (first < 0x80) {
      this.position++
      end = this.position + first
    } else {
      this.varint()
      if (this.high !== 0) throw malformed('a field is longer than the message')
      end = this.position + this.low
    }
    if (end > limit) throw malformed('a field is longer than the message')
    return end
  }

  /** Reads up to ten bytes into `low` and `high`. */
  varint(): void {
    const bytes = this.bytes
    let position = this.position
    let byte = bytes[position++]!
    let low = byte & 0x7f
    let high = 0
    if (byte >= 0x80) {
      for (let shift = 7; shift < 28; shift += 7) {
        byte = bytes[position++]!
        low |= (byte & 0x7f) << shift
        if (byte < 0x80) break
      }
      if (byte >= 0x80) {
        byte = bytes[position++]!
        low |= (byte & 0x0f) << 28
        high = (byte & 0x7f) >>> 4
        for (let shift = 3; byte >= 0x80; shift += 7) {
          if (shift > 31) throw malformed('a number has more than ten bytes')
          byte = bytes[position++]!
          high |= (byte & 0x7f) << shift
        }
      }
    }
    this.position = position
    this.low = low >>> 0
    this.high = high >>> 0
  }

  /** A varint of which only the low 32 bits matter. */
  uint32(): number {
    const first = this.bytes[this.position]!
    if (first < 0x80) {
      this.position++
      return first
    }
    this.varint()
    return this.low
  }

  /** Reads four bytes as an unsigned number. */
  fixed32(limit: number): number {
    const position = this.position
    if (position + 4 > limit) throw malformed('a field is longer than the message')
    this.position = position + 4
    return this.view.getUint32(position, true)
  }

  /** A zigzag-encoded 32-bit integer. */
  sint32(): number {
    const value = this.uint32()
    return (value >>> 1) ^ -(value & 1)
  }

  /** Reads eight bytes into `low` and `high`. */
  fixed64(limit: number): void {
    const position = this.position
    if (position + 8 > limit) throw malformed('a field is longer than the message')
    this.low = this.view.getUint32(position, true)
    this.high = this.view.getUint32(position + 4, true)
    this.position = position + 8
  }

  double(limit: number): number {
    this.fixed64(limit)
    return this.view.getFloat64(this.position - 8, true)
  }

  /** Passes over a field whose tag has been read. */
  skip(tag: number, limit: number, depth = 0): void {
    const wire = tag & 7
    if (wire === lengthWire) this.position = this.end(limit)
    else if (wire === varintWire) this.varint()
    else if (wire === fixed64Wire) this.position += 8
    else if (wire === fixed32Wire) this.position += 4
    else if (wire === startGroupWire) this.#skipGroup(tag, limit, depth + 1)
    else if (wire === endGroupWire) throw malformed('a group ends that did not begin')
    else throw malformed('a field has an impossible type')
  }

  /** To be called when a message has been read. */
  finish(end: number): void {
    if (this.position !== end) throw malformed('a field is longer than its message')
  }

  #skipGroup(tag: number, limit: number, depth: number): void {
    if (depth > maxDepth) throw malformed('it is nested too deeply')
    while (this.position < limit) {
      const inner = this.tag()
      if (inner === tag + 1) return
      this.skip(inner, limit, depth)
    }
    throw malformed('a group does not end')
  }
}
