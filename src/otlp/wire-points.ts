import type { ColumnBatch } from './column-batch.ts'
import { partBytes } from './column-batch.ts'
import { absent } from './columns.ts'
import type { PairColumn } from './columns.ts'
import type { MetricFields } from './metric-fields.ts'
import { metricType } from './metric-fields.ts'
import type { MetricColumns } from './signal-columns.ts'
import { readOptionalIdentifier } from './wire-identifier.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireValue } from './wire-values.ts'
import { keyValuesText, passOver } from './wire-texts.ts'

/** Two numbers, here and in the block. */
const quantileBytes = 32

/** Where the fields of a data point go. */
export interface PointTarget {
  readonly batch: ColumnBatch
  readonly columns: MetricColumns
  readonly fields: MetricFields
  readonly value: WireValue
}

/** Reads the field of a data point whose tag has been read. */
type PointFieldReader = (r: WireReader, tag: number, end: number, to: PointTarget) => void

const readNumberField: PointFieldReader = (reader, tag, end, to) => {
  if (tag === 0x3a) readAttribute(reader, end, to)
  else if (tag === 0x21) to.fields.value = reader.double(end)
  else if (tag === 0x31) to.fields.value = readInteger(reader, end)
  else if (tag === 0x2a) addExemplar(reader, reader.end(end), to)
  else if (tag === 0x40) to.fields.flags = reader.uint32()
  else readCommonField(reader, tag, end, to)
}

const readHistogramField: PointFieldReader = (reader, tag, end, to) => {
  const { fields, columns } = to
  if (tag === 0x4a) readAttribute(reader, end, to)
  else if (tag === 0x32 || tag === 0x31) readFixed(reader, tag, end, columns.bucketCounts.values)
  else if (tag === 0x3a || tag === 0x39) readFixed(reader, tag, end, columns.bounds.values)
  else if (tag === 0x42) addExemplar(reader, reader.end(end), to)
  else if (tag === 0x50) fields.flags = reader.uint32()
  else if (tag === 0x59) readBits(reader, end, fields.min)
  else if (tag === 0x61) readBits(reader, end, fields.max)
  else readCountField(reader, tag, end, to)
}

const readExponentialField: PointFieldReader = (reader, tag, end, to) => {
  const { fields, columns } = to
  if (tag === 0x0a) readAttribute(reader, end, to)
  else if (tag === 0x30) fields.scale = reader.sint32()
  else if (tag === 0x39) readBits(reader, end, fields.zeroCount)
  else if (tag === 0x42) {
    const { values } = columns.positiveCounts
    const bucketsEnd = bucketsEndOf(reader, end, to)
    fields.positiveOffset = readBuckets(reader, bucketsEnd, values, fields.positiveOffset)
  } else if (tag === 0x4a) {
    const { values } = columns.negativeCounts
    const bucketsEnd = bucketsEndOf(reader, end, to)
    fields.negativeOffset = readBuckets(reader, bucketsEnd, values, fields.negativeOffset)
  } else if (tag === 0x50) fields.flags = reader.uint32()
  else if (tag === 0x5a) addExemplar(reader, reader.end(end), to)
  else if (tag === 0x61) readBits(reader, end, fields.min)
  else if (tag === 0x69) readBits(reader, end, fields.max)
  else if (tag === 0x71) fields.zeroThreshold = reader.double(end)
  else readCountField(reader, tag, end, to)
}

const readSummaryField: PointFieldReader = (reader, tag, end, to) => {
  if (tag === 0x3a) readAttribute(reader, end, to)
  else if (tag === 0x32) addQuantile(reader, reader.end(end), to)
  else if (tag === 0x40) to.fields.flags = reader.uint32()
  else readCountField(reader, tag, end, to)
}

/** By the number of the metric type. */
export const pointReaders: Readonly<Record<number, PointFieldReader>> = {
  [metricType.gauge]: readNumberField,
  [metricType.sum]: readNumberField,
  [metricType.histogram]: readHistogramField,
  [metricType.exponentialHistogram]: readExponentialField,
  [metricType.summary]: readSummaryField,
}

/** Count = 4 and sum = 5 of all but number points. */
const readCountField: PointFieldReader = (reader, tag, end, to) => {
  if (tag === 0x21) readBits(reader, end, to.fields.count)
  else if (tag === 0x29) readBits(reader, end, to.fields.sum)
  else readCommonField(reader, tag, end, to)
}

/** Start = 2 and time = 3 of all points. */
const readCommonField: PointFieldReader = (reader, tag, end, to) => {
  if (tag === 0x11) readBits(reader, end, to.fields.start)
  else if (tag === 0x19) readBits(reader, end, to.fields.time)
  else reader.skip(tag, end)
}

function readAttribute(reader: WireReader, end: number, { batch, value }: PointTarget): void {
  value.readKeyValue(reader, reader.end(end))
  batch.addAttribute(value.key, value.type, value.low, value.high)
}

function readBits(
  reader: WireReader,
  end: number,
  to: { set(low: number, high: number): void },
): void {
  reader.fixed64(end)
  to.set(reader.low, reader.high)
}

function readInteger(reader: WireReader, end: number): number {
  reader.fixed64(end)
  return (reader.high | 0) * 2 ** 32 + reader.low
}

/** A repeated 64-bit field: packed, or one value. */
function readFixed(reader: WireReader, tag: number, limit: number, to: PairColumn): void {
  if ((tag & 7) === 1) {
    reader.fixed64(limit)
    to.push(reader.low, reader.high)
    return
  }
  const end = reader.end(limit)
  while (reader.position < end) {
    reader.fixed64(end)
    to.push(reader.low, reader.high)
  }
}

/** Where buckets end, whose counts of one byte become eight here and eight in the block. */
function bucketsEndOf(reader: WireReader, limit: number, { batch }: PointTarget): number {
  const end = reader.end(limit)
  batch.spend((end - reader.position) * 16)
  return end
}

/** Buckets: offset = 1, counts = 2. Returns the offset. */
function readBuckets(reader: WireReader, end: number, to: PairColumn, before: number): number {
  let offset = before
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x08) offset = reader.sint32()
    else if (tag === 0x10 || tag === 0x12) {
      const listEnd = tag === 0x12 ? reader.end(end) : reader.position + 1
      while (reader.position < listEnd) {
        reader.varint()
        to.push(reader.low, reader.high)
      }
      if (tag === 0x12) reader.finish(listEnd)
    } else reader.skip(tag, end)
  }
  reader.finish(end)
  return offset
}

/** ValueAtQuantile: quantile = 1, value = 2. */
function addQuantile(reader: WireReader, end: number, { batch, columns }: PointTarget): void {
  batch.spend(quantileBytes)
  let quantile = 0
  let value = 0
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x09) quantile = reader.double(end)
    else if (tag === 0x11) value = reader.double(end)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  columns.quantile.values.pushNumber(quantile)
  columns.quantileValue.values.pushNumber(value)
}

/** Exemplar: time = 2, double = 3, span id = 4, trace id = 5, int = 6, attributes = 7. */
function addExemplar(reader: WireReader, end: number, { batch, columns }: PointTarget): void {
  batch.spend(partBytes)
  let low = 0
  let high = 0
  let value = 0
  let spanId = absent
  let traceId = absent
  const attributes: number[] = []
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x11) {
      reader.fixed64(end)
      low = reader.low
      high = reader.high
    } else if (tag === 0x19) value = reader.double(end)
    else if (tag === 0x22) spanId = readOptionalIdentifier(reader, end, 8)
    else if (tag === 0x2a) traceId = readOptionalIdentifier(reader, end, 16)
    else if (tag === 0x31) value = readInteger(reader, end)
    else if (tag === 0x3a) passOver(reader, end, attributes)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  columns.exemplarTime.values.push(low, high)
  columns.exemplarValue.values.pushNumber(value)
  columns.exemplarTraceId.values.push(traceId)
  columns.exemplarSpanId.values.push(spanId)
  columns.exemplarAttributes.values.pushText(batch.arena, keyValuesText(reader, attributes))
  reader.position = end
}
