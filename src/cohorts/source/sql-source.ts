import {
  bucketCount,
  type CohortSource,
  type DiscoverySample,
  type SourceDescription,
} from '../compare/cohort-source.ts'
import { type SideFacts, sideFacts } from './check-sides.ts'
import { boundsBySlices, sidesAndBounds } from './latency-bounds.ts'
import { cohortPredicate } from './sql-cohort.ts'
import { CohortCounter, type CountingSource } from './sql-count.ts'
import { examineCohorts } from './sql-examine.ts'
import { measuresOf } from './sql-measures.ts'
import { everythingByPlace, type PlaceSums } from './sql-places.ts'
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
    // in other tables and files a scan may take all that there is
    ...(population.isTable === true && { isScannedTogether: true }),
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
    close: () => runner.close(),
  }

  async function describe(
    ...[given, engine, signal]: [SqlPopulation, SqlRunner, AbortSignal | undefined]
  ): Promise<Opened> {
    const early = await boundsBySlices(given, engine, signal)
    const found = early === null ? await sidesAndBounds(given, engine, signal) : null
    const bounds = early ?? found?.bounds ?? null
    const { isWeighted, quantum } = found?.sides ?? { isWeighted: false, quantum: 1 }
    const rows = new SqlRows(given, { isWeighted, quantum, bounds })
    const measures = measuresOf(given, bounds !== null)
    const options = { balance: null, hasDurations: bounds !== null, countsRows: true }
    const wanted = { ...options, countsBoth: found === null }
    const everything = await everythingByPlace(rows, wanted, engine, signal)
    const sides = found?.sides ?? plainSides(given, everything)
    const { sizes, events } = sizesOf(everything)
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

/** Rows of the discovery half by class, and events of either side. */
function sizesOf(everything: PlaceSums): { sizes: Float64Array; events: Float64Array } {
  const sizes = new Float64Array(classCount)
  const events = new Float64Array(2)
  for (let at = 0; at < everything.events.length; at++) {
    if (at >= classCount * bucketCount) sizes[at % classCount]! += everything.rows[at]!
    events[at % 2]! += everything.events[at]!
  }
  return { sizes, events }
}

/** What `checkSides` says of rows that are one event each, by their sums. @throws as it does */
function plainSides(population: SqlPopulation, { events, both = 0 }: PlaceSums): SideFacts {
  const sums = [0, 0] as [number, number]
  for (const [at, count] of events.entries()) sums[(at % 2) as 0 | 1] += count
  const [baselines, candidates] = [sums[0] + both, sums[1]]
  const known = new Map([
    ['both', both],
    ['candidates', candidates],
    ['baselines', baselines],
    ['rows', sums[0] + sums[1]],
    ['candidate_events', candidates],
    ['baseline_events', baselines],
  ])
  return sideFacts(population, (name) => known.get(name) ?? 0)
}
