import type { Cohort, Condition } from '../cohort.ts'

/** Whether every row of `narrow` lies in `wide`, by their conditions; a cohort implies itself, everything implies `[]`. */
export function implies(narrow: Cohort, wide: Cohort): boolean {
  return wide.every((outer) => narrow.some((inner) => conditionImplies(inner, outer)))
}

function conditionImplies(inner: Condition, outer: Condition): boolean {
  if (inner.attribute !== outer.attribute) return false
  if (outer.op === 'absent' || inner.op === 'absent') return inner.op === outer.op
  if (inner.op === 'range') return outer.op === 'range' && rangeInside(inner, outer)
  const values = inner.op === '=' ? [inner.value] : inner.values
  return values.every((value) => {
    if (outer.op === '=') return value === outer.value
    if (outer.op === 'in') return outer.values.includes(value)
    const { low, high } = outer
    return (
      typeof value === 'number' && value >= (low ?? -Infinity) && (high === null || value < high)
    )
  })
}

type Range = Extract<Condition, { op: 'range' }>

function rangeInside(inner: Range, outer: Range): boolean {
  return (
    (inner.low ?? -Infinity) >= (outer.low ?? -Infinity) &&
    (inner.high ?? Infinity) <= (outer.high ?? Infinity)
  )
}
