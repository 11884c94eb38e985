import { ByteSource } from './byte-source.ts'
import { NativeColumnReader } from './native-column-reader.ts'

/** Columns of an answer in the format `Native`, blocks joined. */
export interface NativeColumns {
  rows: number
  columns: Readonly<Record<string, NativeColumn>>
}

export type NativeColumn =
  /** Numbers, bools, times; `nulls[row]` = 1 where null (undefined: none is). */
  | {
      kind: 'number'
      values:
        | Uint8Array
        | Int8Array
        | Uint16Array
        | Int16Array
        | Uint32Array
        | Int32Array
        | Float32Array
        | Float64Array
        | BigUint64Array
        | BigInt64Array
      nulls: Uint8Array | undefined
    }
  /** Strings by code: `values[codes[row]]`; code 0 is null and `values[0]` is null. */
  | { kind: 'string'; codes: Uint32Array; values: readonly (string | null)[] }

export interface DecodeNativeOptions {
  /** Of the whole answer; default 512 MiB. */
  maxBytes?: number
}

/**
 * Reads an answer in the format `Native` as the engine sends it over HTTP: blocks of number of columns, number of rows,
 * and per column name, type and values. Dictionaries of blocks become one per column. Block after block: what is held is
 * the columns and one column of one block.
 *
 * @throws ENGINE_QUERY where it is larger than `maxBytes`; ENGINE_UNAVAILABLE where it ends early; TypeError for types
 * that are not read
 */
export async function decodeNative(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes = 512 * 2 ** 20 }: DecodeNativeOptions = {},
): Promise<NativeColumns> {
  const source = new ByteSource(chunks, maxBytes)
  const readers = new Map<string, NativeColumnReader>()
  let rows = 0
  try {
    while (await source.more()) {
      const columnCount = await source.varint()
      const blockRows = await source.varint()
      for (let i = 0; i < columnCount; i++) {
        const name = await source.text()
        const type = await source.text()
        let reader = readers.get(name)
        if (reader === undefined) readers.set(name, (reader = new NativeColumnReader(type)))
        if (blockRows > 0) await reader.readBlock(source, blockRows)
      }
      rows += blockRows
    }
  } finally {
    await source.close()
  }
  const columns = [...readers].map(([name, reader]) => [name, reader.column(rows)] as const)
  return { rows, columns: Object.fromEntries(columns) }
}
