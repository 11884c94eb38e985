import type { ClickHouseSettings } from '@clickhouse/client'
import type { FilterColumn } from '../../ask/filter/filter.ts'
import { quotedIdentifier, quotedText } from '../../store/sql-text.ts'
import { fileError, type RowFile } from './file-format.ts'

export type FileColumnType = FilterColumn['type']

/** How a file becomes the rows of a table. */
export interface FilePlan {
  /** The engine's name of the format. */
  format: 'CSV' | 'JSONEachRow' | 'Parquet'
  /** Columns of the file with their types; null = the file knows them. */
  structure: string | null
  settings: ClickHouseSettings
  columns: readonly PlannedColumn[]
  /** The number of a row in the file, from 0. */
  rowNumber: string
  /** Whether the engine can read some columns without the others; true where left out. */
  hasSeparateColumns?: boolean
  /** Undefined where nobody has counted. */
  rows: number | undefined
  notes: readonly string[]
}

/** Where the file does not number its rows itself. */
export const countedRow = 'rowNumberInAllBlocks()'

export interface PlannedColumn {
  name: string
  type: FileColumnType
  /** Over the columns of the file. */
  sql: string
  /** Type in the table. */
  storage: string
}

/** SQL of a value in nested objects: a dot could also be part of a column's own name. */
export function nestedColumn(path: readonly string[]): string {
  const [column = '', ...inner] = path
  return inner.reduce(
    (sql, name) => `tupleElement(${sql}, ${quotedText(name)})`,
    quotedIdentifier(column),
  )
}

/** SQL of true and false as words, in whatever case; null where it is another word. */
export function truthOf(text: string): string {
  return `multiIf(lower(${text}) = 'true', true, lower(${text}) = 'false', false, NULL)`
}

/** Columns of a file: more are no attributes but values that became names. */
export const maxFileColumns = 1000

/** Of all names together, in bytes: the engine reads statements up to 256 KiB, and some say each name twice. */
const longestNames = 60_000

/**
 * Gives each name a number where another column has it already, and says so.
 * @throws FILE_FORMAT where there are too many names, or too long ones
 */
export function distinctNames(file: RowFile, names: readonly string[], notes: string[]): string[] {
  if (names.length > maxFileColumns) {
    const hint = `At most ${maxFileColumns} can be compared.`
    throw fileError(file.name, `has ${names.length} columns`, hint)
  }
  const length = names.reduce((sum, name) => sum + Buffer.byteLength(name), 0)
  if (length > longestNames) {
    const hint = `All names together may have ${longestNames} bytes; the first line is taken for the header.`
    throw fileError(file.name, `has column names of ${length} bytes`, hint)
  }
  const taken = new Set(names)
  const given = new Set<string>()
  return names.map((name, index) => {
    let unique = name.trim() === '' ? `column ${index + 1}` : name
    if (unique !== name) notes.push(`Column ${index + 1} has no name; it is called ${unique}.`)
    if (given.has(unique)) {
      let number = 2
      while (taken.has(`${unique}_${number}`) || given.has(`${unique}_${number}`)) number++
      notes.push(`There are several columns ${unique}; a later one is called ${unique}_${number}.`)
      unique = `${unique}_${number}`
    }
    given.add(unique)
    return unique
  })
}
