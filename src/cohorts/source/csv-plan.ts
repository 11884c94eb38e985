import type { CsvLayout } from './csv-layout.ts'
import type { FileQueries } from './file-queries.ts'
import type { RowFile } from './file-format.ts'
import {
  countedRow,
  distinctNames,
  type FilePlan,
  type PlannedColumn,
  truthOf,
} from './file-plan.ts'

/** Rows that suggest what a column holds; the suggestion is then held against all rows. */
const suggestingRows = 100_000
const columnsAtOnce = 100

/** What the texts of a column look like. */
interface TextProfile {
  rows: number
  /** Not empty. */
  present: number
  numbers: number
  /** Numbers that are not NaN or infinite. */
  finite: number
  /** `007`, and whole numbers that a double cannot hold: identifiers. */
  identifiers: number
  /** Numbers with a zero at the end, as `2.10`, and the fewest and most decimals of those that have any. */
  padded: number
  fewestDecimals: number
  mostDecimals: number
  truths: number
  times: number
  /** `NA`, `null` and the like. */
  blanks: number
}

/**
 * The types of a CSV file's columns, decided by all of its values: a column of numbers is one without a word in it.
 * @throws FILE_FORMAT
 */
export async function csvPlan(
  file: RowFile,
  layout: CsvLayout,
  queries: FileQueries,
): Promise<FilePlan> {
  const notes: string[] = []
  const names = distinctNames(file, layout.names, notes)
  const plan: Omit<FilePlan, 'columns' | 'rows'> = {
    format: 'CSV',
    structure: names.map((_, index) => `c${index} Nullable(String)`).join(', '),
    settings: {
      // of a thousand columns, compiling would take longer than reading
      compile_expressions: 0,
      compile_aggregate_expressions: 0,
      format_csv_delimiter: layout.delimiter,
      input_format_csv_skip_first_lines: String(layout.headerLines),
      input_format_csv_allow_variable_number_of_columns: 0,
      input_format_csv_skip_trailing_empty_lines: 1,
      input_format_csv_allow_whitespace_or_tab_as_delimiter: layout.delimiter === '\t' ? 1 : 0,
      // between tabs, an empty value is no white space
      input_format_csv_trim_whitespaces: layout.delimiter === '\t' ? 0 : 1,
    },
    // of one stream: see `loadRows`
    rowNumber: countedRow,
    notes,
  }
  const all = names.map((_, index) => index)
  const first = await profile(queries, plan, all, suggestingRows)
  const open = all.filter((index) => mayBeTyped(first[index]!))
  const isWhole = (first[0]?.rows ?? 0) < suggestingRows
  const profiles = [...first]
  if (!isWhole && open.length > 0) {
    const whole = await profile(queries, plan, open)
    open.forEach((index, i) => (profiles[index] = whole[i]!))
  }
  const columns = names.map((name, index) => plannedColumn(name, index, profiles[index]!, notes))
  return { ...plan, columns, rows: isWhole ? first[0]?.rows : undefined }
}

function mayBeTyped({ present, blanks, numbers, truths, times }: TextProfile): boolean {
  const values = present - blanks
  return values <= 0 || numbers === values || truths === values || times === values
}

function plannedColumn(
  name: string,
  index: number,
  found: TextProfile,
  notes: string[],
): PlannedColumn {
  const { rows, present, blanks, numbers, finite, identifiers, truths, times } = found
  const values = present - blanks
  const text = `nullIf(c${index}, '')`
  const column = (type: PlannedColumn['type'], sql: string, storage: string): PlannedColumn => {
    const hasAll = values === rows
    if (blanks > 0) notes.push(`${name}: ${valuesSuchAs(blanks)} NA or null, and absent.`)
    if (finite < numbers && type === 'number') {
      notes.push(
        `${name}: ${valuesSuchAs(numbers - finite)} NaN or infinite; NaN counts as absent.`,
      )
    }
    return hasAll
      ? { name, type, sql: `assumeNotNull(${sql})`, storage }
      : { name, type, sql, storage: `Nullable(${storage})` }
  }
  if (values > 0 && numbers === values && finite > 0) {
    if (identifiers === 0) {
      if (found.padded > 0 && found.fewestDecimals < found.mostDecimals) {
        notes.push(
          `${name} is compared as numbers: 2.10 is the same as 2.1. If it holds versions, write them as v2.10.`,
        )
      }
      return column('number', `toFloat64OrNull(${text})`, 'Float64')
    }
    notes.push(
      `${name} holds identifiers (leading zeros or very large whole numbers): it is compared as text.`,
    )
  } else if (values > 0 && truths === values) {
    return column('bool', truthOf(text), 'Bool')
  } else if (values > 0 && times === values) {
    return column(
      'time',
      `parseDateTime64BestEffortOrNull(${text}, 9, 'UTC')`,
      "DateTime64(9, 'UTC')",
    )
  } else if (numbers > values / 20) {
    notes.push(`${name} holds numbers and other text: it is compared as text.`)
  }
  return { name, type: 'string', sql: text, storage: 'Nullable(String)' }
}

const valuesSuchAs = (count: number): string => (count === 1 ? '1 value is' : `${count} values are`)

/** Of each wanted column; of many, in several questions, because one question has a greatest length. */
async function profile(
  queries: FileQueries,
  plan: Pick<FilePlan, 'format' | 'structure' | 'settings'>,
  wanted: readonly number[],
  limit?: number,
): Promise<TextProfile[]> {
  const profiles: TextProfile[] = []
  for (let i = 0; i < wanted.length; i += columnsAtOnce) {
    const some = wanted.slice(i, i + columnsAtOnce)
    profiles.push(...(await profileOf(queries, plan, some, limit)))
  }
  return profiles
}

/** One row of aggregates for every wanted column. */
async function profileOf(
  queries: FileQueries,
  plan: Pick<FilePlan, 'format' | 'structure' | 'settings'>,
  wanted: readonly number[],
  limit?: number,
): Promise<TextProfile[]> {
  const parts = wanted.flatMap((index) => {
    const text = `nullIf(c${index}, '')`
    const number = `toFloat64OrNull(${text})`
    const decimals = `length(extract(ifNull(${text}, ''), '^[0-9]+[.]([0-9]+)$'))`
    const isZeros = `match(${text}, '^[+-]?0[0-9]')`
    const isLarge = `(abs(${number}) > 9007199254740992 AND match(${text}, '^[+-]?[0-9]+$'))`
    return [
      `count(${text}) AS present_${index}`,
      `count(${number}) AS numbers_${index}`,
      `countIf(isFinite(${number})) AS finite_${index}`,
      `countIf(${number} IS NOT NULL AND (${isZeros} OR ${isLarge})) AS identifiers_${index}`,
      `countIf(match(${text}, '^[0-9]+[.][0-9]*[1-9]0+$')) AS padded_${index}`,
      `minIf(${decimals}, ${decimals} > 0) AS fewest_${index}`,
      `max(${decimals}) AS most_${index}`,
      `countIf(lower(${text}) IN ('true', 'false')) AS truths_${index}`,
      `countIf(${isTime(text)}) AS times_${index}`,
      `countIf(${text} IN ('NA', 'N/A', 'null', 'NULL', 'None')) AS blanks_${index}`,
    ]
  })
  const columns = wanted.map((index) => `c${index}`).join(', ')
  const rows = limit === undefined ? queries.file(plan) : queries.file(plan, columns, limit)
  const sql = `SELECT count() AS rows, ${parts.join(', ')} FROM ${rows}`
  const [found = {}] = await queries.run<Record<string, number>>(sql, plan.settings)
  const value = (key: string): number => found[key] ?? 0
  return wanted.map((index) => ({
    rows: value('rows'),
    present: value(`present_${index}`),
    numbers: value(`numbers_${index}`),
    finite: value(`finite_${index}`),
    identifiers: value(`identifiers_${index}`),
    padded: value(`padded_${index}`),
    fewestDecimals: value(`fewest_${index}`),
    mostDecimals: value(`most_${index}`),
    truths: value(`truths_${index}`),
    times: value(`times_${index}`),
    blanks: value(`blanks_${index}`),
  }))
}

function isTime(text: string): string {
  // the engine's parser alone would take 2026 for a time
  return `(match(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]|$)') AND parseDateTime64BestEffortOrNull(${text}, 9, 'UTC') IS NOT NULL)`
}
