import { finestScale, type Increment, zeroBucket } from './load-increments.ts'
import { millisPerUnit } from './known-metrics.ts'
import type { RequestSeries } from './load-series.ts'

/** Buckets that every histogram of one metric can be brought to, exactly. */
export interface SharedBuckets {
  /** Upper bounds in ms; the last bucket is open. */
  bounds: readonly number[]
  /** Number of the shared bucket of each bucket of an increment. */
  place: (increment: Increment) => number[] | undefined
}

/** At most so many shared bounds; exponential histograms beyond it lose their lowest ones. */
const maxBounds = 48

/** Scale of the exponential histograms of a metric when all are brought to one. */
export function sharedScale(series: readonly RequestSeries[]): number {
  const exponential = series.filter(({ type }) => type === 'exponential_histogram')
  return Math.min(finestScale, ...exponential.map(({ scale }) => scale))
}

/**
 * The bounds that all histograms of a metric have: classic ones those in common, exponential ones those of the coarsest.
 * A bucket between two shared bounds goes whole into theirs, so nothing is guessed. Null where the two kinds are mixed, no
 * bound is shared, or the unit is not one of time.
 */
export function sharedBuckets(
  series: readonly RequestSeries[],
  increments: readonly Increment[],
  layouts: ReadonlyMap<string, readonly number[]>,
): SharedBuckets | null {
  const units = new Set(series.map(({ unit }) => millisPerUnit(unit)))
  const [millis] = units
  const types = new Set(series.map(({ type }) => type))
  if (units.size !== 1 || types.size !== 1 || typeof millis !== 'number' || types.has('sum'))
    return null
  return types.has('histogram')
    ? classic(increments, layouts, millis)
    : exponential(increments, sharedScale(series), millis)
}

function classic(
  increments: readonly Increment[],
  layouts: ReadonlyMap<string, readonly number[]>,
  millis: number,
): SharedBuckets | null {
  const used = [...new Set(increments.map(({ layout }) => layout))].map(
    (id) => layouts.get(id) ?? [],
  )
  const [first = [], ...others] = used
  const common = first.filter((bound) => others.every((bounds) => bounds.includes(bound)))
  if (common.length === 0) return null
  const places = new Map(
    [...layouts].map(([id, bounds]) => {
      const place = bounds.map((bound) => common.filter((shared) => shared < bound).length)
      return [id, [...place, common.length]] as const
    }),
  )
  return {
    bounds: common.map((bound) => bound * millis),
    place: ({ layout, buckets }) => {
      const place = places.get(layout)
      return place && buckets.map((bucket) => place[bucket] ?? common.length)
    },
  }
}

function exponential(
  increments: readonly Increment[],
  scale: number,
  millis: number,
): SharedBuckets | null {
  let [lowest, highest] = [Infinity, -Infinity]
  for (const { buckets } of increments) {
    for (const index of buckets) {
      if (index === zeroBucket) continue
      lowest = Math.min(lowest, index)
      highest = Math.max(highest, index)
    }
  }
  lowest = Math.max(lowest, highest - maxBounds)
  if (!(highest > lowest)) return null
  return {
    // bucket i of scale s holds what is at most 2^((i+1)/2^s) (OTLP data model, "Exponential Buckets")
    bounds: Array.from(
      { length: highest - lowest },
      (_, i) => 2 ** ((lowest + i + 1) / 2 ** scale) * millis,
    ),
    place: ({ buckets }) => buckets.map((index) => Math.max(0, index - lowest)),
  }
}
