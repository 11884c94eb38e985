import { quotedText } from '../../store/sql-text.ts'
import { fileError, type RowFile } from './file-format.ts'
import type { FilePlan, PlannedColumn } from './file-plan.ts'

/** A file and where its rows begin among those of all files. */
export interface LoadedFile {
  file: RowFile
  plan: FilePlan
  /** Rows of the files before it. */
  before: number
}

/**
 * Columns of several files as one table holds them: text where one file has text, absent where one has gaps.
 * @throws FILE_FORMAT where they do not have the same names
 */
export function mergedColumns(files: readonly LoadedFile[]): PlannedColumn[] {
  const [first, ...others] = files
  if (first === undefined) return []
  return first.plan.columns.map((column) => {
    const same = others.map(({ file, plan }) => {
      const found = plan.columns.find((other) => other.name === column.name)
      if (found === undefined) throw missing(file, column.name, first.file)
      return found
    })
    return same.reduce(mergedColumn, column)
  })
}

/** Each plan with the columns of the table, in its order. @throws FILE_FORMAT */
export function alignedPlan(entry: LoadedFile, columns: readonly PlannedColumn[]): FilePlan {
  const extra = entry.plan.columns.find(
    (column) => !columns.some((other) => other.name === column.name),
  )
  if (extra !== undefined) {
    const hint = 'Files that are compared together have the same columns.'
    throw fileError(entry.file.name, `has a column ${extra.name} that the first file lacks`, hint)
  }
  return {
    ...entry.plan,
    columns: columns.map((column) => {
      const own = entry.plan.columns.find((other) => other.name === column.name)!
      return own.type === column.type
        ? { ...own, storage: column.storage }
        : { ...column, sql: `toString(${own.sql})` }
    }),
  }
}

function mergedColumn(a: PlannedColumn, b: PlannedColumn): PlannedColumn {
  if (a.type !== b.type) return { ...a, type: 'string', storage: 'Nullable(String)' }
  if (a.storage === b.storage) return a
  const isNullable = a.storage.startsWith('Nullable(') || b.storage.startsWith('Nullable(')
  const [inner, other] = [a, b].map(({ storage }) => storage.replace(/^Nullable\((.*)\)$/s, '$1'))
  const storage = inner === other ? inner! : 'Float64'
  return { ...a, storage: isNullable ? `Nullable(${storage})` : storage }
}

function missing(file: RowFile, name: string, first: RowFile): Error {
  const hint = 'Files that are compared together have the same columns.'
  return fileError(file.name, `has no column ${name}, as ${first.name} has`, hint)
}

/** A name for the number of the row that no column has. */
export function freeName(columns: readonly PlannedColumn[]): string {
  let name = 'row_number'
  while (columns.some((column) => column.name === name)) name = `_${name}`
  return name
}

/** SQL of what a person calls a row: its number, with the name of the file where there are several. */
export function rowNameOf(rowNumber: string, files: readonly LoadedFile[]): string {
  if (files.length <= 1) return `toString(${rowNumber})`
  const cases = files.toReversed().map(({ file, before }) => {
    const name = `concat(${quotedText(`${file.name}:`)}, toString(${rowNumber} - ${before}))`
    return `${rowNumber} > ${before}, ${name}`
  })
  return `multiIf(${cases.join(', ')}, '')`
}
