import type { Cohort, Condition } from '../cohort.ts'

/** Values before ranges, as people say it; then by name, so that the same cohort always reads the same. */
export function inReadingOrder(cohort: Cohort): Cohort {
  const place = ({ op }: Condition): number => ['=', 'in', 'absent', 'range'].indexOf(op)
  return cohort.toSorted(
    (a, b) =>
      place(a) - place(b) || (a.attribute < b.attribute ? -1 : Number(a.attribute > b.attribute)),
  )
}
