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
  const local = new Uint32Array(dictionary.size)
  const used: number[] = []
  const indexes = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const id = ids[i]!
    let index = local[id]!
    if (index === 0) {
      used.push(id)
      index = local[id] = used.length
    }
    indexes[i] = index - 1
  }
  writeHeader(writer, used.length)
  for (const id of used)
    writer.textRange(dictionary.view, dictionary.offsets[id]!, dictionary.lengths[id]!)
  writeIndexes(writer, indexes, count, used.length)
}

/** Writes `ids` as LowCardinality(Nullable(String)): 0 is NULL, n stands for string n - 1 of the dictionary. */
export function writeNullableLowCardinality(
  writer: ByteWriter,
  ids: Uint32Array,
  count: number,
  dictionary: Dictionary,
): void {
  if (count === 0) return
  if (dictionary.size === 0) {
    writeAllNull(writer, count)
    return
  }
  writeHeader(writer, dictionary.size + 1)
  writer.varint(0)
  for (let id = 0; id < dictionary.size; id++) {
    writer.textRange(dictionary.view, dictionary.offsets[id]!, dictionary.lengths[id]!)
  }
  writeIndexes(writer, ids, count, dictionary.size + 1)
}

/** Most columns of most blocks: one key, NULL, and as many bytes 0 as there are rows. */
function writeAllNull(writer: ByteWriter, count: number): void {
  writeHeader(writer, 1)
  writer.varint(0)
  writer.uint64(count)
  writer.zeros(count)
}

function writeHeader(writer: ByteWriter, keys: number): void {
  writer.pair(hasAdditionalKeys | needUpdateDictionary | widthCode(keys), 0)
  writer.uint64(keys)
}

/** Type of the indexes: 0 = UInt8, 1 = UInt16, 2 = UInt32. */
const widthCode = (keys: number): number => (keys <= 0x100 ? 0 : keys <= 0x1_0000 ? 1 : 2)

function writeIndexes(writer: ByteWriter, indexes: Uint32Array, count: number, keys: number): void {
  writer.uint64(count)
  const width = widthCode(keys)
  const used = indexes.subarray(0, count)
  writer.numbers(
    width === 0 ? new Uint8Array(used) : width === 1 ? new Uint16Array(used) : used,
    count,
  )
}
