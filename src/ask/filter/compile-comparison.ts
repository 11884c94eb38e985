import { AftergreenError } from '../../errors.ts'
import type { ComparisonOperator, FilterColumn, FilterValue } from './filter.ts'
import { formatInstant, parseInstant } from './instant.ts'
import { printValue } from './print-filter.ts'

/** Binds a value and gives what stands for it in SQL. */
export type Bind = (type: string, value: unknown) => string

/**
 * SQL of one comparison, 0 where the attribute is absent.
 * @param now what `-1h` is counted from, ms since 1970
 * @throws FILTER_VALUE
 */
export function compileComparison(
  attribute: string,
  column: FilterColumn,
  operator: ComparisonOperator,
  value: FilterValue,
  bind: Bind,
  now: number,
): string {
  const isOrder = operator !== '=' && operator !== '!='
  const wrong = (is: string, hint: string): AftergreenError =>
    new AftergreenError('FILTER_VALUE', `${attribute} is ${is}, ${printValue(value)} is not.`, {
      hint,
    })
  if (column.type === 'time') {
    const instant = instantOf(value, now)
    if (instant === undefined) {
      throw wrong('a time', 'Write times as "2026-11-23T10:00:00Z" (UTC), or -1h for an hour ago.')
    }
    return compared(column.sql, operator, bind("DateTime64(9, 'UTC')", instant))
  }
  if (value.kind === 'ago') {
    const is = { string: 'text', number: 'a number', bool: 'true or false' }[column.type]
    throw wrong(is, 'Only times can be compared with a time before now.')
  }
  if (column.type === 'number') {
    const number = numberText(value)
    if (number === undefined) {
      throw wrong('a number', 'Compare it with a number, or look for text in another attribute.')
    }
    return comparedNumber(column.sql, operator, boundNumber(number, bind))
  }
  if (column.type === 'bool') {
    const truth = truthOf(value)
    if (truth === undefined) throw wrong('true or false', 'Compare it with true or false.')
    return compared(column.sql, operator, truth ? 'true' : 'false')
  }
  if (value.kind === 'string') return compared(column.sql, operator, bind('String', value.value))
  if (value.kind === 'boolean') {
    return compared(`lower(${column.sql})`, operator, bind('String', String(value.value)))
  }
  // `2.10` in a text is another version than `2.1`; but 9 is less than 10
  if (!isOrder) return compared(column.sql, operator, bind('String', value.text))
  return comparedNumber(
    `toFloat64OrNull(toString(${column.sql}))`,
    operator,
    bind('Float64', Number(value.text)),
  )
}

function compared(sql: string, operator: ComparisonOperator, value: string): string {
  return `ifNull(${sql} ${operator} ${value}, 0)`
}

/** NaN is absent: it differs from nothing. */
function comparedNumber(sql: string, operator: ComparisonOperator, value: string): string {
  if (operator !== '!=') return compared(sql, operator, value)
  return `ifNull(${sql} != ${value} AND ${sql} = ${sql}, 0)`
}

/** Whole numbers are compared exactly, however large. */
function boundNumber(text: string, bind: Bind): string {
  if (/^-?\d{1,18}$/.test(text)) return bind('Int64', text)
  if (/^\d{19,20}$/.test(text) && BigInt(text) < 2n ** 64n) return bind('UInt64', text)
  return bind('Float64', Number(text))
}

function numberText(value: FilterValue): string | undefined {
  if (value.kind === 'number') return value.text
  if (value.kind === 'boolean') return value.value ? '1' : '0'
  if (value.kind !== 'string') return undefined
  const text = value.value.trim()
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? text.replace(/^\+/, '') : undefined
}

function truthOf(value: FilterValue): boolean | undefined {
  if (value.kind === 'boolean') return value.value
  const text =
    value.kind === 'number' ? value.text : value.kind === 'string' ? value.value.toLowerCase() : ''
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : undefined
}

const unitMilliseconds = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const

function instantOf(value: FilterValue, now: number): string | undefined {
  if (value.kind === 'string') return parseInstant(value.value)
  if (value.kind !== 'ago') return undefined
  return formatInstant(now - value.amount * unitMilliseconds[value.unit])
}
