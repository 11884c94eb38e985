import type { Signal } from '../../signal.ts'
import { samplingWeight } from '../sampling-weight.ts'
import type { Row } from './batch-rows.ts'
import type { Attributes } from './expected-attributes.ts'
import { attributeOf, attributesOf, mergeLevels, pairsText } from './expected-attributes.ts'
import { id, integer, list, upTo } from './expected-fields.ts'
import { pointRows } from './expected-points.ts'
import type { Plain } from './otlp-proto.ts'

export interface Expected {
  rows: Row[]
  rejected: number
}

const shapes = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
} as const

/** The rows that a decoded request should become. */
export function expectedRows(signal: Signal, request: Plain, now: bigint): Expected {
  const [groups, scopes, records] = shapes[signal]
  const expected: Expected = { rows: [], rejected: 0 }
  for (const group of list(request[groups])) {
    const resource = attributesOf((group['resource'] as Plain | undefined)?.['attributes'])
    const resourceDropped =
      (group['resource'] as Plain | undefined)?.['droppedAttributesCount'] ?? 0
    const origin = originOf(resource)
    const rest = new Map([...resource].filter(([key]) => !origin.keys.has(key)))
    for (const scopeGroup of list(group[scopes])) {
      const scope = (scopeGroup['scope'] ?? {}) as Plain
      const scopeAttributes = attributesOf(scope['attributes'])
      for (const record of list(scopeGroup[records])) {
        const rows = rowsOf[signal](record, now)
        if (rows === undefined) expected.rejected++
        for (const { pairs, ...row } of rows ?? []) {
          const merged = mergeLevels(attributesOf(pairs as Plain['x']), scopeAttributes, rest)
          const attributes = [...merged].map(([key, [type, value]]) => [`${type}:${key}`, value])
          expected.rows.push({
            ...row,
            ...origin.columns,
            scopeName: scope['name'] ?? '',
            scopeVersion: scope['version'] ?? '',
            scopeSchemaUrl: scopeGroup['schemaUrl'] ?? '',
            scopeDroppedAttributes: scope['droppedAttributesCount'] ?? 0,
            resourceSchemaUrl: group['schemaUrl'] ?? '',
            resourceDroppedAttributes: resourceDropped,
            attributes: Object.fromEntries(attributes) as Row['attributes'],
          })
        }
      }
    }
  }
  return expected
}

const rowsOf: Readonly<
  Record<Signal, (record: Plain, now: bigint) => Record<string, unknown>[] | undefined>
> = {
  traces: (span, now) => (hasIds(span) ? [spanRow(span, now)] : undefined),
  logs: (record, now) => [logRow(record, now)],
  metrics: pointRows,
}

function originOf(resource: Attributes) {
  const newKey = 'deployment.environment.name'
  const environment = resource.has(newKey) ? newKey : 'deployment.environment'
  const text = (key: string): string => String(resource.get(key)?.[1] ?? '')
  return {
    keys: new Set(['service.name', 'service.version', 'service.instance.id', environment]),
    columns: {
      service: text('service.name'),
      serviceVersion: text('service.version'),
      environment: text(environment),
      serviceInstance: text('service.instance.id'),
    },
  }
}

const hasIds = (span: Plain): boolean =>
  id(span['traceId'], 16) !== '' && id(span['spanId'], 8) !== ''

function spanRow(span: Plain, now: bigint): Record<string, unknown> {
  const end = integer(span['endTimeUnixNano'])
  const time = integer(span['startTimeUnixNano']) || end || now
  const status = (span['status'] ?? {}) as Plain
  const traceState = (span['traceState'] ?? '') as string
  const events = list(span['events'])
  const links = list(span['links'])
  return {
    time,
    duration: end > time ? end - time : 0n,
    traceId: id(span['traceId'], 16),
    spanId: id(span['spanId'], 8),
    parentSpanId: id(span['parentSpanId'], 8),
    traceState,
    name: span['name'] ?? '',
    kind: upTo(5, span['kind']),
    status: upTo(2, status['code']),
    statusMessage: status['message'] ?? '',
    weight: samplingWeight(Buffer.from(traceState), 0, Buffer.byteLength(traceState)),
    flags: masked(span['flags'], 0x3ff),
    droppedAttributes: span['droppedAttributesCount'] ?? 0,
    droppedEvents: span['droppedEventsCount'] ?? 0,
    droppedLinks: span['droppedLinksCount'] ?? 0,
    eventTime: events.map((event) => integer(event['timeUnixNano'])),
    eventName: events.map((event) => event['name'] ?? ''),
    eventAttributes: events.map((event) => pairsText(event['attributes'])),
    eventDroppedAttributes: sparse(events.map((event) => event['droppedAttributesCount'] ?? 0)),
    linkTraceId: links.map((link) => id(link['traceId'], 16)),
    linkSpanId: links.map((link) => id(link['spanId'], 8)),
    linkTraceState: sparse(links.map((link) => link['traceState'] ?? '')),
    linkFlags: sparse(links.map((link) => masked(link['flags'], 0x3ff))),
    linkAttributes: links.map((link) => pairsText(link['attributes'])),
    linkDroppedAttributes: sparse(links.map((link) => link['droppedAttributesCount'] ?? 0)),
    pairs: span['attributes'],
  }
}

const masked = (value: Plain['x'] | undefined, mask: number): number => Number(value ?? 0) & mask

/** Empty where all values are 0 or ''. */
const sparse = (values: readonly unknown[]): readonly unknown[] =>
  values.some((value) => value !== 0 && value !== '') ? values : []

function logRow(record: Plain, now: bigint): Record<string, unknown> {
  const observedTime = integer(record['observedTimeUnixNano']) || now
  const body = record['body'] as Plain | undefined
  const [type, value] = attributeOf(body)
  const isEmpty = type === 'json' && value === 'null'
  const infinite = type === 'double' && !Number.isFinite(value)
  return {
    time: integer(record['timeUnixNano']) || observedTime,
    observedTime,
    traceId: id(record['traceId'], 16),
    spanId: id(record['spanId'], 8),
    severityNumber: upTo(24, record['severityNumber']),
    severityText: record['severityText'] ?? '',
    eventName: record['eventName'] ?? '',
    body: isEmpty ? '' : infinite ? `"${value}"` : String(value),
    flags: masked(record['flags'], 0xff),
    droppedAttributes: record['droppedAttributesCount'] ?? 0,
    pairs: record['attributes'],
  }
}
