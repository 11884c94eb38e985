import type { Store } from '../../../../../store/store.ts'
import type { Release } from '../../../../release.ts'
import type { JudgeWindow } from '../../../judge-window.ts'
import type { Attributes } from '../classify-series.ts'
import {
  parametersOf,
  pointsCondition,
  seriesId,
  type SeriesScope,
  sharedAttributes,
} from '../series-sql.ts'
import type { GaugeRun, GaugeTable, Measure } from './gauge-table.ts'

/** The past of the baseline's processes: three times as long as the watch, at least an hour, at most a day. */
const leastBack = 3_600_000
const mostBack = 86_400_000
const maxSeries = 600
const maxBins = 512

const gaugeCondition = `${pointsCondition}
  AND (type = 'gauge' OR (type = 'sum' AND NOT monotonic AND temporality != 'delta'))`

interface GaugeSeries {
  id: string
  name: string
  unit: string
  version: string
  /** As the tables have it. */
  sender: string
  instance: string
  attributes: Attributes
  gap: number | null
}

/** Null where the candidate sent no gauge. */
export async function loadGauges(
  store: Store,
  release: Release,
  window: JudgeWindow,
): Promise<GaugeTable | null> {
  const back = Math.min(mostBack, Math.max(leastBack, 3 * (window.to - window.from)))
  const scope: SeriesScope = { store, release, from: window.from - back, to: window.to }
  const { series, all } = await readSeries(scope)
  if (!series.some(({ version }) => version === release.version)) return null
  const gaps = series.flatMap(({ gap }) => (gap === null ? [] : [gap])).toSorted((a, b) => a - b)
  const intervalMillis = Math.max(1000, Math.round(gaps[Math.floor(gaps.length / 2)] ?? 60_000))
  let binMillis = intervalMillis
  while ((scope.to - scope.from) / binMillis > maxBins) binMillis *= 2
  const labels = labelsOf(series)
  const keys = series.map(({ version, sender }, i) => JSON.stringify([labels[i], version, sender]))
  const distinct = [...new Set(keys)]
  const groups = keys.map((key) => distinct.indexOf(key))
  const starts = await readStarts(scope, binMillis)
  const { rows, columns } = await store.queryColumns(
    `SELECT g, bin, sum(level) AS total FROM (
       SELECT transform(${seriesId(store)}, {ids: Array(UInt64)}, {groups: Array(Int32)}, toInt32(-1)) AS g,
         ${seriesId(store)} AS id, intDiv(toUnixTimestamp64Milli(time), {width: Int64}) AS bin,
         quantileExact(0.5)(value) AS level
       FROM ${store.relation('metrics')}
       WHERE name IN {names: Array(String)} AND ${gaugeCondition} AND g >= 0
       GROUP BY g, id, bin
     ) GROUP BY g, bin ORDER BY g, bin`,
    {
      ...parametersOf({ ...scope, names: [...new Set(series.map(({ name }) => name))] }),
      ids: series.map(({ id }) => BigInt(id)),
      groups,
      width: binMillis,
    },
  )
  const points = distinct.map(() => [] as { at: number; value: number }[])
  for (let row = 0; row < rows; row++) {
    const at = (Number(columns['bin']![row]) + 0.5) * binMillis
    points[Number(columns['g']![row])]!.push({ at, value: Number(columns['total']![row]) })
  }
  const measures = new Map<string, Measure>()
  distinct.forEach((_, g) => {
    const i = groups.indexOf(g)
    const { name, unit, attributes, version, sender, instance } = series[i]!
    const label = labels[i]!
    const measure: Measure = measures.get(label) ?? { label, name, unit, attributes, runs: [] }
    measures.set(label, measure)
    const own = starts.filter((start) => start.version === version && start.sender === sender)
    const side = version === release.version ? 'candidate' : 'baseline'
    measure.runs.push(
      ...runsOf(points[g]!, own, scope.from + 2 * intervalMillis).map(
        (run) => ({ ...run, side, instance }) as const,
      ),
    )
  })
  return {
    binMillis,
    intervalMillis,
    measures: [...measures.values()].toSorted((a, b) => (a.label < b.label ? -1 : 1)),
    cut: all - series.length,
  }
}

async function readSeries(scope: SeriesScope): Promise<{ series: GaugeSeries[]; all: number }> {
  const { store } = scope
  const shared = sharedAttributes(store)
  const { rows, columns } = await store.queryColumns(
    `SELECT toString(${seriesId(store)}) AS id, any(name) AS metric, any(unit) AS in,
       any(service_version) AS version, any(service_instance) AS sender, count() AS points,
       toUnixTimestamp64Milli(max(time)) - toUnixTimestamp64Milli(min(time)) AS span,
       count() OVER () AS all_series, ${shared.select}
     FROM ${store.relation('metrics')} WHERE ${gaugeCondition}
     GROUP BY id ORDER BY metric, points DESC, id LIMIT ${maxSeries}`,
    parametersOf(scope),
  )
  const column = (name: string, row: number): unknown => columns[name]![row]
  const series = Array.from({ length: rows }, (_, row): GaugeSeries => {
    const attributes = shared.read(columns, row)
    const points = Number(column('points', row))
    const sender = String(column('sender', row))
    return {
      id: String(column('id', row)),
      name: String(column('metric', row)),
      unit: String(column('in', row)),
      version: String(column('version', row)),
      sender,
      instance: sender || (attributes['k8s.pod.name'] ?? attributes['host.name'] ?? ''),
      attributes,
      gap: points < 2 ? null : Number(column('span', row)) / (points - 1),
    }
  })
  return { series, all: rows === 0 ? 0 : Number(column('all_series', 0)) }
}

/** Name and attributes of the points: what all series of a process have alike describes the process. */
function labelsOf(series: readonly GaugeSeries[]): string[] {
  const byProcess = Map.groupBy(series, ({ version, sender }) => `${version} ${sender}`)
  const own = new Map(
    [...byProcess].map(([process, all]) => {
      const [first] = all as [GaugeSeries]
      const isAlike = (key: string): boolean =>
        new Set(all.map(({ name }) => name)).size > 1 &&
        all.every(({ attributes }) => attributes[key] === first.attributes[key])
      return [process, new Set(Object.keys(first.attributes).filter(isAlike))] as const
    }),
  )
  return series.map(({ name, attributes, version, sender }) => {
    const ofProcess = own.get(`${version} ${sender}`)!
    const rest = Object.entries(attributes)
      .filter(([key]) => !ofProcess.has(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    return rest.length === 0
      ? name
      : `${name}{${rest.map(([key, value]) => `${key}=${value}`).join(',')}}`
  })
}

interface Start {
  version: string
  sender: string
  started: number
  /** First time that anything said so. */
  seen: number
}

/** When processes began, from the oldest of their cumulative series: it jumps where one starts anew. */
async function readStarts(scope: SeriesScope, width: number): Promise<Start[]> {
  return await scope.store.query<Start>(
    `SELECT version, sender, started, min(bin) * {width: Int64} AS seen FROM (
       SELECT service_version AS version, service_instance AS sender,
         intDiv(toUnixTimestamp64Milli(time), {width: Int64}) AS bin,
         min(toUnixTimestamp64Milli(start_time)) AS started
       FROM ${scope.store.relation('metrics')}
       WHERE ${pointsCondition} AND temporality = 'cumulative' AND toUnixTimestamp64Milli(start_time) > 0
       GROUP BY version, sender, bin
     ) GROUP BY version, sender, started ORDER BY version, sender, seen, started LIMIT 5000`,
    { ...parametersOf(scope), width },
  )
}

function runsOf(
  points: readonly { at: number; value: number }[],
  starts: readonly Start[],
  knownFrom: number,
): Pick<GaugeRun, 'startedAt' | 'at' | 'value'>[] {
  const first = points[0]?.at ?? 0
  const begun =
    starts.length > 0 ? starts : [{ started: first > knownFrom ? first : null, seen: 0 }]
  return begun.flatMap(({ started, seen }, i) => {
    const until = begun[i + 1]?.seen ?? Infinity
    const own = points.filter(({ at }) => (i === 0 || at >= seen) && at < until)
    if (own.length === 0) return []
    return [
      {
        startedAt: started,
        at: Float64Array.from(own, ({ at }) => at),
        value: Float64Array.from(own, ({ value }) => value),
      },
    ]
  })
}
