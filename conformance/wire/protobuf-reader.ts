/** The fields of a protobuf message as they lie on the wire. Throws where the bytes are no message. */
export interface WireField {
  number: number
  wireType: number
  /** Of a varint or a number of fixed width. */
  value: bigint
  /** Of a string, bytes, a message or packed numbers. */
  bytes: Buffer
}

const none = Buffer.alloc(0)

export function readFields(message: Uint8Array): WireField[] {
  const reader = new Reader(Buffer.from(message.buffer, message.byteOffset, message.length))
  const fields: WireField[] = []
  while (!reader.atEnd) fields.push(reader.field())
  return fields
}

/** Varints that lie one after another. */
export function readVarints(bytes: Buffer): bigint[] {
  const reader = new Reader(bytes)
  const values: bigint[] = []
  while (!reader.atEnd) values.push(reader.varint())
  return values
}

class Reader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length
  }

  field(): WireField {
    const key = Number(this.varint())
    const number = Math.floor(key / 8)
    if (number === 0) throw new Error('a field has the number 0')
    const wireType = key % 8
    switch (wireType) {
      case 0:
        return { number, wireType, value: this.varint(), bytes: none }
      case 1:
        return { number, wireType, value: this.#take(8).readBigUInt64LE(), bytes: none }
      case 2:
        return { number, wireType, value: 0n, bytes: this.#take(Number(this.varint())) }
      case 5:
        return { number, wireType, value: BigInt(this.#take(4).readUInt32LE()), bytes: none }
      default:
        throw new Error(`a field has the wire type ${wireType}`)
    }
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = this.#take(1)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new Error('a varint is longer than 10 bytes')
  }

  #take(length: number): Buffer {
    const end = this.#position + length
    if (end > this.#bytes.length) throw new Error('it is cut off')
    const bytes = this.#bytes.subarray(this.#position, end)
    this.#position = end
    return bytes
  }
}
