import { fileBytes } from './file-bytes.ts'
import { fileError, type RowFile } from './file-format.ts'
import { QuoteScan } from './quote-scan.ts'
import { textBytes } from './text-bytes.ts'

/** How a CSV file is written. */
export interface CsvLayout {
  delimiter: string
  names: string[]
  /** Lines up to the end of the header. */
  headerLines: number
}

const newline = 10
const headBytes = 2 ** 20

/**
 * Reads the header of a CSV file and goes once through all of it, for what the engine does not see: a quoted value that
 * is never closed would take in all rows that follow.
 * @throws FILE_FORMAT
 */
export async function csvLayout(
  file: RowFile,
  signal?: AbortSignal,
  onRead?: (done: number) => void,
): Promise<CsvLayout> {
  let head = Buffer.alloc(0)
  let layout: CsvLayout | undefined
  let quotes: QuoteScan | undefined
  let hasRows = false
  for await (const chunk of textBytes(file, signal, onRead)) {
    if (quotes !== undefined) {
      quotes.scan(chunk)
      hasRows ||= /\S/.test(chunk.toString('latin1'))
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < headBytes) continue
    const read = readHeader(file, head, false)
    layout = read
    hasRows = read.hasRows
    quotes = new QuoteScan(layout.delimiter.charCodeAt(0))
    quotes.scan(head)
  }
  if (quotes === undefined || layout === undefined) {
    const read = readHeader(file, head, true)
    layout = read
    hasRows = read.hasRows
    quotes = new QuoteScan(layout.delimiter.charCodeAt(0))
    quotes.scan(head)
  }
  const open = quotes.openedAt
  if (open !== undefined) {
    const line = await lineOf(file, open, signal)
    throw fileError(
      file.name,
      `has a quoted value in line ${line} that is never closed`,
      'A quote (") within a quoted value is written twice ("").',
    )
  }
  if (!hasRows)
    throw fileError(
      file.name,
      'has a header but no rows',
      'At least one row below the header was expected.',
    )
  return layout
}

function readHeader(
  file: RowFile,
  head: Buffer,
  isWhole: boolean,
): CsvLayout & { hasRows: boolean } {
  const text = head.toString('utf8').replace(/^\uFEFF/, '')
  const blank = /^\s*\n/.exec(text)?.[0] ?? ''
  const body = text.slice(blank.length)
  if (body.trim() === '') throw fileError(file.name, 'is empty', 'A header line was expected.')
  if (body.includes('\0')) {
    throw fileError(
      file.name,
      'is no text',
      'A CSV file in UTF-8 was expected; for Parquet add --format parquet.',
    )
  }
  const end = endOfRecord(body)
  if (end === undefined && !isWhole) {
    throw fileError(
      file.name,
      'has a first line of more than 1 MiB',
      'A header line was expected; perhaps a quote in it is never closed.',
    )
  }
  const record = body.slice(0, end).replace(/\r?\n?$/, '')
  if (/\r[^\n]/.test(record)) {
    throw fileError(
      file.name,
      'has lines that end with a carriage return alone',
      'Lines end with a line feed.',
    )
  }
  const delimiter = file.format === 'tsv' ? '\t' : delimiterOf(record)
  return {
    delimiter,
    names: fieldsOf(record, delimiter),
    headerLines: count(blank, '\n') + count(body.slice(0, end), '\n'),
    hasRows: end !== undefined && body.slice(end).trim() !== '',
  }
}

/** Where the next record begins; undefined where there is none. */
function endOfRecord(text: string): number | undefined {
  let inside = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') inside = inside ? text[++i] === '"' : beginsValue(text, i)
    // the sign behind a quote that closes was looked at
    if (text[i] === '\n' && !inside) return i + 1
  }
  return undefined
}

/** Whether a quote opens a value there; elsewhere it is a sign like others. */
function beginsValue(text: string, at: number): boolean {
  return /(^|[,;\t|\r\n]) *$/.test(text.slice(Math.max(0, at - 16), at))
}

/** The one of the usual separators that the header has most of. */
function delimiterOf(record: string): string {
  const outside = record.replace(/(^|[,;\t|]) *"(?:[^"]|"")*"/g, '$1')
  let best = ','
  for (const candidate of [',', ';', '\t', '|']) {
    if (count(outside, candidate) > count(outside, best)) best = candidate
  }
  return best
}

function fieldsOf(record: string, delimiter: string): string[] {
  const fields = ['']
  let inside = false
  for (let i = 0; i < record.length; i++) {
    const character = record[i]!
    const field = fields.length - 1
    if (character === '"') {
      if (inside && record[i + 1] === '"') fields[field] += record[++i]!
      else if (inside) inside = false
      else if (fields[field]!.trim() === '') inside = true
      else fields[field] += character
    } else if (character === delimiter && !inside) fields.push('')
    else fields[field] += character
  }
  return fields.map((field) => field.trim())
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}

async function lineOf(file: RowFile, byte: number, signal?: AbortSignal): Promise<number> {
  let line = 1
  let offset = 0
  for await (const chunk of fileBytes(file, signal)) {
    const end = Math.min(chunk.length, byte - offset)
    for (let at = chunk.indexOf(newline); at >= 0 && at < end; at = chunk.indexOf(newline, at + 1))
      line++
    offset += chunk.length
    if (offset > byte) break
  }
  return line
}
