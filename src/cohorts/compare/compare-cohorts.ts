/**
 * One comparison from end to end: what differs in the mix, which cohorts one half of the units suggests, which of them
 * the other half confirms, and what there is to know about those. No clock and no chance: the same rows give the same
 * answer.
 */
import { availableParallelism } from 'node:os'
import type { Cohort } from '../cohort.ts'
import type { CohortSource, DiscoverySample, SourceMeasure } from './cohort-source.ts'
import type { CompareProgress, CompareRequest, Comparison } from './comparison.ts'
import { cohortKey } from '../format-cohort.ts'
import { volumeDesignEffect } from '../confirm/volume-design-effect.ts'
import { balanced } from '../mix-balance.ts'
import { confirmSuggested } from './confirm-suggested.ts'
import { countAll, type AllCounts } from './count-all.ts'
import { discover, leastScore, minimumBad } from './discover.ts'
import { EarlyExamination } from './examine-early.ts'
import { describeFindings } from './describe-findings.ts'
import { globalChanges } from './global-changes.ts'
import { nameCost } from './name-cost.ts'
import { mixShifts } from './mix-shifts.ts'
import { powerOf } from './power-of.ts'
import { mostThreads, warmThreads } from '../threads/search-threads.ts'
import { slowdownsOf } from './slowdowns-of.ts'
import { settleSuggestions } from './settle-suggestions.ts'
import { worthCounting } from './worth-counting.ts'
import { standingFindings } from './standing-findings.ts'
import { eitherSignal, unlessStopped } from './stopped.ts'

export interface CompareOptions {
  /** Aborted: the search ends, what it suggested so far is confirmed, and the answer says that it is not complete. */
  signal?: AbortSignal
  /** Aborted: everything ends, without an answer. */
  stop?: AbortSignal
  onProgress?: (progress: CompareProgress) => void
  /** Milliseconds of some clock, for `seconds`; left out, that is 0. */
  now?: () => number
}

const nothingToName =
  'No attribute is left that could name a cohort: each has one value, or one of its own in most rows.'

/** Rows of which a search in threads is certain. */
const manyRows = 500_000

/**
 * @throws COMPARE_STOPPED when stopped before there was anything to say; what the source throws; a failure inside the
 *   search. A failure is never an answer of "nothing found".
 */
export async function compareCohorts(
  source: CohortSource,
  request: CompareRequest,
  options: CompareOptions = {},
): Promise<Comparison> {
  const { signal, stop, onProgress, now = () => 0 } = options
  const began = now()
  const say = (stage: CompareProgress['stage'], done: number): void => onProgress?.({ stage, done })

  say('reading', 0)
  const reading = eitherSignal(signal, stop)
  const { description, sample } = await unlessStopped(reading, async () => {
    const described = await source.describe(reading)
    say('reading', 0.5)
    if (described.rows >= manyRows) warmThreads(Math.min(mostThreads, availableParallelism()))
    return { description: described, sample: await source.sample(reading) }
  })

  say('searching', 0)
  const designEffects = await unlessStopped(stop, () =>
    volumeEffects(source, description.measures, stop),
  )
  const early = new EarlyExamination(source, stop)
  const found = await discover(sample, request, {
    designEffects,
    signal: eitherSignal(signal, stop),
    onProgress: (done) => say('searching', done),
    onLikely: (likely) => early.ask(likely),
  })
  const { suggested, balance, searched } = found
  const cut = unique([...(description.cut ?? []), ...searched.cut])

  say('counting', 0)
  const everything: Cohort = []
  const { suggested: described, counted } = worthCounting(suggested, {
    table: found.table,
    measures: found.measures,
    maxOrder: searched.maxOrder,
  })
  const counts: AllCounts = await unlessStopped(stop, () =>
    countAll(source, {
      cohorts: [everything, ...counted],
      measures: description.measures,
      balance,
      stop,
      onProgress: (done) => say('counting', done),
    }),
  )
  const keys = new Set(counted.map(cohortKey))
  const settled = settleSuggestions(described, {
    counts,
    isCounted: (cohort) => keys.has(cohortKey(cohort)),
    nameCost: nameCost(found.table, minimumBad),
    leastWorth: leastScore,
  })
  const slowdowns = await unlessStopped(stop, () => slowdownsOf(source, settled, stop))
  const confirmed = confirmSuggested(settled, counts, { q: request.q, slowdowns })
  const standing = standingFindings(confirmed, {
    counts,
    table: found.table,
    measures: found.measures,
  })

  say('explaining', 0)
  const { findings, notes } = await unlessStopped(stop, () =>
    describeFindings(standing, {
      source,
      counts,
      early: early.answers(),
      balance,
      aliases: found.aliases,
      most: request.maxFindings ?? 20,
      stop,
      onProgress: (done) => say('explaining', done),
    }),
  )
  const mixShift = await unlessStopped(stop, () =>
    mixShifts(source, balance, description.measures, stop),
  )
  const globals = globalChanges(counts)
  // what was not searched would not have been found
  const isStopped = signal?.aborted === true && searched.cut.length > 0
  const isSearched = searched.attributes > 0 && !isStopped
  const comparison: Comparison = {
    complete: cut.length === 0,
    searched: {
      rows: description.rows,
      baselineRows: description.baseline,
      candidateRows: description.candidate,
      attributes: searched.attributes,
      maxOrder: searched.maxOrder,
      cells: searched.cells,
      cut,
    },
    seconds: 0,
    global: globals[0]!,
    globals,
    findings,
    mixShift,
    power: isSearched
      ? powerOf(description, counts, settled.length, {
          minimumBad,
          sampled: sampledShare(sample),
          q: request.q,
        })
      : { smallestShare: null, smallestEffect: null },
    notes: unique([
      ...description.notes,
      ...sample.notes,
      ...found.notes,
      ...(searched.attributes === 0 ? [nothingToName] : []),
      ...notes,
    ]),
  }
  say('explaining', 1)
  return { ...comparison, seconds: Math.round(now() - began) / 1000 }
}

/**
 * How dependent the events of a volume are must be known before the search: where users stay on one side, every one of
 * their cohorts seems to have moved. For shares the units of the bad events matter, and the confirmation sees to that.
 */
async function volumeEffects(
  source: CohortSource,
  measures: readonly SourceMeasure[],
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  const names = measures.filter(({ kind }) => kind === 'volume').map(({ name }) => name)
  if (names.length === 0) return new Map()
  const request = { cohorts: [[]], measures: names, balance: balanced }
  const [everything] = await source.count(request, signal)
  return new Map(names.map((name, i) => [name, volumeDesignEffect(everything![i]!.confirmation)]))
}

function unique(sentences: readonly string[]): string[] {
  return [...new Set(sentences)]
}

/** Of the bad events of the discovery half, how many the search saw as rows of their own; 0 to 1. */
function sampledShare({ measures, table }: DiscoverySample): number {
  const measure = measures.find(({ kind }) => kind === 'share')
  if (measure === undefined) return 1
  const weights = measure.weights ?? table.weights
  let rows = 0
  let events = 0
  for (let row = 0; row < table.rows; row++) {
    if (measure.bad[row] !== 1 || table.candidate[row] !== 1) continue
    rows += 1
    events += Math.max(1, weights?.[row] ?? 1)
  }
  return events === 0 ? 1 : rows / events
}
