import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import { isZstd } from '../../otlp/zstd-frames.ts'

export const fileFormats = ['csv', 'tsv', 'parquet', 'jsonl'] as const

/** `csv` may be separated by commas, semicolons, tabs or bars; `tsv` is separated by tabs. */
export type FileFormat = (typeof fileFormats)[number]

/** A file of rows, looked at but not read. */
export interface RowFile {
  /** As it was named. */
  path: string
  /** Without the folders, for messages. */
  name: string
  size: number
  format: FileFormat
  compression: 'none' | 'gzip' | 'zstd'
}

const extensions: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
}

/**
 * What a file is, by its name (or `format`) and its first bytes.
 * @throws FILE_FORMAT, USAGE (a format that nobody knows)
 */
export async function inspectFile(file: string, format?: string): Promise<RowFile> {
  const name = path.basename(file) || `"${file}"`
  const { head, tail, size } = await firstAndLastBytes(file, name)
  const found = formatOf(name, format)
  if (size === 0) throw fileError(name, 'is empty', `A ${words[found]} was expected.`)
  const compression = compressionOf(head)
  if (found === 'parquet') {
    if (compression !== 'none') {
      throw fileError(
        name,
        `is compressed with ${compression}`,
        'Unpack it: Parquet is compressed inside.',
      )
    }
    if (head.toString('latin1') !== 'PAR1' || tail.toString('latin1') !== 'PAR1') {
      const problem =
        head.toString('latin1') === 'PAR1'
          ? 'is a Parquet file that was cut off'
          : 'is no Parquet file'
      throw fileError(name, problem, 'A Parquet file begins and ends with the bytes PAR1.')
    }
  } else if (head.toString('latin1') === 'PAR1') {
    throw fileError(name, `is a Parquet file, not a ${words[found]}`, 'Add --format parquet.')
  }
  return { path: path.resolve(file), name, size, format: found, compression }
}

const words: Readonly<Record<FileFormat, string>> = {
  csv: 'CSV file with a header line',
  tsv: 'file of columns separated by tabs, with a header line',
  parquet: 'Parquet file',
  jsonl: 'file with one JSON object a line',
}

/** FILE_FORMAT. No content of a row may be part of it: rows may hold secrets. */
export function fileError(
  name: string,
  problem: string,
  hint: string,
  cause?: unknown,
): AftergreenError {
  return new AftergreenError('FILE_FORMAT', `${name} ${problem}.`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  })
}

function formatOf(name: string, wanted: string | undefined): FileFormat {
  if (wanted !== undefined) {
    const known = fileFormats.find((format) => format === wanted.toLowerCase())
    if (known !== undefined) return known
    throw new AftergreenError('USAGE', `There is no format ${wanted}.`, {
      hint: `Formats are: ${fileFormats.join(', ')}.`,
    })
  }
  const plain = name.toLowerCase().replace(/\.(gz|gzip|zst|zstd)$/, '')
  const found = extensions[path.extname(plain)]
  if (found !== undefined) return found
  const known = Object.keys(extensions).join(', ')
  throw fileError(
    name,
    'has a name that does not say what is in it',
    `Known endings are ${known}, also with .gz or .zst; for others, add --format ${fileFormats.join('|')}.`,
  )
}

function compressionOf(head: Buffer): RowFile['compression'] {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return head.length === 4 && isZstd(head) ? 'zstd' : 'none'
}

async function firstAndLastBytes(
  file: string,
  name: string,
): Promise<{ head: Buffer; tail: Buffer; size: number }> {
  try {
    const found = await stat(file)
    if (found.isDirectory()) throw new Error('it is a folder')
    if (!found.isFile()) throw new Error('it is no ordinary file')
    const handle = await open(file, constants.O_RDONLY)
    try {
      const bytes = Math.min(4, found.size)
      const head = Buffer.alloc(bytes)
      const tail = Buffer.alloc(bytes)
      await handle.read(head, 0, bytes, 0)
      await handle.read(tail, 0, bytes, found.size - bytes)
      return { head, tail, size: found.size }
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const hint = 'Name a CSV, Parquet or JSON lines file.'
    throw fileError(name, `cannot be read: ${reasonOf(cause)}`, hint, cause)
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'that is not allowed'
  return cause instanceof Error ? cause.message : String(cause)
}
