import { mkdir, statfs, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AftergreenError } from '../../errors.ts'
import { startEmbeddedEngine } from '../../store/engine/embedded-engine.ts'
import type { Engine } from '../../store/engine/engine.ts'
import { queryNative } from '../../store/query-native.ts'
import { queryRows } from '../../store/query-rows.ts'
import { quotedIdentifier, quotedTable } from '../../store/sql-text.ts'
import { csvLayout, type CsvLayout } from './csv-layout.ts'
import { csvPlan } from './csv-plan.ts'
import { openFileFolder } from './file-folder.ts'
import { inspectFile, type RowFile } from './file-format.ts'
import { alignedPlan, freeName, type LoadedFile, mergedColumns, rowNameOf } from './file-columns.ts'
import type { FileColumnType, FilePlan } from './file-plan.ts'
import { type FileQueries, fileQueries } from './file-queries.ts'
import { jsonPlan } from './json-plan.ts'
import { columnsWithFewValues, loadRows, tableStatement } from './load-rows.ts'
import { parquetPlan } from './parquet-plan.ts'
import type { SqlRunner } from './sql-population.ts'

/** A file whose rows are in a table of an engine of their own. */
export interface OpenFile {
  /** As it was named; the first of several. */
  name: string
  runner: SqlRunner
  /** What stands after FROM. */
  from: string
  /** In the file's order, without the number of the row. */
  columns: readonly FileColumn[]
  rows: number
  /** SQL: number of the row over all files, from 1, UInt64. */
  rowNumber: string
  /** SQL: how a person finds the row: its number below the header, with the file where there are several. String. */
  rowName: string
  /** Plain sentences about the data. */
  notes: readonly string[]
  /** Ends the engine and removes what it stored. */
  close(): Promise<void>
}

export interface FileColumn {
  name: string
  type: FileColumnType
  /** The name as SQL writes it. */
  sql: string
}

export interface OpenFileOptions {
  /** `csv`, `tsv`, `parquet` or `jsonl`; left out, the name says it. */
  format?: string
  signal?: AbortSignal
  /** Share that is done, 0 to 1. */
  onProgress?: (done: number) => void
}

const database = 'aftergreen_file'
const longestQuery = 600

/**
 * Reads files with the same columns once into a table of a temporary embedded engine, so that many queries over them are
 * fast. Only the engine's administrator, whose password this process makes up, reads files; queries of the runner are
 * those of a user who may read the one table and nothing else.
 * @throws FILE_FORMAT, USAGE, DISK_FULL, PLATFORM_UNSUPPORTED, ENGINE_START
 */
export async function openFile(
  paths: string | readonly string[],
  options: OpenFileOptions = {},
): Promise<OpenFile> {
  const { format, signal } = options
  const names = typeof paths === 'string' ? [paths] : paths
  const files: RowFile[] = []
  for (const name of names) files.push(await inspectFile(name, format))
  const [first] = files
  if (first === undefined) {
    throw new AftergreenError('USAGE', 'No file is named.', { hint: 'Name one after --file.' })
  }
  signal?.throwIfAborted()
  const folder = await openFileFolder()
  let engine: Engine | undefined
  const close = async (): Promise<void> => {
    await engine?.close()
    await folder.remove()
  }
  try {
    await checkRoom(files)
    const scans: FileScan[] = []
    for (const [index, file] of files.entries()) {
      const onRead = (done: number): void => options.onProgress?.((index + done) / files.length / 2)
      scans.push(await scanFile(file, signal, onRead))
    }
    engine = await startEmbeddedEngine({ folder: folder.path, database, log: () => {} })
    const loaded = await load(engine, scans, path.join(folder.path, 'input'), options)
    return { ...loaded, name: first.name, runner: runnerOf(engine), close }
  } catch (error) {
    await close()
    signal?.throwIfAborted()
    throw error
  }
}

async function load(
  engine: Engine,
  scans: readonly FileScan[],
  links: string,
  options: OpenFileOptions,
): Promise<Omit<OpenFile, 'name' | 'runner' | 'close'>> {
  const { signal, onProgress } = options
  await mkdir(links)
  const admin = await engine.client('admin')
  await admin.command({ query: `CREATE DATABASE ${quotedIdentifier(database)}` })
  const table = quotedTable(database, 'rows')
  const notes: string[] = []
  const loaded: (LoadedFile & { queries: FileQueries })[] = []
  const progress = (index: number, done: number): void =>
    onProgress?.(0.5 + (index + Math.min(1, done)) / scans.length / 2)

  for (const [index, scan] of scans.entries()) {
    const { file } = scan
    // a name without signs that the engine takes for a pattern
    const link = path.join(links, String(index))
    await symlink(file.path, link)
    const queries = fileQueries(engine, file, link, signal)
    const plan = await planOf(scan, queries)
    loaded.push({ file, plan, queries, before: 0 })
    const prefix = scans.length > 1 ? `${file.name}: ` : ''
    notes.push(...plan.notes.map((note) => prefix + note))
  }
  const { plan, queries } = loaded[0]!
  const columns = mergedColumns(loaded)
  const rowNumber = freeName(columns)
  const few = await columnsWithFewValues(plan, queries)
  await admin.command({ query: tableStatement(table, columns, few, rowNumber) })
  let rows = 0
  for (const [index, entry] of loaded.entries()) {
    entry.before = rows
    const aligned = alignedPlan(entry, columns)
    const total = entry.plan.rows ?? 0
    await loadRows(table, aligned, rowNumber, rows, entry.queries, (read) =>
      progress(index, total === 0 ? 0.5 : read / total),
    )
    rows = await rowsOf(engine, table)
  }
  onProgress?.(1)
  return {
    from: table,
    columns: columns.map(({ name, type }) => ({ name, type, sql: quotedIdentifier(name) })),
    rows,
    rowNumber: quotedIdentifier(rowNumber),
    rowName: rowNameOf(quotedIdentifier(rowNumber), loaded),
    notes,
  }
}

/** What can be said about a file without the engine. */
type FileScan =
  | { kind: 'csv'; file: RowFile; layout: CsvLayout }
  | { kind: 'jsonl'; file: RowFile; plan: FilePlan }
  | { kind: 'parquet'; file: RowFile }

async function scanFile(
  file: RowFile,
  signal: AbortSignal | undefined,
  onRead: (done: number) => void,
): Promise<FileScan> {
  if (file.format === 'parquet') return { kind: 'parquet', file }
  if (file.format === 'jsonl') {
    return { kind: 'jsonl', file, plan: await jsonPlan(file, signal, onRead) }
  }
  return { kind: 'csv', file, layout: await csvLayout(file, signal, onRead) }
}

async function planOf(scan: FileScan, queries: FileQueries): Promise<FilePlan> {
  if (scan.kind === 'jsonl') return scan.plan
  if (scan.kind === 'parquet') return await parquetPlan(scan.file, queries)
  return await csvPlan(scan.file, scan.layout, queries)
}

async function rowsOf(engine: Engine, table: string): Promise<number> {
  const [row] = await queryRows<{ n: number }>(engine, `SELECT count() AS n FROM ${table}`, {}, {})
  return row?.n ?? 0
}

function runnerOf(engine: Engine): SqlRunner {
  const optionsWith = (signal?: AbortSignal): { maxSeconds: number; signal?: AbortSignal } => ({
    maxSeconds: longestQuery,
    ...(signal === undefined ? {} : { signal }),
  })
  return {
    native: (sql, parameters, signal) =>
      queryNative(engine, sql, { ...parameters }, optionsWith(signal)),
    rows: (sql, parameters, signal) =>
      queryRows(engine, sql, { ...parameters }, optionsWith(signal)),
    // the engine is the file's
    close: async () => {},
  }
}

/** The table takes about as much as a packed file does, and at times twice that. */
async function checkRoom(files: readonly RowFile[]): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir())
  const wanted = files.reduce((sum, file) => sum + file.size, 0)
  if (bavail * bsize > wanted + 2 ** 26) return
  throw new AftergreenError(
    'DISK_FULL',
    `There is no room to read ${files[0]?.name ?? 'the file'} into a table.`,
    { hint: 'Free some space in the folder for temporary files, or set TMPDIR to another one.' },
  )
}
