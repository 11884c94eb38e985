import type { MixBalance, MixFactor } from '../mix-balance.ts'
import type { CategoryValue } from '../cohort-table.ts'
import { absentSql, literal } from './sql-cohort.ts'
import type { SqlAttribute } from './sql-population.ts'

/** SQL of the weight of a row of the baseline (see `MixBalance`); null where nothing is to be weighted. */
export function balanceSql(
  { scale, factors }: MixBalance,
  attributes: ReadonlyMap<string, SqlAttribute>,
): string | null {
  if (factors.length === 0 && scale === 1) return null
  const product = [float(scale), ...factors.map((factor) => factorSql(factor, attributes))]
  // half up, as JavaScript rounds
  return `greatest(floor(${product.join(' * ')} * 1024 + 0.5), 1) / 1024`
}

function factorSql(factor: MixFactor, attributes: ReadonlyMap<string, SqlAttribute>): string {
  const attribute = attributes.get(factor.attribute)
  if (factor.kind === 'number') {
    if (attribute?.type !== 'number') return float(factor.absent)
    const { edges, factors, absent } = factor
    const bins = edges.map(
      (edge, i) => `${attribute.sql} < ${literal(edge)}, ${float(factors[i] ?? 1)}`,
    )
    const rest = float(factors[edges.length] ?? 1)
    return `multiIf(${[absentSql(attribute), float(absent), ...bins, rest].join(', ')})`
  }
  const known = new Map(factor.values.map((value, i) => [value, factor.factors[i] ?? 1]))
  const of = (value: CategoryValue): string => float(known.get(value) ?? factor.other)
  if (attribute === undefined) return of(null)
  const { sql, type } = attribute
  const absent = `${absentSql(attribute)}, ${of(null)}`
  if (type === 'bool') return `multiIf(${absent}, ${sql} = true, ${of(true)}, ${of(false)})`
  const values = [...known.keys()].filter((value) => typeof value === type)
  if (values.length === 0) return `if(${absent}, ${float(factor.other)})`
  const wanted = values.map((value) => literal(value!)).join(', ')
  const [value, list] =
    type === 'number'
      ? [`ifNull(toFloat64(${sql}), 0)`, `CAST([${wanted}], 'Array(Float64)')`]
      : [`ifNull(${sql}, '')`, `[${wanted}]`]
  return `if(${absent}, transform(${value}, ${list}, [${values.map(of).join(', ')}], ${float(factor.other)}))`
}

const float = (value: number): string => `toFloat64(${literal(value)})`
