/** Cohorts as SQL: in the form that counts fast, and in the form that a person reads and runs. */
import { quotedText } from '../../store/sql-text.ts'
import type { Cohort, Condition } from '../cohort.ts'
import type { SqlAttribute } from './sql-population.ts'

type Value = string | number | boolean

/** UInt8, never null: 1 where a row lies in the cohort. An attribute that is not known is absent in every row. */
export function cohortSql(cohort: Cohort, attributes: ReadonlyMap<string, SqlAttribute>): string {
  const [first = '1', ...others] = cohort.map((condition) => conditionSql(condition, attributes))
  // both sides are computed, which is faster than to skip the second for some of the rows
  return others.reduce((all, one) => `bitAnd(${all}, ${one})`, first)
}

function conditionSql(condition: Condition, attributes: ReadonlyMap<string, SqlAttribute>): string {
  const attribute = attributes.get(condition.attribute)
  if (attribute === undefined) return condition.op === 'absent' ? '1' : '0'
  const { sql } = attribute
  if (condition.op === 'absent') return absentSql(attribute)
  if (condition.op === 'range') {
    if (attribute.type !== 'number') return '0'
    const { low, high } = condition
    const ends = [
      ...(low === null ? [] : [`(${sql} >= ${literal(low)})`]),
      ...(high === null ? [] : [`(${sql} < ${literal(high)})`]),
    ]
    if (ends.length === 0) return `NOT ${absentSql(attribute)}`
    return `ifNull(${ends.length === 2 ? `bitAnd(${ends.join(', ')})` : ends[0]!}, 0)`
  }
  const values = (condition.op === '=' ? [condition.value] : condition.values).filter((value) =>
    isOfType(value, attribute),
  )
  if (values.length === 0) return '0'
  const wanted = values.map(literal)
  const test = wanted.length === 1 ? `${sql} = ${wanted[0]}` : `${sql} IN (${wanted.join(', ')})`
  return `ifNull(${test}, 0)`
}

/** UInt8: the row has no value; what is not a number is none. */
export function absentSql({ sql, type }: SqlAttribute): string {
  return type === 'number' ? `ifNull(isNaN(toFloat64(${sql})), 1)` : `isNull(${sql})`
}

/** The cohort as a condition for a person: `country = 'BR' AND age >= 30 AND age < 60`; everything is `1`. */
export function cohortPredicate(
  cohort: Cohort,
  attributes: ReadonlyMap<string, SqlAttribute>,
): string {
  if (cohort.length === 0) return '1'
  return cohort.map((condition) => predicateOf(condition, attributes)).join(' AND ')
}

function predicateOf(condition: Condition, attributes: ReadonlyMap<string, SqlAttribute>): string {
  const attribute = attributes.get(condition.attribute)
  if (attribute === undefined) return condition.op === 'absent' ? '1' : '0'
  const name = attribute.printed ?? attribute.sql
  const isNumber = attribute.type === 'number'
  if (condition.op === 'absent')
    return isNumber ? `(${name} IS NULL OR isNaN(${name}))` : `${name} IS NULL`
  if (condition.op === 'range') {
    if (!isNumber) return '0'
    const { low, high } = condition
    if (low === null && high === null) return `NOT isNaN(${name})`
    return [
      ...(low === null ? [] : [`${name} >= ${literal(low)}`]),
      ...(high === null ? [] : [`${name} < ${literal(high)}`]),
    ].join(' AND ')
  }
  const values = condition.op === '=' ? [condition.value] : condition.values
  if (!values.every((value) => isOfType(value, attribute))) return '0'
  if (condition.op === '=') return `${name} = ${literal(condition.value)}`
  return `${name} IN (${values.map(literal).join(', ')})`
}

/** The attributes of a cohort whose printed name is not their SQL, as names that SQL can use. */
export function printedNames(
  cohort: Cohort,
  attributes: ReadonlyMap<string, SqlAttribute>,
): string[] {
  const names = new Map<string, string>()
  for (const { attribute } of cohort) {
    const { sql, printed } = attributes.get(attribute) ?? {}
    if (sql !== undefined && printed !== undefined && printed !== sql) names.set(printed, sql)
  }
  return [...names].map(([printed, sql]) => `(${sql}) AS ${printed}`)
}

const isOfType = (value: Value, { type }: SqlAttribute): boolean =>
  typeof value === (type === 'bool' ? 'boolean' : type)

export function literal(value: Value): string {
  if (typeof value === 'string') return quotedText(value)
  if (typeof value === 'boolean') return String(value)
  if (value === Infinity) return 'inf'
  return value === -Infinity ? '-inf' : String(value)
}
