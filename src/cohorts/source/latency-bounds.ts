import { numbersIn, textsIn } from './native-answer.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'
import { type LatencyBounds, levels, type RowFacts, SqlRows } from './sql-rows.ts'

/** Operations with fewer rows of the baseline share the bounds of everything. */
const smallestOperation = 500
const maxOperations = 2000
/** Rows whose durations are held in memory to be ordered. */
const maxRows = 8_000_000

/**
 * The baseline's exact p50, p90 and p99 per operation; of more rows than memory is for, of a hashed sample of them.
 * @param baselineRows about how many there are
 * @returns null where no row of the baseline has a duration
 */
export async function latencyBounds(
  population: SqlPopulation,
  facts: RowFacts,
  baselineRows: number,
  runner: SqlRunner,
  signal?: AbortSignal,
): Promise<LatencyBounds | null> {
  const { operation, duration } = population
  if (duration === null) return null
  const rows = new SqlRows(population, { ...facts, bounds: null })
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(baselineRows / maxRows)))
  const sampled = every === 1 ? '' : `AND bitAnd(ag_sample, ${every - 1}) = 0`
  const wanted = levels.map(({ level }) => level).join(', ')
  const quantiles = facts.isWeighted
    ? `quantilesExactWeighted(${wanted})(assumeNotNull(ag_duration), toUInt64(ceil(ag_weight * 16)))`
    : `quantilesExact(${wanted})(assumeNotNull(ag_duration))`
  const answer = await runner.native(
    rows.select(
      [
        ...(operation === null ? ["'' AS ag_op"] : ['ag_op', 'toUInt8(grouping(ag_op)) AS ag_all']),
        'toFloat64(count()) AS ag_rows',
        ...levels.map(({ name }, i) => `(${quantiles})[${i + 1}] AS ag_${name}`),
      ],
      {
        where: `ag_side = 0 AND NOT ifNull(isNaN(ag_duration), 1) ${sampled}`,
        ...(operation !== null && {
          names: ["CAST(ag_operation, 'String') AS ag_op"],
          rest: `GROUP BY ROLLUP(ag_op) ORDER BY ag_all DESC, ag_rows DESC, ag_op LIMIT ${maxOperations + 1}`,
        }),
      },
    ),
    rows.parameters,
    signal,
  )
  const sizes = Array.from(numbersIn(answer, 'ag_rows'))
  if ((sizes[0] ?? 0) === 0) return null
  const byLevel = levels.map(({ name }) => numbersIn(answer, `ag_${name}`))
  const bounds = sizes.map((_, row) => byLevel.map((column) => column[row]!))
  // the first row is that of everything
  const large = sizes.slice(1).filter((size) => size >= smallestOperation).length
  return {
    operations: operation === null ? [] : textsIn(answer, 'ag_op').slice(1, 1 + large),
    own: operation === null ? [] : bounds.slice(1, 1 + large),
    shared: bounds[0]!,
  }
}
