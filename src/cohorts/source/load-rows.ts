import { quotedIdentifier } from '../../store/sql-text.ts'
import type { FileQueries } from './file-queries.ts'
import { countedRow, type FilePlan, type PlannedColumn } from './file-plan.ts'

/** Different values among the first rows up to which a text column is stored by codes. */
const fewValues = 10_000
const suggestingRows = 200_000

/**
 * Statement that makes the table for the rows of files with the same columns.
 * @param few names of text columns that are stored by codes
 * @param rowNumber name of the column that counts the rows of all files, from 1
 */
export function tableStatement(
  table: string,
  planned: readonly PlannedColumn[],
  few: ReadonlySet<string>,
  rowNumber: string,
): string {
  const columns = planned.map(({ name, storage }) => {
    const type =
      few.has(name) && storage === 'Nullable(String)' ? `LowCardinality(${storage})` : storage
    return `${quotedIdentifier(name)} ${type}`
  })
  columns.push(`${quotedIdentifier(rowNumber)} UInt64`)
  // it is gone with the process: nothing need be synced
  const settings = 'fsync_after_insert = 0, fsync_part_directory = 0'
  return `CREATE TABLE ${table} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY tuple() SETTINGS ${settings}`
}

/** Reads a file into the table. @param before rows that the table has already */
export async function loadRows(
  table: string,
  plan: FilePlan,
  rowNumber: string,
  before: number,
  queries: FileQueries,
  onRows?: (rows: number) => void,
): Promise<void> {
  // the columns' own names would hide columns of the file that other expressions read
  const select = [
    ...plan.columns.map(({ sql }, index) => `${sql} AS value_${index}`),
    `toUInt64(${plan.rowNumber} + ${before + 1}) AS value_row`,
  ]
  const names = [...plan.columns.map((column) => column.name), rowNumber].map(quotedIdentifier)
  const sql = `INSERT INTO ${table} (${names.join(', ')}) SELECT ${select.join(', ')} FROM ${queries.file(plan)}`
  // rows that are counted as they come are counted in one stream
  const threads = plan.rowNumber === countedRow ? '1' : '2'
  await queries.insert(sql, { ...plan.settings, max_insert_threads: threads }, onRows)
}

/** Names of text columns that are smaller and faster when stored by codes. */
export async function columnsWithFewValues(
  plan: FilePlan,
  queries: FileQueries,
): Promise<Set<string>> {
  const texts = plan.columns.filter((column) => column.type === 'string')
  if (texts.length === 0 || plan.hasSeparateColumns === false) return new Set()
  const values = texts.map((column, index) => `${column.sql} AS t${index}`).join(', ')
  const counts = texts.map((_, index) => `uniqHLL12(t${index}) AS n${index}`).join(', ')
  const sql = `SELECT count() AS rows, ${counts} FROM ${queries.file(plan, values, suggestingRows)}`
  const [found = {}] = await queries.run<Record<string, number>>(sql, plan.settings)
  const enough = Math.min(fewValues, Math.max(1000, (found['rows'] ?? 0) / 2))
  return new Set(
    texts.filter((_, index) => (found[`n${index}`] ?? 0) <= enough).map((column) => column.name),
  )
}
