/**
 * Which of many cohorts a row lies in, as the bits of one number. Each attribute is looked at once, however many cohorts
 * name it: the value says in which cohorts the row can be, and what all attributes agree on is where it is.
 */
import type { Cohort, Condition } from '../cohort.ts'
import { absentSql, literal } from './sql-cohort.ts'
import type { SqlAttribute } from './sql-population.ts'

export const mostInMask = 64

export interface CohortMasks {
  /** UInt64: bit i is set where the row lies in cohort i. */
  mask: string
  /** The part of it that costs little, with the bits of `mask` and more; null where there is none. */
  cheap: string | null
}

/** Whether the conditions on one attribute hold for a value. */
type Holds<T> = (value: T) => boolean

/** @param cohorts at most `mostInMask` */
export function cohortMasks(
  cohorts: readonly Cohort[],
  attributes: ReadonlyMap<string, SqlAttribute>,
): CohortMasks {
  const cheap: string[] = []
  const dear: string[] = []
  const names = new Set(cohorts.flatMap((cohort) => cohort.map(({ attribute }) => attribute)))
  for (const name of names) {
    const conditions = cohorts.map((cohort) => cohort.filter(({ attribute }) => attribute === name))
    const attribute = attributes.get(name)
    if (attribute === undefined) cheap.push(bits(conditions, (one) => one.op === 'absent'))
    else if (attribute.type === 'string') cheap.push(textMask(attribute, conditions))
    else if (attribute.type === 'bool') cheap.push(boolMask(attribute, conditions))
    else dear.push(numberMask(attribute, conditions))
  }
  const all = [...cheap, ...dear]
  const known = all.length === 0 ? [bits(cohorts, () => true)] : all
  return { mask: every(known), cheap: cheap.length === 0 ? null : every(cheap) }
}

const every = (masks: readonly string[]): string =>
  masks.reduce((all, one) => `bitAnd(${all}, ${one})`)

/** The cohorts all of whose conditions hold. */
function bits(conditions: readonly (readonly Condition[])[], holds: Holds<Condition>): string {
  let mask = 0n
  for (const [i, some] of conditions.entries()) if (some.every(holds)) mask |= 1n << BigInt(i)
  return `toUInt64(${mask})`
}

function textMask({ sql }: SqlAttribute, conditions: readonly (readonly Condition[])[]): string {
  const named = conditions.flat()
  const values = [...new Set(named.flatMap(valuesOf))].filter((value) => typeof value === 'string')
  const of = (value: string | null): string => bits(conditions, isValue(value))
  const none = of(null)
  const others = bits(conditions, () => false)
  // the engine tells null from '' only where it has to: dictionaries stay dictionaries
  const isTold = none !== others || values.includes('')
  if (values.length === 0) return isTold ? `if(isNull(${sql}), ${none}, ${others})` : others
  const listed = values.map((value) => literal(isTold ? `v${value}` : value))
  const masks = values.map(of)
  if (isTold) {
    listed.push("'n'")
    masks.push(none)
  }
  const text = isTold ? `ifNull(concat('v', ${sql}), 'n')` : `ifNull(${sql}, '')`
  return `transform(${text}, [${listed.join(', ')}], [${masks.join(', ')}], ${others})`
}

function boolMask(attribute: SqlAttribute, conditions: readonly (readonly Condition[])[]): string {
  const [yes, no, none] = [true, false, null].map((value) => bits(conditions, isValue(value)))
  return `multiIf(${absentSql(attribute)}, ${none}, ${attribute.sql} = true, ${yes}, ${no})`
}

/** By the number of bounds that the value has reached, which says in which of all ranges it lies. */
function numberMask(
  attribute: SqlAttribute,
  conditions: readonly (readonly Condition[])[],
): string {
  const { sql } = attribute
  /** From a value on, or from just above it on. */
  const bounds = new Map<string, { at: number; isAbove: boolean }>()
  const add = (at: number | null, isAbove = false): void => {
    if (at !== null) bounds.set(boundSql(at, isAbove), { at, isAbove })
  }
  const boundSql = (at: number, isAbove: boolean): string =>
    `(assumeNotNull(${sql}) ${isAbove ? '>' : '>='} ${literal(at)})`
  for (const condition of conditions.flat()) {
    if (condition.op === 'range') {
      add(condition.low)
      add(condition.high)
    } else {
      for (const value of valuesOf(condition)) {
        if (typeof value !== 'number') continue
        add(value)
        add(value, true)
      }
    }
  }
  const sorted = [...bounds].toSorted(
    ([, a], [, b]) => a.at - b.at || Number(a.isAbove) - Number(b.isAbove),
  )
  const place = new Map(sorted.map(([text], i) => [text, i + 1]))
  const isFrom = (reached: number, at: number, isAbove: boolean): boolean =>
    reached >= place.get(boundSql(at, isAbove))!
  const masks = Array.from({ length: sorted.length + 1 }, (_, reached) =>
    bits(conditions, (condition) => {
      if (condition.op === 'absent') return false
      if (condition.op === 'range') {
        const { low, high } = condition
        return (
          (low === null || isFrom(reached, low, false)) &&
          (high === null || !isFrom(reached, high, false))
        )
      }
      return valuesOf(condition).some(
        (value) =>
          typeof value === 'number' &&
          isFrom(reached, value, false) &&
          !isFrom(reached, value, true),
      )
    }),
  )
  const none = bits(conditions, ({ op }) => op === 'absent')
  const reached = sorted.map(([text]) => text).join(' + ')
  const found = sorted.length === 0 ? masks[0]! : `[${masks.join(', ')}][1 + ${reached}]`
  return `if(${absentSql(attribute)}, ${none}, ${found})`
}

const isValue =
  (value: string | boolean | null): Holds<Condition> =>
  (condition) =>
    value === null ? condition.op === 'absent' : valuesOf(condition).includes(value)

function valuesOf(condition: Condition): readonly (string | number | boolean)[] {
  if (condition.op === '=') return [condition.value]
  return condition.op === 'in' ? condition.values : []
}
