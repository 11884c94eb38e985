import type { AttributeType } from '../../otlp/attribute-type.ts'
import type { Signal } from '../../signal.ts'
import { eventTables } from '../tables/event-tables.ts'
import { readOtelAttributes, otelAttribute, type AttributeLevels } from './otel-attribute.ts'
import { logicalLogs, logicalMetrics, logicalSpans } from './otel-columns.ts'
import type { OtelTable, OtelTableKind, OtelTables } from './otel-tables.ts'
import type { Relations } from './relations.ts'
import { quotedTable, quotedText } from '../sql-text.ts'

/**
 * The tables of the Collector's ClickHouse exporter (opentelemetry-collector-contrib, exporter/clickhouseexporter) under
 * the product's logical columns. Columns that filters use are plain renamings, so that a filter on time or service
 * reaches the primary key of the table below.
 */
export function otelRelations({ database, tables, traceTimes }: OtelTables): Relations {
  const full = (table: string): string => quotedTable(database, table)
  const select = (
    signal: Signal,
    columns: Readonly<Record<string, string>>,
    from: string,
  ): string =>
    `SELECT ${[
      ...eventTables[signal].columns.map(
        ({ name, type }) =>
          `${columns[name] ?? `defaultValueOfTypeName(${quotedText(type)})`} AS ${name}`,
      ),
      ...eventTables[signal].derived.map(
        ({ name, default: expression }) => `${expression} AS ${name}`,
      ),
      ...levels.map((level) => `${columns[level] ?? emptyMap} AS ${level}`),
    ].join(', ')} FROM ${from}`
  const one = (
    signal: Signal,
    kinds: readonly OtelTableKind[],
    columns: (table: OtelTable, kind: OtelTableKind) => Record<string, string>,
  ): string => {
    const parts = kinds.flatMap((kind) => {
      const table = tables[kind]
      return table === undefined ? [] : [select(signal, columns(table, kind), full(table.name))]
    })
    if (parts.length === 0) parts.push(`${select(signal, {}, 'system.one')} WHERE 0`)
    return `(${parts.join(' UNION ALL ')})`
  }
  const from: Record<Signal, string> = {
    traces: one('traces', ['traces'], logicalSpans),
    logs: one('logs', ['logs'], logicalLogs),
    metrics: one('metrics', metricKinds, logicalMetrics),
  }
  const own: Record<Signal, AttributeLevels> = {
    traces: { scope: tables.traces?.columns.has('ScopeAttributes') ?? false },
    logs: { scope: tables.logs?.columns.has('ScopeAttributes') ?? false },
    metrics: { scope: true },
  }
  return {
    schema: 'otel',
    from: (signal) => from[signal],
    attribute: (signal: Signal, key: string, type: AttributeType) =>
      otelAttribute(own[signal], key, type),
    allAttributes: () => ({ select: levels, read: readOtelAttributes }),
    traceWindow:
      traceTimes === undefined
        ? null
        : `SELECT toDateTime64(min(Start), 9, 'UTC') AS first, toDateTime64(max(End), 9, 'UTC') AS last
           FROM ${full(traceTimes)} WHERE TraceId = {trace: String}`,
    notes: notesOn(tables),
  }
}

const levels = ['attributes_own', 'attributes_scope', 'attributes_resource'] as const
const emptyMap = "CAST(map(), 'Map(LowCardinality(String), String)')"
const metricKinds = [
  'metrics_gauge',
  'metrics_sum',
  'metrics_histogram',
  'metrics_exponential_histogram',
  'metrics_summary',
] as const

function notesOn(tables: OtelTables['tables']): string[] {
  const missing = (kinds: readonly OtelTableKind[]): boolean =>
    kinds.every((kind) => tables[kind] === undefined)
  return [
    'The tables keep every attribute as text: a key whose values all look like numbers is read as a number.',
    ...(tables.traces?.columns.has('ScopeAttributes') === true
      ? []
      : ['The table of spans does not keep the attributes of instrumentation scopes.']),
    ...(missing(['logs']) ? ['There is no table of logs: traces are shown without them.'] : []),
    ...(missing(metricKinds)
      ? ['There is no table of metrics: no exemplars lead to traces.']
      : ['A sum, least or greatest value that a metric did not have is stored as 0.']),
  ]
}
