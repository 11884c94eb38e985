import type { HexColumn } from '../../otlp/columns.ts'
import { absent } from '../../otlp/columns.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Writes identifiers as Strings of lower-case hexadecimal digits; '' where there is none. */
export function writeHex(writer: ByteWriter, column: HexColumn, from: Uint8Array): void {
  const { data, length, width } = column
  let at = writer.reserve(length * (width * 2 + 1))
  const { bytes, view } = writer
  for (let row = 0; row < length; row++) {
    const offset = data[row]!
    if (offset === absent) {
      bytes[at++] = 0
      continue
    }
    bytes[at++] = width * 2
    for (let i = offset; i < offset + width; i += 2) {
      view.setUint32(at, (digits[from[i]!]! << 16) | digits[from[i + 1]!]!)
      at += 4
    }
  }
  writer.length = at
}

/** The two digits of a byte, as one big-endian number. */
const digits = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16BE(),
)
