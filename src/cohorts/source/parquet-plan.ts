import type { FileQueries } from './file-queries.ts'
import { fileError, type RowFile } from './file-format.ts'
import {
  countedRow,
  distinctNames,
  type FilePlan,
  nestedColumn,
  type PlannedColumn,
} from './file-plan.ts'

/**
 * The columns of a Parquet file, by the types that it names: nested ones become columns with dots, lists and maps text.
 * @throws FILE_FORMAT
 */
export async function parquetPlan(file: RowFile, queries: FileQueries): Promise<FilePlan> {
  const plan = { format: 'Parquet' as const, structure: null }
  const notes: string[] = []
  const described = await queries.run<{ name: string; type: string }>(
    `DESCRIBE TABLE ${queries.file(plan)}`,
    {},
  )
  const columns: PlannedColumn[] = []
  for (const { name, type } of described) addColumns(columns, notes, [name], type)
  const [found] = await queries.run<{ n: number }>(
    `SELECT count() AS n FROM ${queries.file(plan)}`,
    {},
  )
  const rows = found?.n ?? 0
  if (rows === 0) throw fileError(file.name, 'has no rows', 'At least one row was expected.')
  const names = distinctNames(
    file,
    columns.map((column) => column.name),
    notes,
  )
  return {
    ...plan,
    settings: { input_format_parquet_preserve_order: 1 },
    columns: columns.map((column, index) => ({ ...column, name: names[index]! })),
    // a column of that name in the file would hide it
    rowNumber: described.some((column) => column.name === '_row_number')
      ? countedRow
      : '_row_number',
    rows,
    notes,
  }
}

function addColumns(
  columns: PlannedColumn[],
  notes: string[],
  path: readonly string[],
  declared: string,
): void {
  const name = path.join('.')
  const sql = nestedColumn(path)
  const { type, isNullable } = unwrapped(declared.trim())
  const add = (kind: PlannedColumn['type'], expression: string, storage: string): void => {
    const stored = isNullable ? `Nullable(${storage})` : storage
    columns.push({ name, type: kind, sql: expression, storage: stored })
  }
  const tuple = /^Tuple\((.*)\)$/s.exec(type)?.[1]
  const parts = tuple === undefined ? [] : topLevel(tuple).map(namedPart)
  if (parts.length > 0 && parts.every((part) => part !== undefined) && path.length < 8) {
    for (const part of parts) addColumns(columns, notes, [...path, part.name], part.type)
  } else if (/^U?Int(8|16|32|64)$/.test(type) || type === 'Float64') add('number', sql, type)
  // a float is what its shortest text says, not what its bits happen to be as a double
  else if (type === 'Float32') add('number', `toFloat64(toString(${sql}))`, 'Float64')
  else if (/^(U?Int\d+|BFloat16|Decimal.*)$/.test(type))
    add('number', `toFloat64(${sql})`, 'Float64')
  else if (type === 'Bool') add('bool', sql, 'Bool')
  else if (/^(Date|Date32|DateTime.*)$/.test(type)) {
    add('time', `toDateTime64(${sql}, 9, 'UTC')`, "DateTime64(9, 'UTC')")
  } else if (/^(String|FixedString.*|Enum.*|UUID|IPv[46])$/.test(type)) {
    // bytes that are no text would not be found again by what is printed of them
    const text = /^(String|FixedString.*)$/.test(type)
      ? `toValidUTF8(toString(${sql}))`
      : `toString(${sql})`
    columns.push({ name, type: 'string', sql: `nullIf(${text}, '')`, storage: 'Nullable(String)' })
  } else {
    notes.push(
      `${name} holds ${type.startsWith('Array') ? 'lists' : 'nested values'}: they are compared as text.`,
    )
    columns.push({ name, type: 'string', sql: `toJSONString(${sql})`, storage: 'Nullable(String)' })
  }
}

function unwrapped(declared: string): { type: string; isNullable: boolean } {
  let type = declared
  let isNullable = false
  for (;;) {
    const inner = /^(Nullable|LowCardinality)\((.*)\)$/s.exec(type)
    if (inner === null) return { type, isNullable }
    isNullable ||= inner[1] === 'Nullable'
    type = inner[2]!.trim()
  }
}

/** Splits at commas that lie in no parentheses and no backquotes. */
function topLevel(text: string): string[] {
  const parts = ['']
  let depth = 0
  let isQuoted = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character === '\\') {
      parts[parts.length - 1] += character + (text[++i] ?? '')
      continue
    }
    if (character === '`') isQuoted = !isQuoted
    if (!isQuoted && character === '(') depth++
    if (!isQuoted && character === ')') depth--
    if (!isQuoted && depth === 0 && character === ',') parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim())
}

function namedPart(text: string): { name: string; type: string } | undefined {
  const quoted = /^`((?:[^`\\]|\\.)*)`\s+(.*)$/s.exec(text)
  if (quoted !== null) return { name: quoted[1]!.replace(/\\(.)/gs, '$1'), type: quoted[2]! }
  const plain = /^(\w+)\s+(.*)$/s.exec(text)
  return plain === null ? undefined : { name: plain[1]!, type: plain[2]! }
}
