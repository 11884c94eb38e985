import type {
  CohortSource,
  DiscoverySample,
  SideCounts,
  SourceDescription,
} from '../compare/cohort-source.ts'
import { checkSides } from './check-sides.ts'
import { latencyBounds } from './latency-bounds.ts'
import { numbersIn } from './native-answer.ts'
import { cohortPredicate, cohortSql, printedNames } from './sql-cohort.ts'
import { countCohorts, type CountingSource, sumDurations } from './sql-count.ts'
import { type ClassMeasure, measuresOf } from './sql-measures.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'
import { classCount, SqlRows } from './sql-rows.ts'
import { sampleRows } from './sql-sample.ts'

/** What `describe` finds out and the other questions build on. */
interface Opened extends CountingSource {
  description: SourceDescription
  /** Rows of the discovery half by class. */
  sizes: Float64Array
}

/**
 * Two populations of rows of a SQL engine. Every question is one or two scans of the rows; what leaves the engine is
 * counts, and the sample.
 */
export function sqlSource(population: SqlPopulation, runner: SqlRunner): CohortSource {
  const attributes = new Map(population.attributes.map((one) => [one.name, one]))
  let opened: Promise<Opened> | undefined
  const open = async (signal?: AbortSignal): Promise<Opened> => {
    // a question that was cancelled or failed is asked again
    opened ??= describe(population, runner, signal).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return await opened
  }
  const bad = ({ measures }: Opened, name: string): { bad: string; counts: string } => {
    const { roles } = classMeasure(measures, name)
    const codes = (isWanted: (role: number) => boolean): string =>
      `ag_class IN (${[...Array.from(roles.keys()).filter((code) => isWanted(roles[code]!)), 255].join(', ')})`
    return { bad: codes((role) => role === 1), counts: codes((role) => role !== 255) }
  }

  return {
    describe: async (signal) => (await open(signal)).description,
    async sample(signal): Promise<DiscoverySample> {
      const { rows, sizes, measures } = await open(signal)
      return await sampleRows(rows, sizes, measures, runner, signal)
    },
    count: async (request, signal) => await countCohorts(await open(signal), request, signal),
    async durations(cohorts, signal) {
      const source = await open(signal)
      return source.rows.facts.bounds === null ? null : await sumDurations(source, cohorts, signal)
    },
    async exemplars(cohort, measure, signal) {
      const source = await open(signal)
      const { rows } = source
      const is = bad(source, measure)
      // more than three, because several rows may have one id
      const first = `groupArraySorted(30)((toUInt8(NOT (${is.bad})), ag_sample, toString(${population.exemplar})))`
      const found = await runner.rows<{ side: number; first: [number, unknown, string][] }>(
        rows.select(['ag_side AS side', `${first} AS first`], {
          where: `${is.counts} AND ${cohortSql(cohort, attributes)}`,
          rest: 'GROUP BY ag_side',
        }),
        rows.parameters,
        signal,
      )
      const idsOf = (number: 0 | 1): string[] => {
        const sorted = found.find(({ side }) => side === number)?.first ?? []
        const ids = sorted.filter(([good]) => good === sorted[0]![0]).map(([, , id]) => id)
        return [...new Set(ids)].slice(0, 3)
      }
      return { baseline: idsOf(0), candidate: idsOf(1) }
    },
    predicate: (cohort) => cohortPredicate(cohort, attributes),
    async recount(cohort, measure, signal) {
      const source = await open(signal)
      const { rows } = source
      const is = bad(source, measure)
      const found = await runner.rows<{
        side: number
        bad: number | string
        total: number | string
      }>(
        rows.select(
          [
            'ag_side AS side',
            `${rows.events(is.bad)} AS bad`,
            `${rows.events(is.counts)} AS total`,
          ],
          {
            names: printedNames(cohort, attributes),
            where: cohortPredicate(cohort, attributes),
            rest: 'GROUP BY ag_side',
          },
        ),
        rows.parameters,
        signal,
      )
      const counts = (number: 0 | 1): SideCounts => {
        const row = found.find(({ side }) => side === number)
        return { bad: Number(row?.bad ?? 0), total: Number(row?.total ?? 0) }
      }
      return { baseline: counts(0), candidate: counts(1) }
    },
    close: () => runner.close(),
  }

  async function describe(
    ...[given, engine, signal]: [SqlPopulation, SqlRunner, AbortSignal | undefined]
  ): Promise<Opened> {
    const sides = await checkSides(given, engine, signal)
    const known = { isWeighted: sides.isWeighted, quantum: sides.quantum, bounds: null }
    const bounds = await latencyBounds(given, known, sides.baselineRows, engine, signal)
    const rows = new SqlRows(given, { ...known, bounds })
    const measures = measuresOf(given, bounds !== null)
    const classes = await engine.native(
      rows.select(
        [
          "CAST(ag_half, 'UInt8') AS half",
          'ag_class AS class',
          'toFloat64(count()) AS rows',
          `toFloat64(${rows.events()}) AS events`,
        ],
        { rest: 'GROUP BY half, class' },
      ),
      rows.parameters,
      signal,
    )
    const [half, code, counted, summed] = ['half', 'class', 'rows', 'events'].map((name) =>
      numbersIn(classes, name),
    )
    const sizes = new Float64Array(classCount)
    const events = [0, 0]
    for (let i = 0; i < classes.rows; i++) {
      if (half![i] === 0) sizes[code![i]!] = counted![i]!
      events[code![i]! & 1]! += summed![i]!
    }
    const notes = [...given.notes, ...sides.notes]
    if (given.duration !== null && bounds === null)
      notes.push('No row of the baseline has a duration: latency was not compared.')
    const description: SourceDescription = {
      baseline: events[0]!,
      candidate: events[1]!,
      rows: sides.rows,
      measures: measures.map(({ name, kind }) => ({ name, kind })),
      unit: given.unitName,
      exemplar: given.exemplarName,
      notes,
    }
    return { rows, measures, attributes, runner: engine, description, sizes }
  }
}

function classMeasure(measures: readonly ClassMeasure[], name: string): ClassMeasure {
  const measure = measures.find((one) => one.name === name)
  if (measure === undefined) throw new TypeError(`There is no measure ${name}.`)
  return measure
}
