import { isUtf8 } from 'node:buffer'
import { fileBytes } from './file-bytes.ts'
import { fileError, type RowFile } from './file-format.ts'

const newline = 10
/** Bytes of a line: the engine holds whole rows in memory, several times over. */
const longestLine = 16 * 2 ** 20

/**
 * The content of a text file, unpacked. What is no UTF-8 would be read with other signs in place of those that were
 * meant, and no printed cohort would fit its rows.
 * @throws FILE_FORMAT where it is damaged, cut off, no UTF-8, or has a line that is too long
 */
export async function* textBytes(
  file: RowFile,
  signal?: AbortSignal,
  onRead?: (done: number) => void,
): AsyncGenerator<Buffer> {
  let lines = 1
  // of the line that goes on
  let length = 0
  let isFirst = true
  // the beginning of a character whose end is in the next chunk
  let cut = Buffer.alloc(0)
  for await (const chunk of fileBytes(file, signal, onRead)) {
    const bytes = cut.length === 0 ? chunk : Buffer.concat([cut, chunk])
    const end = lastWholeCharacter(bytes)
    const whole = bytes.subarray(0, end)
    if (!isUtf8(whole)) {
      throw notUtf8(file, isFirst ? bytes : undefined, lines + linesBeforeFault(whole))
    }
    let start = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      if (length + at - start > longestLine) throw tooLong(file, lines)
      length = 0
      start = at + 1
      lines++
    }
    length += chunk.length - start
    if (length > longestLine) throw tooLong(file, lines)
    cut = Buffer.from(bytes.subarray(end))
    isFirst = false
    yield chunk
  }
  if (cut.length > 0) throw notUtf8(file, undefined, lines)
}

/** Where the bytes end that do not belong to a character which the end cuts off. */
function lastWholeCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return wanted > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Line feeds before the first line that is no UTF-8; one never lies within a character. */
function linesBeforeFault(bytes: Buffer): number {
  let lines = 0
  let start = 0
  for (;;) {
    const end = bytes.indexOf(newline, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return lines
    start = end + 1
    lines++
  }
}

function tooLong(file: RowFile, line: number): Error {
  const hint =
    file.format === 'jsonl'
      ? 'One JSON object a line was expected.'
      : 'One row a line was expected.'
  return fileError(file.name, `has a line of more than 16 MiB (line ${line})`, hint)
}

function notUtf8(file: RowFile, head: Buffer | undefined, line: number): Error {
  const mark = head?.readUInt16BE(0)
  const from = mark === 0xfffe || mark === 0xfeff ? 'UTF-16' : 'WINDOWS-1252'
  const unpack = file.compression === 'none' ? '' : 'Unpack it, then: '
  return fileError(
    file.name,
    `is not UTF-8 text (line ${line})`,
    `${unpack}iconv -f ${from} -t UTF-8 turns ${from} into UTF-8.`,
  )
}
