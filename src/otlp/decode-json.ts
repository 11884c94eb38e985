import type { Signal } from '../signal.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { JsonObject } from './json-fields.ts'
import { asObject, objectField, objectsField, textField } from './json-fields.ts'
import { jsonLogReader } from './json-logs.ts'
import { jsonMetricReader } from './json-metrics.ts'
import { jsonSpanReader } from './json-traces.ts'
import { JsonValue } from './json-values.ts'
import { parseJson } from './parse-json.ts'
import type { Tally } from './tally.ts'
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

  for (const group of objectsField(asObject(parseJson(body), 'the body'), groups)) {
    contexts.beginResource()
    readAttributes(objectField(group, 'resource'), contexts.resource)
    for (const scopeGroup of objectsField(group, scopes)) {
      const scope = objectField(scopeGroup, 'scope')
      contexts.beginScope()
      readAttributes(scope, contexts.scope)
      contexts.scopeName = words.internText(textField(scope ?? {}, 'name'))
      contexts.scopeVersion = words.internText(textField(scope ?? {}, 'version'))
      const list = objectsField(scopeGroup, records)
      if (list.length > 0) contexts.open()
      for (const record of list) readRecord(record)
    }
  }
}
