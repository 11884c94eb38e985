import { checkSides, sideColumns, type SideFacts, sideFacts, sideFlags } from './check-sides.ts'
import { numbersIn, textsIn } from './native-answer.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'
import { type LatencyBounds, levels, type RowFacts, SqlRows } from './sql-rows.ts'

/** Operations with fewer rows of the baseline share the bounds of everything. */
const smallestOperation = 500
const maxOperations = 2000
/** Rows of the baseline whose durations are ordered: a p99 of 100,000 of them is within p98.9 to p99.1. */
const maxRows = 1_000_000

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
  const { duration, additive, weight, badCount, rows } = population
  const isPlain = additive === null && weight === null && badCount === null
  if (isPlain && duration !== null && rows !== undefined) {
    const facts = { isWeighted: false, quantum: 1 }
    const columns = sideColumns(population)
    const found = await boundsOf(population, facts, rows / 2, columns, runner, signal)
    return { sides: sideFacts(population, found.extra), bounds: found.bounds }
  }
  const sides = await checkSides(population, runner, signal)
  if (duration === null) return { sides, bounds: null }
  const { baselineRows } = sides
  const { bounds } = await boundsOf(population, sides, baselineRows, null, runner, signal)
  return { sides, bounds }
}

/** @param extra further aggregates over all rows, by name; null = the rows of the baseline are enough */
async function boundsOf(
  population: SqlPopulation,
  facts: Omit<RowFacts, 'bounds'>,
  baselineRows: number,
  extra: Readonly<Record<string, string>> | null,
  runner: SqlRunner,
  signal: AbortSignal | undefined,
): Promise<{ bounds: LatencyBounds | null; extra: (name: string) => number }> {
  const { operation, candidate, baseline } = population
  const { isWeighted, quantum } = facts
  const rows = new SqlRows(population, { isWeighted, quantum, bounds: null })
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(baselineRows / maxRows)))
  const timed = `(ag_side = 0 AND NOT ifNull(isNaN(ag_duration), 1)${every === 1 ? '' : ` AND bitAnd(ag_sample, ${every - 1}) = 0`})`
  const wanted = levels.map(({ level }) => level).join(', ')
  const quantiles = isWeighted
    ? `quantilesExactWeightedIf(${wanted})(assumeNotNull(ag_duration), toUInt64(ceil(ag_weight * 16)), ${timed})`
    : `quantilesExactIf(${wanted})(assumeNotNull(ag_duration), ${timed})`
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
        names: [
          ...(operation === null ? [] : ["CAST(ag_operation, 'String') AS ag_op"]),
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
  if ((sizes[0] ?? 0) === 0) return { bounds: null, extra: extras }
  const byLevel = levels.map(({ name }) => numbersIn(answer, `ag_${name}`))
  const bounds = sizes.map((_, row) => byLevel.map((column) => column[row]!))
  const large = sizes.slice(1).filter((size) => size >= smallestOperation).length
  return {
    bounds: {
      operations: operation === null ? [] : textsIn(answer, 'ag_op').slice(1, 1 + large),
      own: operation === null ? [] : bounds.slice(1, 1 + large),
      shared: bounds[0]!,
    },
    extra: extras,
  }
}
