import type { ColumnBatch } from './column-batch.ts'
import { partBytes } from './column-batch.ts'
import type { PairColumn } from './columns.ts'
import type { JsonObject } from './json-fields.ts'
import {
  asDouble,
  boolField,
  doubleField,
  enumField,
  int32Field,
  listField,
} from './json-fields.ts'
import { objectField, objectsField, optionalIdentifierField } from './json-fields.ts'
import { readInt64, setInt64, textField } from './json-fields.ts'
import type { JsonRecordReader } from './json-traces.ts'
import type { JsonValue } from './json-values.ts'
import { keyValuesText } from './json-values.ts'
import { Bits, MetricFields, finishPoint, metricType } from './metric-fields.ts'
import { doubleBits } from './number-text.ts'
import type { MetricColumns } from './signal-columns.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'

const temporalities = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE']

export function jsonMetricReader(
  batch: ColumnBatch,
  value: JsonValue,
  tally: Tally,
  now: TimeWords,
): JsonRecordReader {
  const columns = batch.columns('metrics')
  const { words } = batch
  const fields = new MetricFields()
  const noWord = words.intern(0, 0)

  const readPoint = (point: JsonObject): void => {
    fields.resetPoint()
    batch.beginRow()
    readScalars(point, fields)
    readLists(point, columns)
    for (const exemplar of objectsField(point, 'exemplars')) addExemplar(exemplar, batch, columns)
    for (const pair of objectsField(point, 'attributes')) {
      value.readKeyValue(pair)
      batch.addAttribute(value.key, value.type, value.low, value.high)
    }
    finishPoint(batch, columns, fields, now)
    tally.accepted++
  }

  return (record) => {
    fields.resetMetric(noWord)
    fields.name = words.internText(textField(record, 'name'))
    fields.unit = words.internText(textField(record, 'unit'))
    fields.description = words.internText(textField(record, 'description'))
    const metadata = objectsField(record, 'metadata')
    if (metadata.length > 0) fields.metadata = words.internText(keyValuesText(metadata))
    for (const [name, type] of Object.entries(metricType)) {
      const data = objectField(record, name)
      if (data === undefined) continue
      fields.type = type
      const isCumulable = type !== metricType.gauge && type !== metricType.summary
      fields.temporality = isCumulable
        ? enumField(data, 'aggregationTemporality', 'AGGREGATION_TEMPORALITY_', temporalities)
        : 0
      fields.monotonic = type === metricType.sum ? boolField(data, 'isMonotonic') : 0
      for (const point of objectsField(data, 'dataPoints')) readPoint(point)
      return
    }
  }
}

/** The fields of all types of points: each occurs only in points that have it. */
function readScalars(point: JsonObject, fields: MetricFields): void {
  readInt64(point, 'startTimeUnixNano', fields.start)
  readInt64(point, 'timeUnixNano', fields.time)
  fields.flags = int32Field(point, 'flags')
  fields.value = numberOf(point)
  readInt64(point, 'count', fields.count)
  readDouble(point, 'sum', fields.sum)
  readDouble(point, 'min', fields.min)
  readDouble(point, 'max', fields.max)
  fields.scale = int32Field(point, 'scale')
  readInt64(point, 'zeroCount', fields.zeroCount)
  fields.zeroThreshold = doubleField(point, 'zeroThreshold')
  fields.positiveOffset = int32Field(objectField(point, 'positive') ?? {}, 'offset')
  fields.negativeOffset = int32Field(objectField(point, 'negative') ?? {}, 'offset')
}

function readLists(point: JsonObject, columns: MetricColumns): void {
  for (const bound of listField(point, 'explicitBounds')) {
    columns.bounds.values.pushNumber(asDouble(bound, 'explicitBounds'))
  }
  readCounts(point, columns.bucketCounts.values)
  readCounts(objectField(point, 'positive') ?? {}, columns.positiveCounts.values)
  readCounts(objectField(point, 'negative') ?? {}, columns.negativeCounts.values)
  for (const quantile of objectsField(point, 'quantileValues')) {
    columns.quantile.values.pushNumber(doubleField(quantile, 'quantile'))
    columns.quantileValue.values.pushNumber(doubleField(quantile, 'value'))
  }
}

function readCounts(from: JsonObject, to: PairColumn): void {
  const target = { set: (low: number, high: number) => to.push(low, high) }
  for (const count of listField(from, 'bucketCounts')) setInt64(count, 'bucketCounts', target)
}

function addExemplar(exemplar: JsonObject, batch: ColumnBatch, columns: MetricColumns): void {
  const { arena } = batch
  batch.spend(partBytes)
  const time = new Bits()
  readInt64(exemplar, 'timeUnixNano', time)
  const attributes = keyValuesText(objectsField(exemplar, 'filteredAttributes'))
  columns.exemplarTime.values.push(time.low, time.high)
  columns.exemplarValue.values.pushNumber(numberOf(exemplar))
  columns.exemplarTraceId.values.push(optionalIdentifierField(arena, exemplar, 'traceId', 16))
  columns.exemplarSpanId.values.push(optionalIdentifierField(arena, exemplar, 'spanId', 8))
  columns.exemplarAttributes.values.pushText(arena, attributes)
}

/** `asDouble`, or `asInt` in its stead. */
function numberOf(from: JsonObject): number {
  const bits = new Bits()
  readInt64(from, 'asInt', bits)
  return bits.present ? (bits.high | 0) * 2 ** 32 + bits.low : doubleField(from, 'asDouble')
}

function readDouble(from: JsonObject, name: string, to: Bits): void {
  if (from[name] !== undefined && from[name] !== null) doubleBits(doubleField(from, name), to)
}
