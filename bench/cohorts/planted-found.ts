import type { Cohort, Condition } from '../../src/cohorts/cohort.ts'
import type { Comparison } from '../../src/cohorts/compare/comparison.ts'
import { formatCohort } from '../../src/cohorts/format-cohort.ts'
import { plantedCohorts } from './fill-events.ts'

/** What became of a planted cohort. */
export interface PlantedFound {
  planted: string
  /** `exactly`: the same conditions; `nearly`: the same but for the ends of a range; `described`: as an alternative. */
  found: 'exactly' | 'nearly' | 'described' | 'no'
  /** As it was reported. */
  as: string
}

export function plantedFound({ findings }: Comparison): PlantedFound[] {
  return Object.values(plantedCohorts).map((planted) => {
    const text = formatCohort(planted)
    const by = (same: (a: Cohort, b: Cohort) => boolean) =>
      findings.find(({ cohort }) => same(cohort, planted))
    const exact = by(sameCohort)
    if (exact !== undefined) return { planted: text, found: 'exactly', as: exact.text }
    const near = by(sameAttributes)
    if (near !== undefined) return { planted: text, found: 'nearly', as: near.text }
    const other = findings.find(({ alternatives }) =>
      alternatives.some(({ cohort }) => sameAttributes(cohort, planted)),
    )
    return { planted: text, found: other === undefined ? 'no' : 'described', as: other?.text ?? '' }
  })
}

const sameCohort = (a: Cohort, b: Cohort): boolean => keyOf(a, exactKey) === keyOf(b, exactKey)
const sameAttributes = (a: Cohort, b: Cohort): boolean => keyOf(a, looseKey) === keyOf(b, looseKey)

const keyOf = (cohort: Cohort, key: (condition: Condition) => string): string =>
  cohort.map(key).toSorted().join('\n')

function exactKey(condition: Condition): string {
  const { attribute, op } = condition
  if (op === 'range') return `${attribute} ${condition.low} ${condition.high}`
  if (op === '=') return `${attribute} = ${condition.value}`
  return op === 'in' ? `${attribute} in ${condition.values.join()}` : `${attribute} ${op}`
}

const looseKey = (condition: Condition): string =>
  condition.op === 'range' ? `${condition.attribute} range` : exactKey(condition)
