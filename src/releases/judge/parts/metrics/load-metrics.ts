import type { Store } from '../../../../store/store.ts'
import type { Release } from '../../../release.ts'
import type { JudgeWindow } from '../../judge-window.ts'
import { type Attributes, meaningKeys } from './classify-series.ts'
import { type Increment, loadIncrements, loadLayouts } from './load-increments.ts'
import { loadSeries, type RequestSeries } from './load-series.ts'
import type { MetricGroup, MetricTable, Side } from './metric-table.ts'
import type { SeriesScope } from './series-sql.ts'
import { sharedBuckets, sharedScale } from './shared-buckets.ts'

/** Points this long before a release are read to subtract from. */
const lookBackMillis = 5 * 60_000
/** At most so many blocks, or the margins between them would cost more than the traffic in them is worth. */
const maxBlocks = 256
/** Series beyond this many are counted without their attributes. */
const maxGroups = 800

/** Null where no metric of requests arrived in the window. */
export async function loadMetrics(
  store: Store,
  release: Release,
  window: JudgeWindow,
): Promise<MetricTable | null> {
  const scope: SeriesScope = { store, release, from: window.from - lookBackMillis, to: window.to }
  const { series, all, notes } = await loadSeries(scope)
  if (series.length === 0) return null
  const intervalMillis = typicalInterval(series)
  const { blockMillis, blocks } = metricBlocks(window, intervalMillis)
  const to = window.from + blocks * blockMillis
  const { groups, groupOf, dropped } = groupSeries(series)
  const metrics = Map.groupBy(series.keys(), (i) => series[i]!.metric)
  const bounds = new Map<string, readonly number[]>()
  const counted = groups.map((group): MetricGroup => ({
    ...group,
    requests: new Float64Array(blocks),
    durations: Array.from({ length: blocks }),
  }))
  for (const [metric, indices] of blocks === 0 ? [] : metrics) {
    const own = indices.map((i) => series[i]!)
    const ownScope = { ...scope, to, names: [metric] }
    const increments = await loadIncrements({
      ...ownScope,
      series: own,
      groups: indices.map((i) => groupOf[i]!),
      start: window.from,
      blockMillis,
      scale: sharedScale(own),
    })
    const buckets = sharedBuckets(own, increments, await loadLayouts(ownScope))
    if (buckets === null && own[0]!.type !== 'sum') {
      notes.push(`The durations of ${metric} were not compared: its histograms share no bounds.`)
    }
    if (buckets !== null) bounds.set(metric, buckets.bounds)
    for (const increment of increments)
      addTo(
        counted[increment.group]!,
        increment,
        buckets?.place(increment),
        buckets?.bounds.length ?? 0,
      )
  }
  if (dropped > 0) {
    notes.push(
      `${dropped.toLocaleString('en-US')} series with few requests were counted without their attributes.`,
    )
  }
  return {
    blockMillis,
    blocks,
    groups: counted,
    bounds,
    intervalMillis,
    lastSeen: { candidate: latest(series, 'candidate'), baseline: latest(series, 'baseline') },
    series: { all, read: series.length },
    notes,
  }
}

function addTo(
  group: MetricGroup,
  { block, requests, counts }: Increment,
  places: readonly number[] | undefined,
  bounds: number,
): void {
  if (block < 0 || block >= group.requests.length) return
  group.requests[block]! += requests
  if (places === undefined) return
  const durations = (group.durations[block] ??= new Float64Array(bounds + 1))
  places.forEach((place, i) => (durations[place]! += Math.max(0, counts[i]!)))
}

/** The median time between two points of the series that are sent most often, in ms: others pause when nothing happens. */
function typicalInterval(series: readonly RequestSeries[]): number {
  const most = Math.max(...series.map(({ points }) => points))
  const gaps = series
    .filter(({ points, last, first }) => points > 2 && points >= most / 2 && last > first)
    .map(({ points, last, first }) => (last - first) / (points - 1))
    .toSorted((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? 60_000
}

/**
 * Processes do not send at the same moment, and a point tells of all the time since the one before it: a block takes in at
 * least two points of each.
 */
export function metricBlocks(
  window: JudgeWindow,
  intervalMillis: number,
): { blockMillis: number; blocks: number } {
  const span = window.to - window.from
  let { blockMillis } = window
  while (blockMillis < 1.9 * intervalMillis || span / blockMillis > maxBlocks) blockMillis *= 2
  return { blockMillis, blocks: Math.floor(span / blockMillis) }
}

type Grouped = Omit<MetricGroup, 'requests' | 'durations'>

interface SeriesGroups {
  groups: Grouped[]
  /** Number of the group of each series. */
  groupOf: number[]
  /** Series whose attributes were left out. */
  dropped: number
}

/** Series that mean the same; those of the busiest keep their attributes. */
function groupSeries(series: readonly RequestSeries[]): SeriesGroups {
  const groups = new Map<string, { index: number; group: Grouped }>()
  let dropped = 0
  const groupOf = series.map(({ side, role, metric, operation, failed, instance, attributes }) => {
    const all = cohortAttributes(attributes)
    const isKept = groups.size < maxGroups
    const kept: Attributes = isKept ? all : {}
    if (!isKept && Object.keys(all).length > 0) dropped += 1
    const named = Object.entries(kept).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([side, metric, operation, failed, instance, named])
    const known = groups.get(key)
    if (known !== undefined) return known.index
    const index = groups.size
    const group = { side, role, metric, operation, failed, instance, attributes: kept }
    groups.set(key, { index, group })
    return index
  })
  return { groups: [...groups.values()].map(({ group }) => group), groupOf, dropped }
}

function cohortAttributes(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !meaningKeys.has(key)))
}

function latest(series: readonly RequestSeries[], side: Side): number | null {
  const times = series.filter((one) => one.side === side).map(({ last }) => last)
  return times.length === 0 ? null : Math.max(...times)
}
