import { checkSides, sideColumns, type SideFacts, sideFacts, sideFlags } from './check-sides.ts'
import { numbersIn, textsIn } from './native-answer.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'
import { type LatencyBounds, levels, type RowFacts, SqlRows } from './sql-rows.ts'

/** Operations with fewer rows of the baseline share the bounds of everything; with fewer in slices of many rows. */
const smallestOperation = 500
const smallestInSlices = 125
const maxOperations = 2000
/**
 * Rows of the baseline whose durations are ordered, of 8 bytes each. To choose fewer costs as much as to order them; a p99
 * of 100,000 of them is within p98.9 to p99.1.
 */
const maxRows = 8_000_000
/** Rows of the baseline that slices are to hold, about, and at least: of fewer, all rows are looked at. */
const rowsInSlices = 500_000
const leastInSlices = 100_000
/** Slices of a larger part cost as much as all rows. */
const leastSlicing = 4

/**
 * What is slow, by slices of the rows (`SqlPopulation.slice`): of many rows, a small part says it as well, and need not
 * be asked whether there are two sides. Null where the slices say too little, or there are none.
 */
export async function boundsBySlices(
  population: SqlPopulation,
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<LatencyBounds | null> {
  const { duration, rows = 0, slice } = population
  const every = 2 ** Math.floor(Math.log2(Math.max(1, rows / 2 / rowsInSlices)))
  if (slice === undefined || duration === null || !isPlain(population) || every < leastSlicing)
    return null
  const facts = { isWeighted: false, quantum: 1 }
  const of = { baselineRows: rowsInSlices, first: slice(every) }
  const { bounds, timed } = await boundsOf(population, facts, of, null, runner, signal)
  return timed < leastInSlices ? null : bounds
}

/** Rows are known to be one event each. */
export const isPlain = ({ additive, weight, badCount }: SqlPopulation): boolean =>
  additive === null && weight === null && badCount === null

export interface SidesAndBounds {
  sides: SideFacts
  /** The baseline's p50, p90 and p99 per operation; null where no row of the baseline has a duration. */
  bounds: LatencyBounds | null
}

/**
 * Are there two sides that can be compared, and what is slow? One scan where the rows are known to be one event each, two
 * otherwise. Of many rows the bounds are those of a hashed sample.
 * @throws what `checkSides` throws
 */
export async function sidesAndBounds(
  population: SqlPopulation,
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<SidesAndBounds> {
  const { duration, rows } = population
  if (isPlain(population) && duration !== null && rows !== undefined) {
    const facts = { isWeighted: false, quantum: 1 }
    const columns = sideColumns(population)
    const found = await boundsOf(
      population,
      facts,
      { baselineRows: rows / 2 },
      columns,
      runner,
      signal,
    )
    return { sides: sideFacts(population, found.extra), bounds: found.bounds }
  }
  const sides = await checkSides(population, runner, signal)
  if (duration === null) return { sides, bounds: null }
  const { baselineRows } = sides
  const { bounds } = await boundsOf(population, sides, { baselineRows }, null, runner, signal)
  return { sides, bounds }
}

interface RowsLookedAt {
  /** About. */
  baselineRows: number
  /** Condition on them that costs little. */
  first?: string
}

/** @param extra further aggregates over all rows, by name; null = the rows of the baseline are enough */
async function boundsOf(
  population: SqlPopulation,
  facts: Omit<RowFacts, 'bounds'>,
  { baselineRows, first }: RowsLookedAt,
  extra: Readonly<Record<string, string>> | null,
  runner: SqlRunner,
  signal: AbortSignal | undefined,
): Promise<{ bounds: LatencyBounds | null; timed: number; extra: (name: string) => number }> {
  const { operation, candidate, baseline } = population
  const { isWeighted, quantum } = facts
  const rows = new SqlRows(population, { isWeighted, quantum, bounds: null })
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(baselineRows / maxRows)))
  const timed = `(ag_side = 0 AND NOT ${rows.untimed}${every === 1 ? '' : ` AND bitAnd(ag_sample, ${every - 1}) = 0`})`
  const wanted = levels.map(({ level }) => level).join(', ')
  const quantiles = isWeighted
    ? `quantilesExactWeightedIf(${wanted})(${rows.duration}, toUInt64(ceil(ag_weight * 16)), ${timed})`
    : `quantilesExactIf(${wanted})(${rows.duration}, ${timed})`
  const answer = await runner.native(
    rows.select(
      [
        ...(operation === null ? ["'' AS ag_op"] : ['ag_op', 'toUInt8(grouping(ag_op)) AS ag_all']),
        `toFloat64(countIf(${timed})) AS ag_timed`,
        ...levels.map(({ name }, i) => `(${quantiles})[${i + 1}] AS ag_${name}`),
        ...Object.entries(extra ?? {}).map(([name, sql]) => `${sql} AS ag_${name}`),
      ],
      {
        ...(extra === null && { where: timed }),
        ...(first !== undefined && { first }),
        names: [
          ...(operation === null ? [] : ['ag_operation AS ag_op']),
          ...(extra === null ? [] : sideFlags(candidate, baseline)),
        ],
        ...(operation !== null && {
          rest: `GROUP BY ROLLUP(ag_op) ORDER BY ag_all DESC, ag_timed DESC, ag_op LIMIT ${maxOperations + 1}`,
        }),
      },
    ),
    rows.parameters,
    signal,
  )
  // the first row is that of everything
  const extras = (name: string): number => numbersIn(answer, `ag_${name}`)[0] ?? 0
  const sizes = Array.from(numbersIn(answer, 'ag_timed'))
  const [all = 0] = sizes
  if (all === 0) return { bounds: null, timed: 0, extra: extras }
  const smallest = first === undefined ? smallestOperation : smallestInSlices
  const byLevel = levels.map(({ name }) => numbersIn(answer, `ag_${name}`))
  const bounds = sizes.map((_, row) => byLevel.map((column) => column[row]!))
  const large = sizes.slice(1).filter((size) => size >= smallest).length
  return {
    bounds: {
      operations: operation === null ? [] : textsIn(answer, 'ag_op').slice(1, 1 + large),
      own: operation === null ? [] : bounds.slice(1, 1 + large),
      shared: bounds[0]!,
    },
    timed: all,
    extra: extras,
  }
}
