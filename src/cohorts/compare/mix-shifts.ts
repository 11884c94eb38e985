/** Kinds of traffic that grew or shrank: what the shift alone does to the rate is no change of behaviour. */
import { findMixShift } from '../confirm/find-mix-shift.ts'
import type { Cohort } from '../cohort.ts'
import { formatCohort } from '../format-cohort.ts'
import { balanced, type MixBalance, type MixFactor } from '../mix-balance.ts'
import type { CohortSource, SourceMeasure } from './cohort-source.ts'
import type { MixShift } from './comparison.ts'
import { countAll } from './count-all.ts'

/** Most values, in all, whose part in a shift is looked at. */
const mostShifted = 60

/** What the shifted attributes that the balance names do to the rates by themselves; none where nothing shifted. */
export async function mixShifts(
  source: CohortSource,
  balance: MixBalance,
  measures: readonly SourceMeasure[],
  stop: AbortSignal | undefined,
): Promise<MixShift[]> {
  const cohorts = shiftedCohorts(balance)
  const shares = measures.filter(({ kind }) => kind === 'share')
  if (cohorts.length === 0 || shares.length === 0) return []
  const counts = await countAll(source, {
    cohorts: [[], ...cohorts],
    measures: shares,
    balance: balanced,
    stop,
  })
  const everything = new Map(shares.map(({ name }) => [name, counts.of([], name)]))
  const values = shares.flatMap(({ name }) =>
    cohorts.map((cohort) => ({
      measure: name,
      cohort,
      text: formatCohort(cohort),
      counts: counts.of(cohort, name),
    })),
  )
  return findMixShift(everything, values)
}

/** The values of the shifted attributes, those whose share moved most first. */
export function shiftedCohorts(balance: MixBalance): Cohort[] {
  return balance.factors
    .flatMap(valuesOf)
    .toSorted((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)))
    .slice(0, mostShifted)
    .map(({ cohort }) => cohort)
}

function valuesOf(shifted: MixFactor): { cohort: Cohort; factor: number }[] {
  const { attribute } = shifted
  const absent: Cohort = [{ attribute, op: 'absent' }]
  if (shifted.kind === 'category') {
    return shifted.values.map((value, index) => ({
      cohort: value === null ? absent : [{ attribute, op: '=', value }],
      factor: shifted.factors[index]!,
    }))
  }
  const { edges, factors } = shifted
  const bins = factors.map((factor, bin): { cohort: Cohort; factor: number } => ({
    cohort: [{ attribute, op: 'range', low: edges[bin - 1] ?? null, high: edges[bin] ?? null }],
    factor,
  }))
  return [...bins, { cohort: absent, factor: shifted.absent }]
}
