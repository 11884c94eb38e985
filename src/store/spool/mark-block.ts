import { hash } from 'node:crypto'

/**
 * Every stored row carries the mark of the insert that brought it. The engine's own memory of inserts is short, is not
 * synced, and is written apart from the rows; after a crash only the rows themselves can tell what happened.
 */
export const markColumn = 'segment'

/** The mark of an insert, from its token: 64 bits, as a decimal number. */
export function markOf(token: string): string {
  return markBytes(token).readBigUInt64LE().toString()
}

/** A Native block with the mark as one more column, in pieces; the block itself is not copied. */
export function markedBlock(block: Uint8Array, rows: number, token: string): Uint8Array[] {
  // the block begins with its number of columns, as a varint
  const size = block.findIndex((byte) => byte < 0x80) + 1
  if (size < 1 || size > 4) return [block]
  let columns = 0
  for (let i = 0; i < size; i++) columns += (block[i]! & 0x7f) * 128 ** i
  const name = Buffer.from(`${String.fromCodePoint(markColumn.length)}${markColumn}\u0006UInt64`)
  const values = Buffer.alloc(rows * 8, markBytes(token))
  return [varint(columns + 1), block.subarray(size), name, values]
}

function markBytes(token: string): Buffer {
  return hash('sha1', token, 'buffer').subarray(0, 8)
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
