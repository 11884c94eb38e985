import type { Detector } from '../../../signals/detector.ts'
import type { Store } from '../../../store/store.ts'
import type { Release } from '../../release.ts'
import type { LookSample } from '../look-sample.ts'
import type { UnitTable } from '../unit-table.ts'
import { sampleOf } from '../units/unit-scope.ts'
import { countUnits } from './count-units.ts'
import type { HistoryGrids } from './cut-pair.ts'
import {
  addBlock,
  countsOf,
  durationBuckets,
  emptyCounts,
  type HistoryCounts,
  otherOperations,
} from './history-counts.ts'
import type { HistoryPlan } from './history-plan.ts'

/** What is read of a service's history, the same for the time before and after a release. */
export interface HistoryScope {
  store: Store
  release: Release
  detectors: readonly Detector[]
  /** Operations that are counted by themselves. */
  operations: readonly string[]
  /** Traces are read as a hashed sample, one of so many. */
  oneOf: number
}

/** Operations that are counted by themselves, the busiest before the release. */
const maxOperations = 20
/** More requests than this in the time that is read are read as a sample of traces. */
const maxRequests = 1_000_000
const dayMillis = 86_400_000

const entries = `service = {service: String} AND environment = {environment: String}
    AND kind IN ('server', 'consumer')
    AND time >= parseDateTime64BestEffort({from: String}, 9, 'UTC')
    AND time < parseDateTime64BestEffort({to: String}, 9, 'UTC')`

/**
 * What there is to read before a release; null where the service had no traffic within the plan's reach.
 * @param leastOneOf how the requests since then are sampled: those before are compared with them
 */
export async function historyScope(
  store: Store,
  release: Release,
  detectors: readonly Detector[],
  plan: HistoryPlan,
  leastOneOf = 1,
): Promise<HistoryScope | null> {
  const from = plan.start - plan.reachBlocks * plan.blockMillis
  const rows = await store.query<{ operation: string; requests: number }>(
    `SELECT name AS operation, count() AS requests FROM ${store.relation('traces')}
     WHERE ${entries} GROUP BY operation ORDER BY requests DESC, operation LIMIT 1000`,
    parametersOf(release, from, plan.start),
  )
  if (rows.length === 0) return null
  const total = rows.reduce((sum, { requests }) => sum + requests, 0)
  return {
    store,
    release,
    detectors,
    operations: rows.slice(0, maxOperations).map(({ operation }) => operation),
    oneOf: sampledOneOf(total, leastOneOf),
  }
}

/** A power of two, so that a smaller sample of traces is a part of a larger one. */
function sampledOneOf(requests: number, least: number): number {
  let oneOf = least
  while (requests / oneOf > maxRequests) oneOf *= 2
  return oneOf
}

/** The units of a look, which are all there is from a time on; milliseconds since the epoch. */
export interface KnownUnits {
  table: UnitTable
  from: number
}

/**
 * The time before a release, on the grids of its plan.
 * @param known need not be read again
 * @param sample of the look, to be asked where it reaches
 */
export async function loadGrids(
  scope: HistoryScope,
  plan: HistoryPlan,
  known?: KnownUnits,
  sample?: LookSample,
): Promise<HistoryGrids> {
  const grid = async (days: number): Promise<HistoryCounts> => {
    const until = days === 0 ? 0 : plan.cutBlocks
    const [first, shift] = [-plan.reachBlocks, days * dayMillis]
    // what is compared with the release must not lie after its start
    if (until * plan.blockMillis > shift) return emptyCounts(first, 0)
    const { blockMillis } = plan
    const origin = plan.start - shift
    const whole = Math.ceil(((known?.from ?? Infinity) - origin) / blockMillis)
    const border = Math.max(first, whole)
    const own = { origin, blockMillis, first: border, until, blocks: until - border }
    const seen = known === undefined || border >= until ? null : countUnits(known.table, scope, own)
    if (seen === null) return await loadCounts(scope, plan, sample, { shift, first, until })
    const counts = await loadCounts(
      scope,
      plan,
      sample,
      { shift, first, until: border },
      until - first,
    )
    for (let block = border; block < until; block++) addBlock(counts, block, seen, block)
    return counts
  }
  // one after the other: the engine has other questions to answer
  const now = await grid(0)
  const day = await grid(1)
  const week = await grid(7)
  return { now, day, week, twoWeeks: await grid(14) }
}

/**
 * What was seen since a release began, all versions together: from the units of the look where they are all there is, else
 * from what is stored.
 */
export async function loadAfter(
  scope: HistoryScope,
  plan: HistoryPlan,
  table: UnitTable,
  sample?: LookSample,
): Promise<HistoryCounts> {
  const { start, blockMillis, seenBlocks, cutBlocks } = plan
  const grid = { origin: start, blockMillis, first: 0, until: seenBlocks, blocks: cutBlocks }
  const counted = countUnits(table, scope, grid)
  if (counted !== null) return counted
  const cells = { shift: 0, first: 0, until: seenBlocks }
  return await loadCounts(scope, plan, sample, cells, cutBlocks)
}

/** Blocks `first` to `until - 1` of the grid that begins at the release's start less a shift. */
async function loadCounts(
  scope: HistoryScope,
  plan: HistoryPlan,
  sample: LookSample | undefined,
  { shift, first, until }: { shift: number; first: number; until: number },
  blocks = until - first,
): Promise<HistoryCounts> {
  const counts = emptyCounts(first, blocks)
  counts.exposure.fill(1, 0, until - first)
  if (until <= first) return counts
  const origin = plan.start - shift
  const from = origin + first * plan.blockMillis
  const to = origin + until * plan.blockMillis
  const store = sample?.known(scope.oneOf, { from, to }) ?? scope.store
  const { columns, rows } = await store.queryColumns(
    countsSql({ ...scope, store }),
    {
      ...parametersOf(scope.release, from, to),
      operations: scope.operations,
      origin: from,
      width: plan.blockMillis,
    },
    { isScan: true },
  )
  for (let row = 0; row < rows; row++) {
    const value = (name: string): number => Number(columns[name]![row])
    const block = value('block')
    const operation = String(columns['operation']![row])
    const sum = countsOf(counts, operation === '' ? otherOperations : operation)
    sum.requests[block]! += value('requests')
    sum.failed[block]! += value('failed')
    sum.silent[block]! += value('silent')
    const buckets = columns['buckets']![row] as number[]
    const inBucket = columns['in_bucket']![row] as number[]
    buckets.forEach((bucket, i) => {
      sum.durations[block * durationBuckets + bucket]! += Number(inBucket[i])
    })
  }
  return counts
}

/**
 * Counts of units (the use of one operation by one trace) by block and operation, in the buckets of `durationBounds`
 * (10^(i/4) ms), computed instead of searched for. A unit is silent where a detector names
 * its span, or a span of its trace where the trace used that operation alone.
 */
function countsSql(scope: HistoryScope): string {
  const { store, detectors, oneOf } = scope
  const sample = sampleOf(oneOf)
  const silent = detectors.map((detector) => detector.spans({ store, sample })).join(' UNION ALL ')
  // joins and not IN: an engine that looks up in all shards refuses IN within a question that is spread over them
  const none = "SELECT '' AS trace_id, '' AS span_id WHERE 0"
  const failures = `SELECT trace_id, groupUniqArray(span_id) AS hits FROM (${silent === '' ? none : silent}) GROUP BY trace_id`
  return `SELECT block, operation, count() AS requests, sum(has_failed) AS failed,
       countIf(has_failed = 0 AND (marked OR (uses = 1 AND in_trace))) AS silent,
       sumMap([bucket], [toUInt32(1)]) AS histogram,
       histogram.1 AS buckets, histogram.2 AS in_bucket
     FROM (
       SELECT *, count() OVER (PARTITION BY trace_id) AS uses FROM (
         SELECT trace_id, if(has({operations: Array(String)}, name), name, '') AS operation,
           intDiv(toUnixTimestamp64Milli(min(time)) - {origin: Int64}, {width: Int64}) AS block,
           max(status = 'error') AS has_failed,
           max(has(hits, span_id)) AS marked,
           max(notEmpty(hits)) AS in_trace,
           toUInt8(least(${durationBuckets - 1}, greatest(0, ceil(4 * log10(greatest(max(duration), 1) / 1e6))))) AS bucket
         FROM (
           SELECT trace_id, span_id, name, time, status, duration FROM ${store.relation('traces')}
           WHERE ${entries} AND ${sample}
         ) AS spans
         LEFT ANY JOIN (${failures}) AS failures USING (trace_id)
         GROUP BY trace_id, name
       )
     ) AS units
     GROUP BY block, operation ORDER BY block, operation`
}

function parametersOf(release: Release, from: number, to: number): Record<string, unknown> {
  return {
    service: release.service,
    environment: release.environment,
    versions: [],
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  }
}
