import { absent } from './columns.ts'
import { wrongLength } from './span-fields.ts'
import type { WireReader } from './wire-reader.ts'

/** Offset of a trace or span id; `absent` where it is empty or all zeros, `wrongLength` where it cannot be one. */
export function readIdentifier(reader: WireReader, limit: number, width: number): number {
  const end = reader.end(limit)
  const start = reader.position
  reader.position = end
  if (end === start) return absent
  if (end - start !== width) return wrongLength
  for (let position = start; position < end; position += 4) {
    if (reader.view.getInt32(position) !== 0) return start
  }
  return absent
}

/** The same where a wrong identifier means that there is none. */
export function readOptionalIdentifier(reader: WireReader, limit: number, width: number): number {
  const offset = readIdentifier(reader, limit, width)
  return offset === wrongLength ? absent : offset
}
