import type { Signal } from '../signal.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { JsonObject } from './json-fields.ts'
import { asObject, objectField, objectsField, textField, uint32Field } from './json-fields.ts'
import { jsonLogReader } from './json-logs.ts'
import { jsonMetricReader } from './json-metrics.ts'
import { jsonSpanReader } from './json-traces.ts'
import { JsonValue } from './json-values.ts'
import { parseJson } from './parse-json.ts'
import type { Tally } from './tally.ts'
import { profileWarning } from './tally.ts'
import type { TimeWords } from './time-words.ts'

const shapes = {
  traces: {
    groups: 'resourceSpans',
    scopes: 'scopeSpans',
    records: 'spans',
    reader: jsonSpanReader,
  },
  logs: {
    groups: 'resourceLogs',
    scopes: 'scopeLogs',
    records: 'logRecords',
    reader: jsonLogReader,
  },
  metrics: {
    groups: 'resourceMetrics',
    scopes: 'scopeMetrics',
    records: 'metrics',
    reader: jsonMetricReader,
  },
} as const

/** Decodes a JSON export request: the protobuf JSON mapping with the exceptions of OTLP (hexadecimal ids, numeric enums). */
export function decodeJson(
  signal: Signal,
  body: Uint8Array,
  batch: ColumnBatch,
  tally: Tally,
  now: TimeWords,
): void {
  const { contexts, words } = batch
  const { groups, scopes, records, reader } = shapes[signal]
  const value = new JsonValue(batch.arena, batch.keys)
  const readRecord = reader(batch, value, tally, now)
  const readAttributes = (from: JsonObject | undefined, to: typeof contexts.scope): void => {
    for (const pair of from === undefined ? [] : objectsField(from, 'attributes')) {
      value.readKeyValue(pair)
      to.add(value.key, value.type, value.low, value.high)
    }
  }

  const request = asObject(parseJson(body), 'the body')
  if (hasProfileFields(body, request)) tally.warning = profileWarning
  for (const group of objectsField(request, groups)) {
    const resource = objectField(group, 'resource')
    contexts.beginResource()
    readAttributes(resource, contexts.resource)
    contexts.resourceDropped = uint32Field(resource ?? {}, 'droppedAttributesCount')
    contexts.resourceSchemaUrl = words.internText(textField(group, 'schemaUrl'))
    for (const scopeGroup of objectsField(group, scopes)) {
      const scope = objectField(scopeGroup, 'scope')
      contexts.beginScope()
      readAttributes(scope, contexts.scope)
      contexts.scopeName = words.internText(textField(scope ?? {}, 'name'))
      contexts.scopeVersion = words.internText(textField(scope ?? {}, 'version'))
      contexts.scopeDropped = uint32Field(scope ?? {}, 'droppedAttributesCount')
      contexts.scopeSchemaUrl = words.internText(textField(scopeGroup, 'schemaUrl'))
      const list = objectsField(scopeGroup, records)
      if (list.length > 0) batch.openContext()
      for (const record of list) readRecord(record)
    }
  }
}

/** Almost no request has such a field: its name is looked for first, and only then the field. */
function hasProfileFields(body: Uint8Array, request: JsonObject): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return bytes.includes('Strindex"') && hasField(request)
}

function hasField(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, content]) =>
      name === 'keyStrindex' || name === 'stringValueStrindex' || hasField(content),
  )
}
