import { compileFilter } from '../../ask/filter/compile-filter.ts'
import { filterAttributes } from '../../ask/filter/filter-attributes.ts'
import type { FilterColumn } from '../../ask/filter/filter.ts'
import { parseFilter } from '../../ask/filter/parse-filter.ts'
import { unknownColumn } from '../../ask/nearest-names.ts'
import { AftergreenError } from '../../errors.ts'
import { matchesAny } from '../denied-attributes.ts'
import type { FileColumn, OpenFile } from './file-engine.ts'
import type { SqlAttribute, SqlPopulation } from './sql-population.ts'

/** What is compared in a file: the flags of `compare --file`. */
export interface FilePopulationOptions {
  /** Filter; left out with `actual` and `expected` alone. */
  candidate?: string
  /** Filter; left out, every row that is not of the candidate. */
  baseline?: string
  /** Filter of what went wrong. */
  bad?: string
  /** Column: how many of the events that a row stands for went wrong. */
  badCount?: string
  /** Column: how many events a row stands for. */
  weight?: string
  /** Column: how long it took, in any unit. */
  slow?: string
  /** Column: what is slow is judged among the rows with the same value. */
  operation?: string
  /** Columns of what came and what was expected. */
  actual?: string
  expected?: string
  /** Column: rows with the same value are not independent. Left out, every row is. */
  unit?: string
  /** Names and patterns of columns that name no cohorts. */
  ignore?: readonly string[]
  /** Names and patterns of columns that do, although they decide about a row or are times. */
  include?: readonly string[]
  /** Left out: what the other options allow; volume only where they allow nothing else. */
  measures?: readonly ('rate' | 'latency' | 'volume')[]
  /** What `-1h` is counted from, ms since 1970; default now. */
  now?: number
}

/**
 * The two populations of a file.
 * @throws COMPARE_COLUMN (with the nearest names), FILTER_SYNTAX, FILTER_VALUE, USAGE
 */
export function filePopulation(file: OpenFile, options: FilePopulationOptions): SqlPopulation {
  const { ignore = [], include = [], now = Date.now() } = options
  const used = new Set<string>()
  const parameters: Record<string, unknown> = {}

  const named = (name: string): FileColumn => {
    const column = file.columns.find((candidate) => candidate.name === name)
    if (column !== undefined) return column
    throw unknownColumn(
      name,
      file.columns.map((candidate) => candidate.name),
    )
  }
  const resolve = (name: string): FilterColumn => named(name)
  const filter = (text: string | undefined, prefix: string): string | null => {
    if (text === undefined) return null
    const parsed = parseFilter(text)
    const compiled = compileFilter(parsed, resolve, { prefix, now })
    for (const name of filterAttributes(parsed)) used.add(name)
    Object.assign(parameters, compiled.parameters)
    return compiled.sql
  }
  const number = (name: string | undefined, flag: string): string | null => {
    if (name === undefined) return null
    const column = named(name)
    used.add(name)
    if (column.type === 'number') return column.sql
    throw new AftergreenError('USAGE', `The column ${name} does not hold numbers.`, {
      hint: `${flag} names a column of numbers.`,
    })
  }
  const text = (name: string | undefined): string | null =>
    name === undefined ? null : `toString(${named(name).sql})`

  const additive = additiveOf(options, number)
  const candidate = additive === null ? filter(options.candidate, 'candidate') : '1'
  if (candidate === null) {
    throw new AftergreenError('USAGE', 'Nothing says which rows are the candidate.', {
      hint: "Give a filter such as --candidate 'side = 1', or --actual and --expected with two columns.",
    })
  }
  const baseline = additive === null ? filter(options.baseline, 'baseline') : '1'
  const values = {
    bad: filter(options.bad, 'bad'),
    badCount: number(options.badCount, '--bad-count'),
    weight: number(options.weight, '--weight'),
    duration: number(options.slow, '--slow'),
  }
  const operation = text(options.operation)
  const unit = text(options.unit)
  if (options.unit !== undefined) used.add(options.unit)
  const notes = [...file.notes]
  const attributes = attributesOf(file.columns, used, ignore, include, notes)
  if (values.weight !== null && values.badCount === null && unit === null) notes.push(rowsAreUnits)
  const measured = measuredOf(options, additive !== null)
  return {
    from: file.from,
    where: '1',
    candidate,
    baseline: baseline ?? `(NOT ${candidate})`,
    parameters,
    attributes,
    bad: measured.has('rate') ? values.bad : null,
    badCount: measured.has('rate') ? values.badCount : null,
    duration: measured.has('latency') ? values.duration : null,
    operation,
    volume: measured.has('volume'),
    additive,
    // rows without a value have nothing to do with each other
    unit: unit === null ? file.rowName : `ifNull(${unit}, concat('row ', ${file.rowName}))`,
    unitName: options.unit ?? 'row',
    weight: values.weight,
    exemplar: file.rowName,
    exemplarName: 'row',
    notes,
  }
}

const rowsAreUnits =
  'The events of a row are not taken for independent, so that rows of many events weigh little; --bad-count or --unit says more.'

function additiveOf(
  { actual, expected }: FilePopulationOptions,
  number: (name: string | undefined, flag: string) => string | null,
): { actual: string; expected: string } | null {
  if (actual === undefined && expected === undefined) return null
  const sides = { actual: number(actual, '--actual'), expected: number(expected, '--expected') }
  if (sides.actual !== null && sides.expected !== null) {
    return { actual: sides.actual, expected: sides.expected }
  }
  throw new AftergreenError('USAGE', '--actual and --expected belong together.', {
    hint: 'Give a column for each: --actual sales --expected predicted.',
  })
}

type Measure = NonNullable<FilePopulationOptions['measures']>[number]

function measuredOf(options: FilePopulationOptions, isAdditive: boolean): Set<Measure> {
  if (isAdditive) return new Set()
  const { bad, badCount, slow, measures } = options
  const possible = new Set<Measure>()
  if (bad !== undefined || badCount !== undefined) possible.add('rate')
  if (slow !== undefined) possible.add('latency')
  if (measures === undefined) return possible.size > 0 ? possible : new Set(['volume'])
  for (const measure of measures) {
    if (measure === 'volume' || possible.has(measure)) continue
    const flag = measure === 'rate' ? '--bad or --bad-count' : '--slow'
    throw new AftergreenError('USAGE', `Nothing says how to measure ${measure}.`, {
      hint: `Add ${flag}, or leave ${measure} out of --measure.`,
    })
  }
  return new Set(measures)
}

function attributesOf(
  columns: readonly FileColumn[],
  used: ReadonlySet<string>,
  ignore: readonly string[],
  include: readonly string[],
  notes: string[],
): SqlAttribute[] {
  const attributes: SqlAttribute[] = []
  for (const [flag, patterns] of [
    ['--ignore', ignore],
    ['--include', include],
  ] as const) {
    for (const pattern of patterns) {
      if (columns.some(({ name }) => matchesAny(name, [pattern]))) continue
      notes.push(`${flag} ${pattern}: there is no such column.`)
    }
  }
  for (const { name, type, sql } of columns) {
    if (matchesAny(name, ignore)) continue
    const isWanted = matchesAny(name, include)
    if (used.has(name) && !isWanted) continue
    if (type !== 'time') attributes.push({ name, type, sql })
    else if (isWanted) {
      const seconds = `toUnixTimestamp64Milli(${sql}) / 1000`
      attributes.push({ name, type: 'number', sql: seconds })
    } else
      notes.push(`${name} is a time and names no cohorts; --include ${name} makes it a number.`)
  }
  if (attributes.length > 0) return attributes
  throw new AftergreenError('USAGE', 'No column is left that could name a cohort.', {
    hint: 'Columns that decide about a row name none, unless --include says so; --ignore leaves out others.',
  })
}
