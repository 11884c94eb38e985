/** The discovery half: which attributes may name a cohort, whose mix shifted, and what the search suggests. */
import { selectAttributes, type LeftOutAttribute } from '../attribute-selection.ts'
import type { CohortTable } from '../cohort-table.ts'
import type { Cohort } from '../cohort.ts'
import { matchesAny } from '../denied-attributes.ts'
import { balanced, mixBalance, type MixBalance } from '../mix-balance.ts'
import { searchCohortsInWorkers } from '../threads/search-cohorts-in-workers.ts'
import type { CohortCandidate, CohortMeasure } from '../search-cohorts.ts'
import type { CohortQuestion, DiscoveryMeasure, DiscoverySample } from './cohort-source.ts'
import type { CompareRequest } from './comparison.ts'
import { narrowToValues } from './narrow-to-values.ts'
import { inReadingOrder } from './reading-order.ts'

/** Bad events of the candidate (for volumes: events of either side) that a suggestion needs in the sample. */
export const minimumBad = 6

/** Nats; below 0, because the other half tests every suggestion: a few tested in vain cost less than one missed. */
export const leastScore = -5

export interface Suggested {
  measure: string
  cohort: Cohort
  /** Other descriptions of much the same events, to be told with it. */
  alternatives: readonly Cohort[]
  /** Descriptions that may take its place once they are counted; left out, the alternatives. */
  others?: readonly Cohort[]
  /** Whether it does not pay for its description by what the sample shows. */
  isInDoubt?: boolean
}

type ScoredCohort = Pick<CohortCandidate, 'measure' | 'cohort' | 'score' | 'alternatives'>

export interface Discovered {
  suggested: Suggested[]
  balance: MixBalance
  /** The sample with the attributes that were searched. */
  table: CohortTable
  measures: readonly DiscoveryMeasure[]
  /** Name of a searched attribute -> names of those that say the same. */
  aliases: Readonly<Record<string, readonly string[]>>
  searched: { attributes: number; cells: number; maxOrder: number; cut: string[] }
  notes: string[]
}

export interface DiscoverOptions {
  /** By name of the measure; 1 where left out. */
  designEffects?: ReadonlyMap<string, number>
  signal?: AbortSignal | undefined
  onProgress?: (done: number) => void
  /** Told what pays for its description, best first: it is likely to be confirmed. Sets of values follow by themselves. */
  onLikely?: (likely: readonly CohortQuestion[]) => void
}

/** Ends early when `signal` is aborted: with what was suggested until then, and `cut` says what was not searched. */
export async function discover(
  sample: DiscoverySample,
  request: CompareRequest,
  options: DiscoverOptions,
): Promise<Discovered> {
  const { measures } = sample
  const withEffect = (measure: DiscoveryMeasure): CohortMeasure => ({
    ...measure,
    designEffect: options.designEffects?.get(measure.name) ?? 1,
  })
  const selection = selectAttributes(sample.table, {
    ...(request.deny === false && { deny: false }),
    ignore: request.ignore ?? [],
    allow: request.allow ?? [],
  })
  const { table, aliases } = selection
  const balance = measures.some(({ kind }) => kind === 'share') ? mixBalance(table) : balanced
  const { found, searched } = await searchCohortsInWorkers(
    {
      table,
      measures: measures.map(withEffect),
      maxOrder: request.maxOrder ?? 3,
      minimumBad,
      leastScore,
      balance,
    },
    {
      ...(options.signal !== undefined && { signal: options.signal }),
      ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
    },
  )
  options.onProgress?.(1)
  options.onLikely?.(likelyOf(found))
  const maxOrder = request.maxOrder ?? 3
  const sets: ScoredCohort[] = []
  for (const measure of measures) {
    // what is asked about the likely ones goes out meanwhile
    // oxlint-disable-next-line no-await-in-loop -- the point of it
    await new Promise((resolve) => setImmediate(resolve))
    const sure = found.filter(({ measure: name, score }) => name === measure.name && score > 0)
    const search = { table, measure, balance, maxOrder, minimumBad }
    const cohorts = narrowToValues({ ...search, found: sure.map(({ cohort }) => cohort) })
    const { name } = measure
    sets.push(...cohorts.map((cohort) => ({ measure: name, cohort, score: 1, alternatives: [] })))
  }
  options.onLikely?.(likelyOf(sets))
  const suggested = [...found, ...sets]
  return {
    suggested: suggested.map(({ measure, cohort, alternatives, score }) => ({
      measure,
      cohort: inReadingOrder(cohort),
      alternatives: alternatives.map((alternative) => inReadingOrder(alternative.cohort)),
      isInDoubt: score <= 0,
    })),
    balance,
    table,
    measures,
    aliases,
    searched,
    notes: leftOutNotes(
      // what was asked for needs no telling
      selection.leftOut.filter(({ name }) => !matchesAny(name, request.ignore ?? [])),
    ),
  }
}

function likelyOf(suggested: readonly ScoredCohort[]): CohortQuestion[] {
  return suggested
    .filter(({ cohort, score }) => cohort.length > 0 && score > 0)
    .map(({ measure, cohort }) => ({ measure, cohort: inReadingOrder(cohort) }))
}

/** One sentence a reason; what is constant in the data says nothing about anybody, and is not worth a sentence. */
function leftOutNotes(leftOut: readonly LeftOutAttribute[]): string[] {
  const named = (reason: LeftOutAttribute['reason']): string =>
    leftOut
      .filter((attribute) => attribute.reason === reason)
      .map(({ name }) => name)
      .toSorted()
      .join(', ')
  const sentences: [string, string][] = [
    [named('denied'), 'Not searched, as outcomes or plumbing: '],
    [named('identifier'), 'Not searched, having a value of its own in most rows: '],
    [named('separates-sides'), 'Cannot be compared, having hardly a value on both sides: '],
  ]
  return sentences.flatMap(([names, lead]) => (names === '' ? [] : [`${lead}${names}.`]))
}
