import type { Cohort } from '../cohort.ts'
import {
  bucketCount,
  type CohortCounts,
  type CountRequest,
  type DurationSums,
} from '../compare/cohort-source.ts'
import { balanceSql } from './sql-balance.ts'
import { cohortSql } from './sql-cohort.ts'
import { mostInMask } from './sql-masks.ts'
import { inParts } from './sql-parts.ts'
import { everythingByPlace, type PlaceSums, sumsByPlace, type SumOptions } from './sql-places.ts'
import type { ClassMeasure } from './sql-measures.ts'
import type { SqlAttribute, SqlRunner } from './sql-population.ts'
import { classCount, type SqlRows } from './sql-rows.ts'

export interface CountingSource {
  rows: SqlRows
  measures: readonly ClassMeasure[]
  attributes: ReadonlyMap<string, SqlAttribute>
  runner: SqlRunner
  /** All rows, with durations where there are any. */
  everything: PlaceSums
}

/** Cohorts whose durations are remembered. */
const maxRemembered = 400

/** Exact counts: one scan for up to 64 cohorts, and one more of everything where the mix is balanced. */
export class CohortCounter {
  readonly #source: CountingSource
  /** Durations by the cohort's condition, of what was counted last. */
  readonly #durations = new Map<string, DurationSums>()

  constructor(source: CountingSource) {
    this.#source = source
  }

  /** See `CohortSource.count`. */
  async count(request: CountRequest, signal?: AbortSignal): Promise<CohortCounts[][]> {
    const { attributes, everything, measures: known } = this.#source
    const measures = request.measures.map((name) => measureNamed(known, name))
    const balance = measures.some(({ kind }) => kind === 'share')
      ? balanceSql(request.balance, attributes)
      : null
    const hasDurations =
      everything.durations !== undefined && measures.some(({ name }) => name.startsWith('slow '))
    const sums = await this.#sums(request.cohorts, { balance, hasDurations }, signal)
    return sums.map((one) => {
      const filled = filledOf(one)
      return measures.map((measure) => countsOf(one, filled, measure))
    })
  }

  /** See `CohortSource.durations`: logs are rounded to 1/1024, so that their sums are exact. */
  async durations(cohorts: readonly Cohort[], signal?: AbortSignal): Promise<DurationSums[]> {
    const { attributes, everything } = this.#source
    const conditions = cohorts.map((cohort) => cohortSql(cohort, attributes))
    const missing = cohorts.filter(
      (cohort, i) => cohort.length > 0 && !this.#durations.has(conditions[i]!),
    )
    const found = new Map(this.#durations)
    const options = { balance: null, hasDurations: true, where: 'ag_half = 1' }
    const sums = await this.#sums(missing, options, signal)
    for (const [i, cohort] of missing.entries())
      found.set(cohortSql(cohort, attributes), sums[i]!.durations!)
    return cohorts.map((cohort, i) =>
      cohort.length === 0 ? everything.durations! : found.get(conditions[i]!)!,
    )
  }

  async #sums(
    cohorts: readonly Cohort[],
    options: SumOptions,
    signal: AbortSignal | undefined,
  ): Promise<PlaceSums[]> {
    const { attributes, everything, runner, rows } = this.#source
    const { balance, hasDurations } = options
    const named = cohorts.filter((cohort) => cohort.length > 0)
    const conditions = named.map((cohort) => cohortSql(cohort, attributes))
    const sums: PlaceSums[] = []
    const lengthOf = (cohort: Cohort): number => cohortSql(cohort, attributes).length
    for (const part of inParts(named, lengthOf, mostInMask))
      sums.push(...(await sumsByPlace(rows, part, attributes, options, runner, signal)))
    if (hasDurations) {
      if (this.#durations.size + sums.length > maxRemembered) this.#durations.clear()
      for (const [i, condition] of conditions.entries())
        if (i < maxRemembered) this.#durations.set(condition, sums[i]!.durations!)
    }
    let whole = everything
    if (balance !== null && named.length < cohorts.length) {
      const where = 'ag_side = 0 AND ag_half = 1'
      const wanted = { balance, hasDurations: false, where }
      const { mixed } = await everythingByPlace(rows, wanted, runner, signal)
      whole = { ...everything, ...(mixed !== undefined && { mixed }) }
    }
    const inOrder = sums.values()
    return cohorts.map((cohort) => (cohort.length === 0 ? whole : inOrder.next().value!))
  }
}

export function measureNamed(measures: readonly ClassMeasure[], name: string): ClassMeasure {
  const measure = measures.find((one) => one.name === name)
  if (measure === undefined) throw new TypeError(`There is no measure ${name}.`)
  return measure
}

/** Where a cohort has events, in ascending order: most places of a narrow one are empty. */
function filledOf({ events, mixed = events }: PlaceSums): Uint32Array {
  const filled = new Uint32Array(events.length)
  let size = 0
  for (let at = 0; at < events.length; at++)
    if (events[at] !== 0 || mixed[at] !== 0) filled[size++] = at
  return filled.subarray(0, size)
}

function countsOf(
  { events: plain, mixed = plain }: PlaceSums,
  filled: Uint32Array,
  { roles, kind }: ClassMeasure,
): CohortCounts {
  const none = (): { bad: number; total: number } => ({ bad: 0, total: 0 })
  const whole = [none(), none()] as const
  const discovery = [none(), none()] as const
  const bad = [new Float64Array(bucketCount), new Float64Array(bucketCount)] as const
  const total = [new Float64Array(bucketCount), new Float64Array(bucketCount)] as const
  const units = [0, 0] as [number, number]
  const lastBad = [-1, -1] as [number, number]
  for (let i = 0; i < filled.length; i++) {
    const index = filled[i]!
    const code = index % classCount
    if (roles[code] === 255) continue
    const at = (index - code) / classCount
    const events = plain[index]!
    const isBad = roles[code] === 1
    const side = (code & 1) as 0 | 1
    whole[side].total += events
    if (isBad) {
      whole[side].bad += events
      if (events > 0 && lastBad[side] !== at) {
        units[side] += 1
        lastBad[side] = at
      }
    }
    if (at >= bucketCount) {
      discovery[side].total += events
      if (isBad) discovery[side].bad += events
      continue
    }
    const weighted = side === 1 || kind === 'volume' ? events : mixed[index]!
    total[side][at]! += weighted
    if (isBad) bad[side][at]! += weighted
  }
  return {
    baseline: whole[0],
    candidate: whole[1],
    discovery: { baseline: discovery[0], candidate: discovery[1] },
    confirmation: {
      baselineBad: bad[0],
      baselineTotal: total[0],
      candidateBad: bad[1],
      candidateTotal: total[1],
    },
    units: { baseline: units[0], candidate: units[1] },
  }
}
