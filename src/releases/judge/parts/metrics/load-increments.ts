import type { RequestSeries } from './load-series.ts'
import { parametersOf, pointsCondition, seriesId, type SeriesScope } from './series-sql.ts'

/** What was counted in one block of time by the series of one group. */
export interface Increment {
  group: number
  block: number
  requests: number
  /** Hash of the bounds of a classic histogram; '' for others. */
  layout: string
  /** Of a classic histogram: numbers of buckets. Of an exponential one: indices at `scaleOf`, `zeroBucket` below all. */
  buckets: number[]
  counts: number[]
}

/** Where an exponential histogram keeps what is too small to have an index. */
export const zeroBucket = -1_000_000
/** Four buckets a factor of four: as fine as the histograms made of traces. */
export const finestScale = 1

export interface IncrementQuery extends SeriesScope {
  series: readonly RequestSeries[]
  /** Group of each series. */
  groups: readonly number[]
  /** Increments count from here on; points before it are only subtracted from. ms since 1970 */
  start: number
  blockMillis: number
  /** Scale to which exponential histograms are brought. */
  scale: number
}

/**
 * Increments of series by group and block. Cumulative series are subtracted point by point within one run of their
 * process, told apart by the start time; never across a restart. The first point of a run counts whole where the run began
 * within the time that is read, or where its process had sent the metric before without this series (which was zero then);
 * otherwise it is only subtracted from. A total that falls although the start time stays is a restart too. What a point
 * counts since before `start` does not count: requests with which an instance was warmed up before its release, say.
 */
export async function loadIncrements(query: IncrementQuery): Promise<Increment[]> {
  const { store, series, groups, start, blockMillis, scale } = query
  if (series.length === 0) return []
  const names = [...new Set(series.map(({ metric }) => metric))]
  const { rows, columns } = await store.queryColumns(
    `SELECT g, block, layout, sum(increase) AS requests, sumMap(bins, changes) AS summed
     FROM (
       SELECT g, layout, intDiv(at - 1 - {start: Int64}, {width: Int64}) AS block,
         n - before AS increase,
         arrayConcat(keys, if(before > 0, keys_before, [])) AS bins,
         arrayConcat(counts, if(before > 0, arrayMap(c -> -c, counts_before), [])) AS changes
       FROM (
         SELECT g, layout, at, n, keys, counts, keys_before, counts_before,
          multiIf(is_delta AND begun > 0, begun, nth > 1, last_at, sent_before > 0, sent_before, is_delta, at, started) AS since,
           multiIf(is_delta, 0, nth > 1 AND n >= last_n, last_n, 0) AS before,
           is_delta OR nth > 1 OR started >= {from: Int64} OR stream_first < at AS is_known
         FROM (
           SELECT g, layout, at, n, keys, counts, is_delta, started, begun,
            lagInFrame(at) OVER run AS last_at,
            max(at) OVER (PARTITION BY name, sender, is_delta, started ORDER BY at RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS sent_before,
             row_number() OVER run AS nth,
             lagInFrame(n) OVER run AS last_n,
             lagInFrame(keys) OVER run AS keys_before,
             lagInFrame(counts) OVER run AS counts_before,
             min(at) OVER (PARTITION BY name, sender, is_delta, started) AS stream_first
           FROM (
             SELECT *, arrayFilter((k, c) -> c > 0, every_key, every_count) AS keys,
               arrayFilter(c -> c > 0, every_count) AS counts
             FROM (${points(query)})
           )
           WINDOW run AS (PARTITION BY id, is_delta, started, layout ORDER BY at, n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
         )
       )
       WHERE is_known AND at > {start: Int64} AND since >= {start: Int64}
     )
     GROUP BY g, block, layout
     HAVING requests > 0
     ORDER BY g, block, layout`,
    {
      ...parametersOf({ ...query, names }),
      start,
      width: blockMillis,
      ids: series.map(({ id }) => BigInt(id)),
      groups: [...groups],
      scale,
    },
  )
  const column = (name: string, row: number): unknown => columns[name]![row]
  return Array.from({ length: rows }, (_, row) => {
    const [buckets, counts] = column('summed', row) as [number[], number[]]
    return {
      group: Number(column('g', row)),
      block: Number(column('block', row)),
      requests: Number(column('requests', row)),
      layout: String(column('layout', row)),
      buckets,
      counts: counts.map(Number),
    }
  })
}

/** One row a data point, with its buckets as keys and counts. A process is who sends under one name, version and instance. */
function points({ store }: SeriesScope): string {
  return `SELECT transform(${seriesId(store)}, {ids: Array(UInt64)}, {groups: Array(Int32)}, toInt32(-1)) AS g,
    ${seriesId(store)} AS id, name, (service_version, service_instance) AS sender,
    toUnixTimestamp64Milli(time) AS at, temporality = 'delta' AS is_delta,
    toUnixTimestamp64Milli(start_time) AS begun, if(is_delta, 0, begun) AS started,
    if(type = 'sum', value, toFloat64(count)) AS n,
    if(type = 'histogram', toString(cityHash64(bounds)), '') AS layout,
    multiIf(
      type = 'histogram', arrayMap(i -> toInt32(i), range(length(bucket_counts))),
      type = 'exponential_histogram', arrayConcat([toInt32(${zeroBucket})],
        arrayMap(i -> toInt32(floor((positive_offset + i) / exp2(scale - {scale: Int32}))), range(length(positive_counts)))),
      []) AS every_key,
    multiIf(
      type = 'histogram', arrayMap(c -> toInt64(c), bucket_counts),
      type = 'exponential_histogram', arrayConcat([toInt64(zero_count)], arrayMap(c -> toInt64(c), positive_counts)),
      []) AS every_count
  FROM ${store.relation('metrics')}
  WHERE name IN {names: Array(String)} AND ${pointsCondition} AND g >= 0`
}

/** Bounds of the classic histograms of these metrics, by their hash. */
export async function loadLayouts(scope: SeriesScope): Promise<Map<string, number[]>> {
  const rows = await scope.store.query<{ layout: string; shared: number[] }>(
    `SELECT toString(cityHash64(bounds)) AS layout, any(bounds) AS shared
     FROM ${scope.store.relation('metrics')}
     WHERE name IN {names: Array(String)} AND type = 'histogram' AND ${pointsCondition}
     GROUP BY layout ORDER BY layout LIMIT 200`,
    parametersOf(scope),
  )
  return new Map(rows.map(({ layout, shared }) => [layout, shared.map(Number)]))
}
