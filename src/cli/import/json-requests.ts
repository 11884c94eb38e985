import type { ByteReader } from '../../otlp/byte-reader.ts'
import { type FoundRequest, maxRequestBytes } from './found-request.ts'

const [newline, quote, backslash] = [0x0a, 0x22, 0x5c]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/**
 * OTLP JSON: one request a line, or requests over several lines. A string cannot hold a line feed, so a line that was cut
 * off ends where the next request begins and takes no other with it.
 */
export async function* jsonRequests(reader: ByteReader): AsyncGenerator<FoundRequest> {
  let lines: Buffer[] = []
  let size = 0
  let depth = 0
  let firstLine = 1
  let isTooLarge = false
  const where = (): string => `line ${firstLine}`
  const finish = (problem?: string): FoundRequest => {
    const body = trimmed(Buffer.concat(lines))
    const told = isTooLarge ? `It has more than ${maxRequestBytes} bytes.` : problem
    const at = where()
    lines = []
    size = 0
    depth = 0
    isTooLarge = false
    return told === undefined ? { where: at, encoding: 'json', body } : { where: at, problem: told }
  }
  let number = 0
  for await (const { line, tooLong } of linesOf(reader)) {
    number++
    if (size > 0 && beginsRequest(line)) yield finish('It ends in the middle of a request.')
    if (size === 0) firstLine = number
    if (tooLong) {
      isTooLarge = true
      yield finish()
      continue
    }
    if (size === 0) {
      if (line.every((byte) => byte <= 0x20)) continue
      if (!/^\s*[{[]/.test(line.toString('latin1', 0, 64).replace(/^\u00ef\u00bb\u00bf/, ''))) {
        size = 1
        yield finish('It is not JSON.')
        continue
      }
    }
    size += line.length
    isTooLarge ||= size > maxRequestBytes
    const change = isTooLarge ? 0 : depthChange(line)
    if (!isTooLarge) lines.push(line)
    else lines = []
    if (change === undefined) yield finish('A string in it does not end.')
    else {
      depth += change
      if (depth <= 0) yield finish()
    }
  }
  if (size > 0) yield finish('The file ends in the middle of a request.')
}

/** A line at whose very start a request opens, which no line inside of a printed document does. */
function beginsRequest(line: Buffer): boolean {
  return /^\{\s*"resource(?:Spans|Logs|Metrics)"/.test(line.toString('latin1', 0, 64))
}

/** How many more brackets a line opens than it closes; undefined where it ends within a string. */
function depthChange(line: Buffer): number | undefined {
  let depth = 0
  let inString = false
  for (let i = 0; i < line.length; i++) {
    const byte = line[i]!
    if (inString) {
      if (byte === backslash) i++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) depth--
  }
  return inString ? undefined : depth
}

/** Lines without their end; what is longer than a request may be comes empty, and is said to be. */
async function* linesOf(reader: ByteReader): AsyncGenerator<{ line: Buffer; tooLong: boolean }> {
  let parts: Buffer[] = []
  let length = 0
  const take = (last: Buffer): { line: Buffer; tooLong: boolean } => {
    const tooLong = length + last.length > maxRequestBytes
    const line = tooLong ? Buffer.alloc(0) : Buffer.concat([...parts, last])
    parts = []
    length = 0
    return { line, tooLong }
  }
  for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk()) {
    let at = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, at)) {
      yield take(chunk.subarray(at, end))
      at = end + 1
    }
    const rest = chunk.subarray(at)
    length += rest.length
    if (length <= maxRequestBytes) parts.push(rest)
    else parts = []
  }
  if (length > 0) yield take(Buffer.alloc(0))
}

/** Without white space and a byte order mark around it: the same request whatever the ends of lines. */
function trimmed(bytes: Buffer): Buffer {
  let [start, end] = [0, bytes.length]
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) start = 3
  while (start < end && bytes[start]! <= 0x20) start++
  while (end > start && bytes[end - 1]! <= 0x20) end--
  return bytes.subarray(start, end)
}
