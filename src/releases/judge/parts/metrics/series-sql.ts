import type { Store } from '../../../../store/store.ts'
import type { Release } from '../../../release.ts'
import type { AttributeValue } from '../../../../store/relations/relations.ts'
import type { Attributes } from './classify-series.ts'

/** Which data points of a release are read: those after `from`, up to `to` and with it; in ms since 1970. */
export interface SeriesScope {
  store: Store
  release: Release
  names?: readonly string[]
  from: number
  to: number
}

export function parametersOf({
  release,
  names = [],
  from,
  to,
}: SeriesScope): Record<string, unknown> {
  return {
    service: release.service,
    environment: release.environment,
    versions: [
      release.version,
      ...(release.baselineVersion === null ? [] : [release.baselineVersion]),
    ],
    names,
    // a point tells of the time up to its own
    from: from + 1,
    to: to + 1,
  }
}

/** Data points of both versions in the scope's time. */
export const pointsCondition = `service = {service: String} AND environment = {environment: String}
  AND service_version IN {versions: Array(String)} AND NOT no_recorded_value
  AND time >= fromUnixTimestamp64Milli({from: Int64}, 'UTC')
  AND time < fromUnixTimestamp64Milli({to: Int64}, 'UTC')`

/**
 * SQL of the identity of a series: its name, who sent it and all attributes (OTLP data model, "Timeseries"). Maps are
 * sorted, because nothing says that a sender keeps their order.
 */
export function seriesId(store: Store): string {
  const { select } = store.relations.allAttributes('metrics')
  const values = select.map((column) =>
    isMap(column) ? `mapSort(${column})` : `ifNull(toString(${column}), '')`,
  )
  return `cityHash64(name, service_version, service_instance, scope_name, ${values.join(', ')})`
}

/** SQL that keeps the attributes of a group of rows that share them, and how to read them. */
export function sharedAttributes(store: Store): {
  select: string
  read: (columns: Readonly<Record<string, ArrayLike<unknown>>>, row: number) => Attributes
} {
  const reader = store.relations.allAttributes('metrics')
  return {
    select: reader.select.map((column, i) => `any(${column}) AS shared${i}`).join(', '),
    read(columns, row) {
      const named = Object.fromEntries(
        reader.select.map((column, i) => [column.replaceAll('`', ''), columns[`shared${i}`] ?? []]),
      )
      const entries = Object.entries(reader.read(named, row)).map(
        ([key, value]) => [key, textOf(value)] as const,
      )
      return Object.fromEntries(entries)
    },
  }
}

const isMap = (column: string): boolean => column.startsWith('attributes_')

const textOf = (value: AttributeValue): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value)
