import type { SqlPopulation } from './sql-population.ts'

/** Slowness of a row: above how many of the baseline's p50, p90, p99; `noLevel` where it has no duration. */
export const noLevel = 4
export const levelCount = 5
/** Side, badness and level as one number: side + 2 * bad + 4 * level. */
export const classCount = 4 * levelCount

/** Above what an event of an operation is slow. */
export interface LatencyBounds {
  operations: readonly string[]
  /** Per operation: p50, p90, p99 of the baseline. */
  own: readonly (readonly number[])[]
  /** Of every other one. */
  shared: readonly number[]
}

/** What the rows of a population turned out to be. */
export interface RowFacts {
  /** Null where there are no durations, or the bounds are not known yet. */
  bounds: LatencyBounds | null
  /** False where every row is one event. */
  isWeighted: boolean
  /** Weights are rounded to multiples of this power of two, so that their sums are exact in whatever order. */
  quantum: number
}

export interface SelectOptions {
  first?: string
  where?: string
  rest?: string
  /** Further names: `expression AS name`. */
  names?: readonly string[]
}

/**
 * The rows of a comparison as one relation with the same columns whatever the population is:
 * - `ag_side` 1 = candidate, `ag_half` 0 = discovery, `ag_bucket` 0..255, by the hash of the unit `ag_hash`;
 * - `ag_sample`: bits to sample rows by, independent of these;
 * - `ag_weight`: events that the row stands for; `ag_bad` 0 or 1, `ag_level` 0..4, `ag_duration`.
 *
 * A row with a count of bad events becomes a bad row and a good one; one with an actual and an expected value becomes a
 * row of each side.
 */
export class SqlRows {
  readonly population: SqlPopulation
  readonly facts: RowFacts
  readonly parameters: Record<string, unknown>
  /** SQL of `ag_duration` where the row has one, and UInt8: it has none. */
  readonly duration: string
  readonly untimed: string
  readonly #with: string[]
  readonly #from: string
  readonly #where: string

  constructor(population: SqlPopulation, facts: RowFacts) {
    this.population = population
    this.facts = facts
    const { additive, badCount, exemplar, unit, rowKey = exemplar } = population
    const { bounds } = facts
    this.parameters = {
      ...population.parameters,
      ...(bounds === null ? {} : boundParameters(bounds)),
    }
    const { isTimed = false } = population
    this.duration = isTimed ? 'ag_duration' : 'assumeNotNull(ag_duration)'
    this.untimed = isTimed ? '0' : 'ifNull(isNaN(ag_duration), 1)'
    const isSplit = additive !== null || badCount !== null
    const hash = (text: string, salt: string): string =>
      `ifNull(CAST(cityHash64(${text}, '${salt}'), 'Nullable(UInt64)'), 0)`
    this.#with = [
      `${this.#side()} AS ag_side`,
      `${hash(unit, 'unit')} AS ag_hash`,
      'bitAnd(ag_hash, 1) AS ag_half',
      'bitAnd(bitShiftRight(ag_hash, 1), 255) AS ag_bucket',
      `${unit === rowKey ? 'bitShiftRight(ag_hash, 9)' : hash(rowKey, 'row')} AS ag_sample`,
      `${this.#weight()} AS ag_weight`,
      `${this.#bad()} AS ag_bad`,
      ...(population.duration === null
        ? []
        : [
            isTimed
              ? `toFloat64(${population.duration}) AS ag_duration`
              : `CAST(${population.duration}, 'Nullable(Float64)') AS ag_duration`,
          ]),
      ...(population.operation === null
        ? []
        : [
            `ifNull(CAST(${population.operation}, 'LowCardinality(Nullable(String))'), '') AS ag_operation`,
          ]),
      `${this.#level()} AS ag_level`,
      "CAST(ag_side + 2 * ag_bad + 4 * ag_level, 'UInt8') AS ag_class",
    ]
    this.#from = isSplit
      ? `${population.from} ARRAY JOIN [toUInt8(0), toUInt8(1)] AS ag_part`
      : population.from
    const sides =
      additive === null ? `(${flag(population.candidate)} OR ${flag(population.baseline)})` : '1'
    const isEmptyPossible = isSplit || (population.weight !== null && facts.isWeighted)
    this.#where = `(${population.where}) AND ${sides}${isEmptyPossible ? ' AND ag_weight > 0' : ''}`
  }

  /** Events of the rows that satisfy a condition (UInt8). */
  events(condition?: string): string {
    if (!this.facts.isWeighted) return condition === undefined ? 'count()' : `countIf(${condition})`
    return condition === undefined ? 'sum(ag_weight)' : `sumIf(ag_weight, ${condition})`
  }

  /** A number as a multiple of the quantum. */
  rounded(sql: string): string {
    const { quantum } = this.facts
    return `round((${sql}) * ${1 / quantum}) / ${1 / quantum}`
  }

  /**
   * @param options.first condition that few rows satisfy and that is cheap: `where` is then asked of those alone
   * @param options.rest GROUP BY and what follows it
   */
  select(columns: readonly string[], options: SelectOptions = {}): string {
    const { first, where, rest = '', names = [] } = options
    // left to itself, the engine begins with the smallest columns
    const isFirst = first !== undefined && where !== undefined && this.population.isTable === true
    const conditions = [this.#where, ...(first === undefined ? [] : [`(${first})`])]
    const last = where === undefined ? '' : `${isFirst ? '\nWHERE' : ' AND'} (${where})`
    return `WITH ${[...this.#with, ...names].join(', ')}
SELECT ${columns.join(', ')}
FROM ${this.#from}
${isFirst ? 'PREWHERE' : 'WHERE'} ${conditions.join(' AND ')}${last}
${rest}`
  }

  #side(): string {
    return this.population.additive === null
      ? `toUInt8(${flag(this.population.candidate)})`
      : 'ag_part'
  }

  #weight(): string {
    const { additive, weight, badCount } = this.population
    if (!this.facts.isWeighted) return '1'
    if (additive !== null)
      return this.rounded(`if(ag_part, ${float(additive.actual)}, ${float(additive.expected)})`)
    const events = weight === null ? 'toFloat64(1)' : float(weight)
    if (badCount === null) return this.rounded(events)
    return this.rounded(`if(ag_part, ${float(badCount)}, ${events} - ${float(badCount)})`)
  }

  #bad(): string {
    const { bad, badCount } = this.population
    if (badCount !== null) return 'ag_part'
    return bad === null ? 'toUInt8(0)' : `toUInt8(${flag(bad)})`
  }

  #level(): string {
    const { duration, operation } = this.population
    if (duration === null || this.facts.bounds === null) return `toUInt8(${noLevel})`
    const bound = (level: string): string =>
      operation === null || this.facts.bounds?.operations.length === 0
        ? `{ag_shared_${level}: Float64}`
        : `transform(ag_operation, {ag_operations: Array(String)}, {ag_${level}: Array(Float64)}, {ag_shared_${level}: Float64})`
    const above = levels.map(({ name }) => `(${this.duration} > ${bound(name)})`)
    return `toUInt8(if(${this.untimed}, ${noLevel}, ${above.join(' + ')}))`
  }
}

/** A condition that may be null as 0 or 1. */
const flag = (sql: string): string => `(ifNull((${sql}), 0) != 0)`

/** A number that may be null: then nothing. */
const float = (sql: string): string => `ifNull(toFloat64(${sql}), 0)`

export const levels = [
  { name: 'p50', level: 0.5 },
  { name: 'p90', level: 0.9 },
  { name: 'p99', level: 0.99 },
] as const

function boundParameters({ operations, own, shared }: LatencyBounds): Record<string, unknown> {
  const byLevel = levels.map(({ name }, i) => [
    [`ag_${name}`, own.map((bounds) => bounds[i]!)] as const,
    [`ag_shared_${name}`, shared[i]!] as const,
  ])
  return { ag_operations: operations, ...Object.fromEntries(byLevel.flat()) }
}
