/** Sums of cohorts by class and place of their rows. */
import { bucketCount, type DurationSums } from '../compare/cohort-source.ts'
import type { Cohort } from '../cohort.ts'
import { sideFlags } from './check-sides.ts'
import { numbersIn } from './native-answer.ts'
import { cohortMasks } from './sql-masks.ts'
import type { SqlAttribute, SqlRunner } from './sql-population.ts'
import { classCount, type SelectOptions, type SqlRows } from './sql-rows.ts'

/**
 * Of one cohort. A place of the confirmation half is its bucket, of the discovery half its bucket + 256; index is class +
 * `classCount` * place.
 */
export interface PlaceSums {
  events: Float64Array
  /** Rows that were summed: the same where every row is one event, or where they were not asked for. */
  rows: Float64Array
  /** Events of the baseline weighted by the mix, in the confirmation half; left out where there is no balance. */
  mixed?: Float64Array
  /** Of the confirmation half. */
  durations?: DurationSums
  /** Rows of both sides at once, of all places; left out where they were not asked for. */
  both?: number
}

export interface SumOptions {
  /** SQL of the weight of a row of the baseline; null = 1 */
  balance: string | null
  hasDurations: boolean
  countsRows?: boolean
  countsBoth?: boolean
  /** Left out, all rows. */
  where?: string
}

const keys = classCount * 2 * bucketCount
const keySql = `ag_class + ${classCount} * (if(ag_half = 1, 0, 256) + ag_bucket)`

/** Of all rows. */
export async function everythingByPlace(
  rows: SqlRows,
  options: SumOptions,
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<PlaceSums> {
  const [sums] = await summed(rows, 1, `CAST(${keySql}, 'UInt32')`, options, runner, signal)
  return sums!
}

/** Per cohort, in one scan. @param cohorts at most `mostInMask` */
export async function sumsByPlace(
  rows: SqlRows,
  cohorts: readonly Cohort[],
  attributes: ReadonlyMap<string, SqlAttribute>,
  options: SumOptions,
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<PlaceSums[]> {
  const { mask, cheap } = cohortMasks(cohorts, attributes)
  const { where } = options
  const any = 'ag_mask != 0'
  return await summed(
    rows,
    cohorts.length,
    // one row for each cohort that a row lies in, and one number for both: far fewer sums than one for each cohort
    `CAST(CAST(arrayJoin(bitPositionsToArray(ag_mask)), 'UInt32') * ${keys} + ${keySql}, 'UInt32')`,
    {
      ...options,
      names: [`${mask} AS ag_mask`],
      ...(cheap !== null && { first: `${cheap} != 0` }),
      where: where === undefined ? any : `${where} AND ${any}`,
    },
    runner,
    signal,
  )
}

async function summed(
  rows: SqlRows,
  cohorts: number,
  key: string,
  {
    balance,
    hasDurations,
    countsRows = false,
    countsBoth = false,
    where,
    first,
    names = [],
  }: SumOptions & SelectOptions,
  runner: SqlRunner,
  signal: AbortSignal | undefined,
): Promise<PlaceSums[]> {
  const hasRows = countsRows && rows.facts.isWeighted
  const answer = await runner.native(
    rows.select(
      [
        `${key} AS ag_key`,
        `toFloat64(${rows.events()}) AS ag_events`,
        ...(hasRows ? ['toFloat64(count()) AS ag_rows'] : []),
        ...(countsBoth ? ['toFloat64(countIf(ag_c AND ag_b)) AS ag_both'] : []),
        ...(balance === null ? [] : ['sum(ag_weight * ag_factor) AS ag_mixed']),
        ...(hasDurations
          ? [
              `toFloat64(${rows.events('ag_timed')}) AS ag_durations`,
              'sumIf(ag_log * ag_weight, ag_timed) AS ag_logs',
            ]
          : []),
      ],
      {
        names: [
          ...names,
          ...(countsBoth ? sideFlags(rows.population.candidate, rows.population.baseline) : []),
          ...(balance === null ? [] : [`${balance} AS ag_factor`]),
          ...(hasDurations
            ? [
                rows.population.isTimed === true
                  ? '(ag_duration > 0 AND isFinite(ag_duration)) AS ag_timed'
                  : 'ifNull(ag_duration > 0 AND isFinite(ag_duration), 0) AS ag_timed',
                `round(log(${rows.duration}) * 1024) / 1024 AS ag_log`,
              ]
            : []),
        ],
        ...(where !== undefined && { where }),
        ...(first !== undefined && { first }),
        rest: 'GROUP BY ag_key',
      },
    ),
    rows.parameters,
    signal,
  )
  const column = (name: string): ArrayLike<number> => numbersIn(answer, name)
  const [keyed, events] = [column('ag_key'), column('ag_events')]
  const mixed = balance === null ? null : column('ag_mixed')
  const counted = hasRows ? column('ag_rows') : null
  const durations = hasDurations ? [column('ag_durations'), column('ag_logs')] : null
  const sums = Array.from({ length: cohorts }, (): Required<PlaceSums> => ({
    events: new Float64Array(keys),
    rows: new Float64Array(counted === null ? 0 : keys),
    mixed: new Float64Array(mixed === null ? 0 : keys),
    durations: { baseline: noDurations(), candidate: noDurations() },
    both: 0,
  }))
  const both = countsBoth ? column('ag_both') : null
  for (let row = 0; row < answer.rows; row++) {
    const at = keyed[row]! % keys
    const sum = sums[(keyed[row]! - at) / keys]!
    sum.events[at] = events[row]!
    if (counted !== null) sum.rows[at] = counted[row]!
    if (both !== null) sum.both += both[row]!
    if (mixed !== null) sum.mixed[at] = mixed[row]!
    const place = Math.floor(at / classCount)
    if (durations === null || place >= bucketCount) continue
    const side = (at % classCount) % 2 === 1 ? sum.durations.candidate : sum.durations.baseline
    side.count[place]! += durations[0]![row]!
    side.sum[place]! += durations[1]![row]!
  }
  return sums.map((sum) => ({
    events: sum.events,
    rows: hasRows ? sum.rows : sum.events,
    ...(mixed !== null && { mixed: sum.mixed }),
    ...(hasDurations && { durations: sum.durations }),
    ...(countsBoth && { both: sum.both }),
  }))
}

const noDurations = (): { count: Float64Array; sum: Float64Array } => ({
  count: new Float64Array(bucketCount),
  sum: new Float64Array(bucketCount),
})
