import { ByteDictionary } from './byte-dictionary.ts'
import type { ByteSource } from './byte-source.ts'
import type { NativeColumn } from './decode-native.ts'
import { parseNativeType, type NativeType } from './native-type.ts'

type Numbers = Extract<NativeColumn, { kind: 'number' }>['values']

/** Collects one column, block by block. */
export class NativeColumnReader {
  /**
   * One that is always there: when two collections in a row find none, V8 drops what it compiled for its shape, and the
   * next large answer is read by loops that are compiled anew.
   */
  static readonly kept = new NativeColumnReader('LowCardinality(Nullable(String))')
  readonly #type: NativeType
  readonly #numbers: Numbers[] = []
  readonly #codes: Uint32Array[] = []
  readonly #nulls: (Uint8Array | number)[] = []
  readonly #strings = new ByteDictionary()
  #hasNulls = false

  constructor(type: string) {
    this.#type = parseNativeType(type)
  }

  async readBlock(source: ByteSource, rows: number): Promise<void> {
    const { kind, isNullable, isLowCardinality } = this.#type
    if (isLowCardinality) {
      this.#codes.push(await this.#dictionaryCodes(source, rows))
      return
    }
    let nulls: Uint8Array | undefined
    if (isNullable) {
      await source.need(rows)
      nulls = source.bytes.slice(source.at, source.at + rows)
      source.at += rows
      if (!nulls.includes(1)) nulls = undefined
    }
    if (kind === 'number') {
      this.#hasNulls ||= nulls !== undefined
      this.#nulls.push(nulls ?? rows)
      this.#numbers.push(await this.#numberBlock(source, rows))
      return
    }
    const codes =
      kind === 'enum' ? await this.#enumCodes(source, rows) : await this.#stringCodes(source, rows)
    if (nulls !== undefined) for (let i = 0; i < rows; i++) if (nulls[i] === 1) codes[i] = 0
    this.#codes.push(codes)
  }

  column(rows: number): NativeColumn {
    const { kind, numbers } = this.#type
    if (kind !== 'number') {
      const codes = new Uint32Array(rows)
      join(codes, this.#codes)
      return { kind: 'string', codes, values: this.#strings.values() }
    }
    const values = new numbers(rows)
    join(values, this.#numbers)
    if (!this.#hasNulls) return { kind: 'number', values, nulls: undefined }
    const nulls = new Uint8Array(rows)
    let at = 0
    for (const block of this.#nulls) {
      if (typeof block !== 'number') nulls.set(block, at)
      at += typeof block === 'number' ? block : block.length
    }
    return { kind: 'number', values, nulls }
  }

  async #numberBlock(source: ByteSource, rows: number): Promise<Numbers> {
    const size = rows * this.#type.width
    await source.need(size)
    source.at += size
    // a copy, because the values may not lie at a multiple of their size
    return new this.#type.numbers(source.bytes.slice(source.at - size, source.at).buffer)
  }

  async #enumCodes(source: ByteSource, rows: number): Promise<Uint32Array> {
    const numbers = await this.#numberBlock(source, rows)
    const codes = new Uint32Array(rows)
    const known = new Map<number, number>()
    for (let row = 0; row < rows; row++) {
      const number = Number(numbers[row])
      let code = known.get(number)
      if (code === undefined) {
        const name = Buffer.from(this.#type.names.get(number) ?? String(number))
        code = this.#strings.code(name, 0, name.length)
        known.set(number, code)
      }
      codes[row] = code
    }
    return codes
  }

  async #stringCodes(source: ByteSource, rows: number): Promise<Uint32Array> {
    const codes = new Uint32Array(rows)
    const { kind, width } = this.#type
    let row = 0
    while (row < rows) {
      row = kind === 'string' ? this.#arrivedStrings(source, codes, row) : row
      if (row === rows) break
      // the next string has not arrived whole, or is long
      const length = kind === 'string' ? await source.varint() : width
      await source.need(length)
      codes[row++] = this.#strings.code(source.bytes, source.at, source.at + length)
      source.at += length
    }
    return codes
  }

  /** Reads strings up to the first that has not arrived whole. @returns the row after the last one read */
  #arrivedStrings(source: ByteSource, codes: Uint32Array, from: number): number {
    const { bytes, end } = source
    const strings = this.#strings
    let { at } = source
    let row = from
    for (; row < codes.length && at < end; row++) {
      let start = at + 1
      let length = bytes[at]!
      if (length > 127) {
        if (start === end || bytes[start]! > 127) break
        length = (length & 127) + bytes[start]! * 128
        start++
      }
      if (start + length > end) break
      codes[row] = strings.code(bytes, start, start + length)
      at = start + length
    }
    source.at = at
    return row
  }

  /**
   * A block of LowCardinality: version (1), how the indices are kept (their width in the low byte), the block's own
   * dictionary, the indices. Index 0 of a nullable one is null.
   */
  async #dictionaryCodes(source: ByteSource, rows: number): Promise<Uint32Array> {
    const version = await source.uint64()
    await source.need(8)
    const flags = source.view.getUint32(source.at, true)
    source.at += 8
    // bit 8: a dictionary shared between blocks, which answers do not have; bit 9: keys of the block follow
    if (version !== 1 || (flags & 0x300) !== 0x200) {
      throw new TypeError('A column of LowCardinality is kept in a way that cannot be read.')
    }
    const keys = await source.uint64()
    const codeOf = await this.#stringCodes(source, keys)
    if (this.#type.isNullable) codeOf[0] = 0
    const count = await source.uint64()
    if (count !== rows) throw new TypeError('A column of LowCardinality has another length.')
    const width = 1 << (flags & 255)
    await source.need(rows * width)
    source.at += rows * width
    const codes = new Uint32Array(rows)
    const from = source.at - rows * width
    const { bytes, view } = source
    if (width === 1) for (let i = 0; i < rows; i++) codes[i] = codeOf[bytes[from + i]!]!
    else if (width === 2)
      for (let i = 0; i < rows; i++) codes[i] = codeOf[view.getUint16(from + i * 2, true)]!
    else if (width === 4)
      for (let i = 0; i < rows; i++) codes[i] = codeOf[view.getUint32(from + i * 4, true)]!
    else
      for (let i = 0; i < rows; i++)
        codes[i] = codeOf[Number(view.getBigUint64(from + i * 8, true))]!
    return codes
  }
}

function join(into: Numbers, blocks: Numbers[]): void {
  let at = 0
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!
    // both have the type of the column
    ;(into as Float64Array).set(block as Float64Array, at)
    at += block.length
    blocks[i] = block.subarray(0, 0)
  }
}
