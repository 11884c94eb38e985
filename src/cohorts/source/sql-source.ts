import {
  bucketCount,
  type CohortSource,
  type DiscoverySample,
  type SourceDescription,
} from '../compare/cohort-source.ts'
import { sidesAndBounds } from './latency-bounds.ts'
import { cohortPredicate } from './sql-cohort.ts'
import { CohortCounter, type CountingSource } from './sql-count.ts'
import { examineCohorts, recountCohorts } from './sql-examine.ts'
import { measuresOf } from './sql-measures.ts'
import { everythingByPlace } from './sql-places.ts'
import type { SqlPopulation, SqlRunner } from './sql-population.ts'
import { classCount, SqlRows } from './sql-rows.ts'
import { sampleRows } from './sql-sample.ts'

/** What `describe` finds out and the other questions build on. */
interface Opened extends CountingSource {
  description: SourceDescription
  counter: CohortCounter
  /** Rows of the discovery half by class. */
  sizes: Float64Array
}

/**
 * Two populations of rows of a SQL engine. Every question is a scan of the rows; what leaves the engine is counts, and
 * the sample.
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

  return {
    describe: async (signal) => (await open(signal)).description,
    async sample(signal): Promise<DiscoverySample> {
      const { rows, sizes, measures } = await open(signal)
      return await sampleRows(rows, sizes, measures, runner, signal)
    },
    count: async (request, signal) => await (await open(signal)).counter.count(request, signal),
    async durations(cohorts, signal) {
      const { everything, counter } = await open(signal)
      return everything.durations === undefined ? null : await counter.durations(cohorts, signal)
    },
    examine: async (asked, signal) => await examineCohorts(await open(signal), asked, signal),
    predicate: (cohort) => cohortPredicate(cohort, attributes),
    recount: async (asked, signal) => await recountCohorts(await open(signal), asked, signal),
    close: () => runner.close(),
  }

  async function describe(
    ...[given, engine, signal]: [SqlPopulation, SqlRunner, AbortSignal | undefined]
  ): Promise<Opened> {
    const { sides, bounds } = await sidesAndBounds(given, engine, signal)
    const { isWeighted, quantum } = sides
    const rows = new SqlRows(given, { isWeighted, quantum, bounds })
    const measures = measuresOf(given, bounds !== null)
    const options = { balance: null, hasDurations: bounds !== null, countsRows: true }
    const everything = await everythingByPlace(rows, options, engine, signal)
    const sizes = new Float64Array(classCount)
    const events = [0, 0]
    for (const [at, count] of everything.events.entries()) {
      if (at >= classCount * bucketCount) sizes[at % classCount]! += everything.rows[at]!
      events[at % 2]! += count
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
      ...(given.cut !== undefined && { cut: given.cut }),
    }
    const source = { rows, measures, attributes, runner: engine, everything }
    return { ...source, description, counter: new CohortCounter(source), sizes }
  }
}
