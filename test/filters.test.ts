import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFilter } from '../src/ask/filter/compile-filter.ts'
import type { Filter, FilterValue } from '../src/ask/filter/filter.ts'
import { parseFilter } from '../src/ask/filter/parse-filter.ts'
import { printFilter } from '../src/ask/filter/print-filter.ts'
import { filterOver } from '../src/ask/filter/testing/any-filter.ts'
import type { OpenFile } from '../src/cohorts/source/file-engine.ts'
import { openedFile, writtenFile } from './files/opened-file.ts'

type Value = string | number | boolean | Date | null
type Row = Readonly<Record<'text' | 'number' | 'whole' | 'flag' | 'at', Value>>

const now = Date.UTC(2026, 10, 23, 12)
const texts = [
  'a',
  'b',
  'aé',
  '10',
  '9',
  '2.10',
  '2.1',
  'true',
  'False',
  '%',
  'a_',
  'x\ny',
  '😀',
  "it's",
]
const moments = ['2026-11-23T10:00:00Z', '2026-11-23T11:00:00.5Z', '2026-11-24T00:00:00Z']

const rows: Row[] = Array.from({ length: 120 }, (_, i) => ({
  text: i % 5 === 4 ? null : texts[i % texts.length]!,
  number: i % 7 === 6 ? null : i % 7 === 5 ? Number.NaN : [1, 2.5, -3, 10, 0][i % 5]!,
  whole: i % 3,
  flag: i % 4 === 3 ? null : i % 4 === 1,
  at: i % 6 === 5 ? null : new Date(moments[i % 3]!),
}))

/** What a filter means, written a second time and for people. */
function holds(filter: Filter, row: Row): boolean {
  if ('filters' in filter) {
    const found = filter.filters.map((part) => holds(part, row))
    return filter.kind === 'and' ? found.every(Boolean) : found.some(Boolean)
  }
  if (filter.kind === 'not') return !holds(filter.filter, row)
  const value = row[filter.attribute as keyof Row]
  const isAbsent = value === null || Number.isNaN(value)
  if (filter.kind === 'absent') return isAbsent
  if (isAbsent) return false
  if (filter.kind === 'present') return true
  if (filter.kind === 'comparison') return compares(value, filter.operator, filter.value)
  if (filter.kind === 'in') {
    return filter.values.some((one) => compares(value, '=', one)) !== filter.negated
  }
  const pattern = filter.pattern.replace(/\\(.)|[\s\S]/gu, (part, plain?: string) => {
    if (plain !== undefined) return escaped(plain)
    return part === '*' ? '[^]*' : part === '?' ? '[^]' : escaped(part)
  })
  return new RegExp(`^${pattern}$`, 'u').test(String(value)) !== filter.negated
}

function escaped(plain: string): string {
  return plain.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function compares(value: Value, operator: string, literal: FilterValue): boolean {
  const [a, b] = sides(value, operator, literal)
  switch (operator) {
    case '=':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    default:
      return a >= b
  }
}

function sides(
  value: Value,
  operator: string,
  literal: FilterValue,
): [string, string] | [number, number] {
  const plain =
    literal.kind === 'number'
      ? Number(literal.text)
      : literal.kind === 'ago'
        ? Number.NaN
        : literal.value
  if (value instanceof Date) {
    const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 }
    const moment =
      literal.kind === 'ago'
        ? now - literal.amount * units[literal.unit]
        : Date.parse(String(plain))
    return [value.getTime(), moment]
  }
  if (typeof value !== 'string')
    return [Number(value), plain === 'true' ? 1 : plain === 'false' ? 0 : Number(plain)]
  if (literal.kind === 'boolean') return [value.toLowerCase(), String(plain)]
  if (literal.kind === 'number') {
    return /[<>]/.test(operator) ? [Number(value), Number(plain)] : [value, literal.text]
  }
  return [value, String(plain)]
}

const text = (value: string): FilterValue => ({ kind: 'string', value })
const number = (value: string): FilterValue => ({ kind: 'number', text: value })
const bool = (value: boolean): FilterValue => ({ kind: 'boolean', value })

/** Values that an attribute can be compared with. */
function valueOf(name: string): fc.Arbitrary<FilterValue> {
  const numbers = fc.constantFrom('1', '2.5', '-3', '10', '2.1', '0', '1e1', '12345678901234567890')
  if (name === 'text') {
    return fc.oneof(
      fc.constantFrom(...texts, '', 'B').map(text),
      numbers.map(number),
      fc.boolean().map(bool),
    )
  }
  if (name === 'at') {
    const agos = [1, 2, 90].map((amount): FilterValue => ({ kind: 'ago', amount, unit: 'h' }))
    return fc.constantFrom(...moments.map(text), text('2026-11-23T12:00+02:00'), ...agos)
  }
  if (name === 'flag') return fc.constantFrom(bool(true), bool(false), number('1'), text('false'))
  return fc.oneof(numbers.map(number), numbers.map(text), fc.boolean().map(bool))
}

async function engineRows(file: OpenFile, filters: readonly Filter[]): Promise<number[][]> {
  const parameters: Record<string, unknown> = {}
  const columns = filters.map((filter, index) => {
    const resolve = (name: string): OpenFile['columns'][number] =>
      file.columns.find((column) => column.name === name)!
    const compiled = compileFilter(filter, resolve, { prefix: `f${index}`, now })
    Object.assign(parameters, compiled.parameters)
    return `toUInt8(${compiled.sql}) AS r${index}`
  })
  const sql = `SELECT ${columns.join(', ')} FROM ${file.from} ORDER BY ${file.rowNumber}`
  const found = await file.runner.rows<Record<string, number>>(sql, parameters)
  return filters.map((_, index) => found.map((row) => row[`r${index}`]!))
}

async function openRows(): Promise<OpenFile> {
  const lines = rows.map((row) =>
    JSON.stringify(row).replace('"number":null', () =>
      Number.isNaN(row.number) ? '"number":NaN' : '"number":null',
    ),
  )
  return await openedFile(await writtenFile('rows.jsonl', lines.join('\n')))
}

test('the engine finds the rows that a filter means', async () => {
  const file = await openRows()
  expect(file.columns.map((column) => column.type)).toEqual([
    'string',
    'number',
    'number',
    'bool',
    'time',
  ])
  const anyFilter = filterOver(fc.constantFrom('text', 'number', 'whole', 'flag', 'at'), valueOf)
    // text of numbers and times is the engine's own
    .filter((filter) => !/(number|whole|flag|at) (not )?like/.test(printFilter(filter)))
  const filters = fc.sample(anyFilter, { numRuns: 400, seed: 4 })
  for (let from = 0; from < filters.length; from += 20) {
    const some = filters.slice(from, from + 20)
    const found = await engineRows(file, some)
    for (const [i, filter] of some.entries()) {
      const expected = rows.map((row) => Number(holds(filter, row)))
      expect([printFilter(filter), found[i]]).toEqual([printFilter(filter), expected])
    }
  }
})

const meanings: [string, (row: Row) => boolean][] = [
  ['text != "a"', (row) => row.text !== null && row.text !== 'a'],
  ['not text = "a"', (row) => row.text !== 'a'],
  ['number != 1', (row) => row.number !== null && !Number.isNaN(row.number) && row.number !== 1],
  ['number is absent', (row) => row.number === null || Number.isNaN(row.number)],
  ['text = 2.1', (row) => row.text === '2.1'],
  ['text >= 9', (row) => row.text === '9' || row.text === '10'],
  ['text like "a?"', (row) => row.text === 'aé' || row.text === 'a_'],
  ['text like "%" or text like "\\\\*"', (row) => row.text === '%'],
  ['text = true', (row) => row.text === 'true'],
  ['text = false', (row) => row.text === 'False'],
  ['at >= -90m', (row) => row.at instanceof Date && row.at.getTime() >= now - 5_400_000],
  [
    'at < "2026-11-23T12:00:00+01:00"',
    (row) => row.at instanceof Date && row.at < new Date(moments[1]!),
  ],
  ['flag = 1 and whole in (0, "1")', (row) => row.flag === true && row.whole !== 2],
  ["text = \"it's\" or text = '😀'", (row) => row.text === "it's" || row.text === '😀'],
]

test('what filters mean', async () => {
  const found = await engineRows(
    await openRows(),
    meanings.map(([filter]) => parseFilter(filter)),
  )
  for (const [i, [filter, means]] of meanings.entries()) {
    expect([filter, found[i]]).toEqual([filter, rows.map((row) => Number(means(row)))])
    expect([filter, new Set(found[i]).size]).toEqual([filter, 2])
  }
})
