import type { Cohort } from '../cohort.ts'
import {
  bucketCount,
  type BucketCounts,
  type CohortCounts,
  type CountRequest,
  type DurationSums,
} from '../compare/cohort-source.ts'
import { numbersIn } from './native-answer.ts'
import { balanceSql } from './sql-balance.ts'
import { cohortSql } from './sql-cohort.ts'
import type { ClassMeasure } from './sql-measures.ts'
import type { SqlAttribute, SqlRunner } from './sql-population.ts'
import { classCount, type SqlRows } from './sql-rows.ts'

export interface CountingSource {
  rows: SqlRows
  measures: readonly ClassMeasure[]
  attributes: ReadonlyMap<string, SqlAttribute>
  runner: SqlRunner
}

/** Cohorts of one question, and characters of their conditions: the engine limits both. */
const maxCohorts = 100
const maxCharacters = 80_000
/** 64-bit hashes; a place of the confirmation half is its bucket, of the discovery half its bucket + 256. */
const place = 'if(ag_half = 1, 0, 256) + ag_bucket'
const places = 2 * bucketCount

/** See `CohortSource.count`. One scan for up to a hundred cohorts; one more for the mix, and one of the bad rows for units. */
export async function countCohorts(
  source: CountingSource,
  request: CountRequest,
  signal?: AbortSignal,
): Promise<CohortCounts[][]> {
  const measures = request.measures.map((name) => {
    const measure = source.measures.find((one) => one.name === name)
    if (measure === undefined) throw new TypeError(`There is no measure ${name}.`)
    return measure
  })
  const balance = balanceSql(request.balance, source.attributes)
  const answers: CohortCounts[][] = []
  for (const part of partsOf(request.cohorts, source.attributes)) {
    const plain = await eventsByClass(source, part, null, signal)
    const mixed = balance === null ? plain : await eventsByClass(source, part, balance, signal)
    const units = await badUnits(source, part, measures, signal)
    for (let i = 0; i < part.length; i++) {
      answers.push(
        measures.map((measure, m) => ({
          ...countsOf(plain[i]!, mixed[i]!, measure),
          units: { baseline: units[0]![i]![m]!, candidate: units[1]![i]![m]! },
        })),
      )
    }
  }
  return answers
}

/** Conditions of the cohorts, in parts that one question may hold. */
export function partsOf(
  cohorts: readonly Cohort[],
  attributes: ReadonlyMap<string, SqlAttribute>,
): string[][] {
  const parts: string[][] = []
  let characters = Infinity
  for (const cohort of cohorts) {
    const condition = cohortSql(cohort, attributes)
    characters += condition.length
    if (characters > maxCharacters || parts.at(-1)!.length === maxCohorts) {
      parts.push([])
      characters = condition.length
    }
    parts.at(-1)!.push(condition)
  }
  return parts
}

/** Per cohort: events by class and place. @param balance SQL of the weight of a row of the baseline */
async function eventsByClass(
  { rows, runner }: CountingSource,
  conditions: readonly string[],
  balance: string | null,
  signal: AbortSignal | undefined,
): Promise<Float64Array[]> {
  const answer = await runner.native(
    rows.select(
      [
        `CAST(ag_class + ${classCount} * (${place}), 'UInt16') AS ag_key`,
        ...conditions.map((condition, i) =>
          balance === null
            ? `toFloat64(${rows.events(condition)}) AS ag_n${i}`
            : `sumIf(ag_weight * ag_factor, ${condition}) AS ag_n${i}`,
        ),
      ],
      {
        names: balance === null ? [] : [`${balance} AS ag_factor`],
        rest: 'GROUP BY ag_key',
        ...(balance === null ? {} : { where: 'ag_side = 0 AND ag_half = 1' }),
      },
    ),
    rows.parameters,
    signal,
  )
  const keys = numbersIn(answer, 'ag_key')
  return conditions.map((_, i) => {
    const counts = new Float64Array(classCount * places)
    const column = numbersIn(answer, `ag_n${i}`)
    for (let row = 0; row < answer.rows; row++) counts[keys[row]!] = column[row]!
    return counts
  })
}

function countsOf(
  plain: Float64Array,
  mixed: Float64Array,
  { roles }: ClassMeasure,
): Omit<CohortCounts, 'units'> {
  const none = (): { bad: number; total: number } => ({ bad: 0, total: 0 })
  const whole = [none(), none()] as const
  const discovery = [none(), none()] as const
  const confirmation: BucketCounts = {
    baselineBad: new Float64Array(bucketCount),
    baselineTotal: new Float64Array(bucketCount),
    candidateBad: new Float64Array(bucketCount),
    candidateTotal: new Float64Array(bucketCount),
  }
  const { baselineBad, baselineTotal, candidateBad, candidateTotal } = confirmation
  for (let code = 0; code < classCount; code++) {
    if (roles[code] === 255) continue
    const isBad = roles[code] === 1
    const side = (code & 1) as 0 | 1
    const [bad, total] = side === 1 ? [candidateBad, candidateTotal] : [baselineBad, baselineTotal]
    for (let at = 0; at < places; at++) {
      const index = code + classCount * at
      const events = plain[index]!
      const sums = at < bucketCount ? [whole[side]] : [whole[side], discovery[side]]
      for (const sum of sums) {
        sum.total += events
        if (isBad) sum.bad += events
      }
      if (at >= bucketCount) continue
      const weighted = side === 1 ? events : mixed[index]!
      total[at]! += weighted
      if (isBad) bad[at]! += weighted
    }
  }
  return {
    baseline: whole[0],
    candidate: whole[1],
    discovery: { baseline: discovery[0], candidate: discovery[1] },
    confirmation,
  }
}

/** Different units with bad events: [side][cohort][measure]. Exact up to some ten thousand, nearly so beyond. */
async function badUnits(
  { rows, runner }: CountingSource,
  conditions: readonly string[],
  measures: readonly ClassMeasure[],
  signal: AbortSignal | undefined,
): Promise<Float64Array[][]> {
  const badClasses = measures.map(({ roles }) =>
    Array.from(roles.keys()).filter((code) => roles[code] === 1),
  )
  const units = [0, 1].map(() => conditions.map(() => new Float64Array(measures.length)))
  const any = [...new Set(badClasses.flat())]
  if (any.length === 0) return units
  const numbered = `[${conditions.map((_, i) => `toUInt16(${i})`).join(', ')}]`
  const answer = await runner.native(
    `SELECT bitAnd(ag_class, 1) AS ag_side, ag_cohort, ${badClasses
      .map(
        (codes, m) =>
          `toFloat64(uniqMergeIf(ag_units, ag_class IN (${[...codes, 255].join(', ')}))) AS ag_u${m}`,
      )
      .join(', ')}
     FROM (${rows.select(
       [
         'ag_class',
         // one row for each cohort that the row lies in
         `arrayJoin(arrayFilter((i, inside) -> inside, ${numbered}, [${conditions.join(', ')}])) AS ag_cohort`,
         'uniqState(ag_hash) AS ag_units',
       ],
       {
         where: any.length === classCount ? '1' : `ag_class IN (${any.join(', ')})`,
         rest: 'GROUP BY ag_class, ag_cohort',
       },
     )}) GROUP BY ag_side, ag_cohort`,
    rows.parameters,
    signal,
  )
  const [sides, cohorts] = [numbersIn(answer, 'ag_side'), numbersIn(answer, 'ag_cohort')]
  for (const m of measures.keys()) {
    const counts = numbersIn(answer, `ag_u${m}`)
    for (let row = 0; row < answer.rows; row++)
      units[sides[row]!]![cohorts[row]!]![m] = counts[row]!
  }
  return units
}

/** See `CohortSource.durations`: logs are rounded to 1/1024, so that their sums are exact. */
export async function sumDurations(
  { rows, attributes, runner }: CountingSource,
  cohorts: readonly Cohort[],
  signal?: AbortSignal,
): Promise<DurationSums[]> {
  const sums: DurationSums[] = []
  for (const conditions of partsOf(cohorts, attributes)) {
    const answer = await runner.native(
      rows.select(
        [
          `CAST(ag_side + 2 * ag_bucket, 'UInt16') AS ag_key`,
          ...conditions.flatMap((condition, i) => [
            `toFloat64(${rows.events(condition)}) AS ag_n${i}`,
            `sumIf(ag_log * ag_weight, ${condition}) AS ag_l${i}`,
          ]),
        ],
        {
          names: ['round(log(assumeNotNull(ag_duration)) * 1024) / 1024 AS ag_log'],
          where: 'ag_half = 1 AND ifNull(ag_duration > 0 AND isFinite(ag_duration), 0)',
          rest: 'GROUP BY ag_key',
        },
      ),
      rows.parameters,
      signal,
    )
    const keys = numbersIn(answer, 'ag_key')
    for (const i of conditions.keys()) {
      const [counts, logs] = [numbersIn(answer, `ag_n${i}`), numbersIn(answer, `ag_l${i}`)]
      const side = (wanted: 0 | 1): { count: Float64Array; sum: Float64Array } => {
        const count = new Float64Array(bucketCount)
        const sum = new Float64Array(bucketCount)
        for (let row = 0; row < answer.rows; row++) {
          if ((keys[row]! & 1) !== wanted) continue
          count[keys[row]! >> 1] = counts[row]!
          sum[keys[row]! >> 1] = logs[row]!
        }
        return { count, sum }
      }
      sums.push({ baseline: side(0), candidate: side(1) })
    }
  }
  return sums
}
