import { type Attributes, meaningOf, type SeriesMeaning } from './classify-series.ts'
import { knownMetrics, type MetricRole, countedOnce } from './known-metrics.ts'
import type { Side } from './metric-table.ts'
import {
  parametersOf,
  pointsCondition,
  seriesId,
  type SeriesScope,
  sharedAttributes,
} from './series-sql.ts'

/** One series of a counter or a histogram of requests. */
export interface RequestSeries extends SeriesMeaning {
  /** UInt64 as text. */
  id: string
  side: Side
  role: MetricRole
  metric: string
  type: 'sum' | 'histogram' | 'exponential_histogram'
  unit: string
  instance: string
  attributes: Attributes
  /** Least scale of an exponential histogram. */
  scale: number
  points: number
  /** ms since 1970 */
  first: number
  last: number
}

export interface SeriesCatalogue {
  series: RequestSeries[]
  /** How many there are; those beyond the limit are not read. */
  all: number
  notes: string[]
}

/** At most so many series are read, those with failures and the busiest first. */
const maxSeries = 2_000

/** The series of requests that both versions sent. */
export async function loadSeries(scope: SeriesScope): Promise<SeriesCatalogue> {
  const { store, release } = scope
  const shared = sharedAttributes(store)
  const parameters = parametersOf({ ...scope, names: [...knownMetrics.keys()] })
  const { rows, columns } = await store.queryColumns(
    `SELECT toString(${seriesId(store)}) AS id, any(name) AS metric, any(toString(type)) AS kind,
       any(unit) AS in, any(service_version) AS version, any(service_instance) AS instance,
       min(scale) AS least_scale, count() AS points,
       toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last,
       max(if(type = 'sum', value, toFloat64(count))) AS size, count() OVER () AS all_series,
       ${shared.select}
     FROM ${store.relation('metrics')}
     WHERE name IN {names: Array(String)} AND ${pointsCondition}
       AND (type IN ('histogram', 'exponential_histogram') OR (type = 'sum' AND monotonic))
       AND temporality IN ('delta', 'cumulative')
     GROUP BY id
     ORDER BY any(ifNull(${store.attribute('metrics', 'error.type', 'string')}, '')) != '' DESC, size DESC, id
     LIMIT ${maxSeries}`,
    parameters,
  )
  const column = (name: string, row: number): unknown => columns[name]![row]
  const series = Array.from({ length: rows }, (_, row): RequestSeries => {
    const metric = String(column('metric', row))
    const known = knownMetrics.get(metric)!
    const attributes = shared.read(columns, row)
    return {
      id: String(column('id', row)),
      side: column('version', row) === release.version ? 'candidate' : 'baseline',
      role: known.role,
      metric,
      type: column('kind', row) as RequestSeries['type'],
      unit: String(column('in', row)),
      instance: String(column('instance', row)) || processOf(attributes),
      attributes,
      scale: Number(column('least_scale', row)),
      points: Number(column('points', row)),
      first: Number(column('first', row)),
      last: Number(column('last', row)),
      ...meaningOf(known, attributes),
    }
  })
  return { ...comparable(series), all: rows === 0 ? 0 : Number(column('all_series', 0)) }
}

/** Where a process does not name itself, what it runs in does. */
function processOf(attributes: Attributes): string {
  return attributes['k8s.pod.name'] ?? attributes['container.id'] ?? attributes['host.name'] ?? ''
}

/** Only what both sides send can be compared; an older name of the same metric counts where the newer one is not sent. */
function comparable(series: readonly RequestSeries[]): Omit<SeriesCatalogue, 'all'> {
  const sentBy = (side: Side): Set<string> =>
    new Set(series.filter((one) => one.side === side).map(({ metric }) => metric))
  const [candidate, baseline] = [sentBy('candidate'), sentBy('baseline')]
  const bothSend = countedOnce(new Set([...candidate].filter((metric) => baseline.has(metric))))
  const oneSends =
    candidate.size === 0 || baseline.size === 0
      ? []
      : [...new Set([...candidate, ...baseline])]
          .filter((metric) => candidate.has(metric) !== baseline.has(metric))
          .toSorted()
  return {
    series:
      candidate.size === 0 || baseline.size === 0
        ? [...series]
        : series.filter(({ metric }) => bothSend.has(metric)),
    notes: oneSends.map(
      (metric) =>
        `${metric} is sent by the ${candidate.has(metric) ? 'candidate' : 'baseline'} alone and was not compared.`,
    ),
  }
}
