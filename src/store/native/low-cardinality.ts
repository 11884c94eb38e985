import { grown } from '../../otlp/columns.ts'
import type { ByteWriter } from './byte-writer.ts'

// ClickHouse src/DataTypes/Serializations/SerializationLowCardinality.cpp: every block carries its own dictionary.
const sharedDictionariesWithAdditionalKeys = 1
const hasAdditionalKeys = 1 << 9
const needUpdateDictionary = 1 << 10

/** What precedes the data of a LowCardinality column, even where it is inside another type. */
export function writeDictionaryVersion(writer: ByteWriter): void {
  writer.uint64(sharedDictionariesWithAdditionalKeys)
}

/** Strings by number, as ranges of `view`. */
export interface Dictionary {
  readonly view: DataView
  readonly offsets: Uint32Array
  readonly lengths: Uint32Array
  readonly size: number
}

/** Writes the first `count` of `ids`, each the number of a string of the dictionary; only used strings are written. */
export function writeLowCardinality(
  writer: ByteWriter,
  ids: Uint32Array,
  count: number,
  dictionary: Dictionary,
): void {
  if (count === 0) return
  if (dictionary.size > positions.length) positions = grown(positions, dictionary.size)
  const local = positions
  const used: number[] = []
  for (let i = 0; i < count; i++) {
    const id = ids[i]!
    if (local[id] !== 0) continue
    used.push(id)
    local[id] = used.length
  }
  writeKeys(writer, used, dictionary)
  writer.uint64(count)
  const at = writer.reserve(count * 4)
  const { bytes, view } = writer
  switch (widthCode(used.length)) {
    case 0:
      for (let i = 0; i < count; i++) bytes[at + i] = local[ids[i]!]! - 1
      writer.length = at + count
      break
    case 1:
      for (let i = 0; i < count; i++) view.setUint16(at + i * 2, local[ids[i]!]! - 1, true)
      writer.length = at + count * 2
      break
    case 2:
      for (let i = 0; i < count; i++) view.setUint32(at + i * 4, local[ids[i]!]! - 1, true)
      writer.length = at + count * 4
      break
  }
  for (const id of used) local[id] = 0
}

/** By number of a string: its number in the block + 1. All 0 between two calls. */
let positions = new Uint32Array(1024)

/** Rows `start` to `end` that have the same value: the number of a string. */
export interface Run {
  readonly start: number
  readonly end: number
  readonly id: number
}

/** The same for values that are the same over whole runs of rows. */
export function writeLowCardinalityRuns(
  writer: ByteWriter,
  runs: readonly Run[],
  count: number,
  dictionary: Dictionary,
): void {
  const local = new Map<number, number>()
  for (const { id } of runs) if (!local.has(id)) local.set(id, local.size)
  writeKeys(writer, [...local.keys()], dictionary)
  writer.uint64(count)
  const width = 1 << widthCode(local.size)
  const at = writer.reserve(count * width)
  const { bytes, view } = writer
  for (const { start, end, id } of runs) {
    const index = local.get(id)!
    if (width === 1) bytes.fill(index, at + start, at + end)
    else if (width === 2) for (let i = start; i < end; i++) view.setUint16(at + i * 2, index, true)
    else for (let i = start; i < end; i++) view.setUint32(at + i * 4, index, true)
  }
  writer.length = at + count * width
}

/** Writes `ids` as LowCardinality(Nullable(String)): 0 is NULL, n stands for string n - 1 of the dictionary. */
export function writeNullableLowCardinality(
  writer: ByteWriter,
  ids: Uint32Array,
  count: number,
  dictionary: Dictionary,
): void {
  if (count === 0) return
  const { view, offsets, lengths, size } = dictionary
  writeHeader(writer, size + 1)
  writer.varint(0)
  for (let id = 0; id < size; id++) writer.textRange(view, offsets[id]!, lengths[id]!)
  writer.uint64(count)
  const width = widthCode(size + 1)
  if (width === 2) {
    writer.numbers(ids, count)
    return
  }
  const at = writer.reserve(count << width)
  const { bytes, view: out } = writer
  if (width === 0) for (let i = 0; i < count; i++) bytes[at + i] = ids[i]!
  else for (let i = 0; i < count; i++) out.setUint16(at + i * 2, ids[i]!, true)
  writer.length = at + (count << width)
}

/** A column in which every row is NULL: one key, and as many bytes 0 as there are rows. */
export function writeAllNull(writer: ByteWriter, count: number): void {
  if (count === 0) return
  writeHeader(writer, 1)
  writer.varint(0)
  writer.uint64(count)
  writer.zeros(count)
}

function writeKeys(writer: ByteWriter, ids: readonly number[], dictionary: Dictionary): void {
  const { view, offsets, lengths } = dictionary
  writeHeader(writer, ids.length)
  for (const id of ids) writer.textRange(view, offsets[id]!, lengths[id]!)
}

function writeHeader(writer: ByteWriter, keys: number): void {
  writer.pair(hasAdditionalKeys | needUpdateDictionary | widthCode(keys), 0)
  writer.uint64(keys)
}

/** Type of the indexes: 0 = UInt8, 1 = UInt16, 2 = UInt32. */
const widthCode = (keys: number): 0 | 1 | 2 => (keys <= 0x100 ? 0 : keys <= 0x1_0000 ? 1 : 2)
