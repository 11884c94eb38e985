import type { ColumnBatch } from './column-batch.ts'
import { partBytes } from './column-batch.ts'
import type { JsonObject } from './json-fields.ts'
import { enumField, identifierField, objectField, objectsField } from './json-fields.ts'
import { optionalIdentifierField, readInt64, textField, uint32Field } from './json-fields.ts'
import type { JsonValue } from './json-values.ts'
import { keyValuesText } from './json-values.ts'
import { Bits } from './metric-fields.ts'
import type { SpanColumns } from './signal-columns.ts'
import { finishSpan, SpanFields, spanFlagsMask } from './span-fields.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'

/** Reads one span, log record or metric of parsed JSON. */
export type JsonRecordReader = (record: JsonObject) => void

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const statuses = ['UNSET', 'OK', 'ERROR']

export function jsonSpanReader(
  batch: ColumnBatch,
  value: JsonValue,
  tally: Tally,
  now: TimeWords,
): JsonRecordReader {
  const columns = batch.columns('traces')
  const { arena, words } = batch
  const span = new SpanFields()
  const time = new Bits()

  return (record) => {
    span.reset(words.internText(textField(record, 'name')))
    batch.beginRow()
    span.traceId = identifierField(arena, record, 'traceId', 16)
    span.spanId = identifierField(arena, record, 'spanId', 8)
    span.parentSpanId = identifierField(arena, record, 'parentSpanId', 8)
    span.traceState = arena.appendText(textField(record, 'traceState'))
    span.traceStateLength = arena.length - span.traceState
    span.kind = enumField(record, 'kind', 'SPAN_KIND_', kinds)
    time.reset()
    readInt64(record, 'startTimeUnixNano', time)
    span.startLow = time.low
    span.startHigh = time.high
    time.reset()
    readInt64(record, 'endTimeUnixNano', time)
    span.endLow = time.low
    span.endHigh = time.high
    for (const pair of objectsField(record, 'attributes')) {
      value.readKeyValue(pair)
      batch.addAttribute(value.key, value.type, value.low, value.high)
    }
    for (const event of objectsField(record, 'events')) addEvent(event, batch, columns, time)
    for (const link of objectsField(record, 'links')) addLink(link, batch, columns)
    const status = objectField(record, 'status')
    if (status) {
      span.status = enumField(status, 'code', 'STATUS_CODE_', statuses)
      span.message = arena.appendText(textField(status, 'message'))
      span.messageLength = arena.length - span.message
    }
    span.flags = uint32Field(record, 'flags')
    span.droppedAttributes = uint32Field(record, 'droppedAttributesCount')
    span.droppedEvents = uint32Field(record, 'droppedEventsCount')
    span.droppedLinks = uint32Field(record, 'droppedLinksCount')
    finishSpan(batch, columns, span, tally, now)
  }
}

function addEvent(event: JsonObject, batch: ColumnBatch, columns: SpanColumns, time: Bits): void {
  batch.spend(partBytes)
  time.reset()
  readInt64(event, 'timeUnixNano', time)
  const attributes = keyValuesText(objectsField(event, 'attributes'))
  columns.eventTime.values.push(time.low, time.high)
  columns.eventName.values.push(batch.words.internText(textField(event, 'name')))
  columns.eventAttributes.values.pushText(batch.arena, attributes)
  columns.eventDroppedAttributes.values.push(uint32Field(event, 'droppedAttributesCount'))
}

function addLink(link: JsonObject, batch: ColumnBatch, columns: SpanColumns): void {
  const { arena } = batch
  batch.spend(partBytes)
  const attributes = keyValuesText(objectsField(link, 'attributes'))
  columns.linkTraceId.values.push(optionalIdentifierField(arena, link, 'traceId', 16))
  columns.linkSpanId.values.push(optionalIdentifierField(arena, link, 'spanId', 8))
  columns.linkTraceState.values.pushText(arena, textField(link, 'traceState'))
  columns.linkFlags.values.push(uint32Field(link, 'flags') & spanFlagsMask)
  columns.linkAttributes.values.pushText(arena, attributes)
  columns.linkDroppedAttributes.values.push(uint32Field(link, 'droppedAttributesCount'))
}
