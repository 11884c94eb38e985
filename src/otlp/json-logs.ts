import type { ColumnBatch } from './column-batch.ts'
import { enumField, objectField, objectsField, optionalIdentifierField } from './json-fields.ts'
import { readInt64, textField, uint32Field } from './json-fields.ts'
import type { JsonRecordReader } from './json-traces.ts'
import type { JsonValue } from './json-values.ts'
import { LogFields, finishLog } from './log-fields.ts'
import { Bits } from './metric-fields.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'

const severities = [
  'UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name) => [
    name,
    `${name}2`,
    `${name}3`,
    `${name}4`,
  ]),
]

export function jsonLogReader(
  batch: ColumnBatch,
  value: JsonValue,
  tally: Tally,
  now: TimeWords,
): JsonRecordReader {
  const columns = batch.columns('logs')
  const { arena, words } = batch
  const log = new LogFields()
  const time = new Bits()

  return (record) => {
    log.reset(words.internText(textField(record, 'severityText')))
    batch.beginRow()
    time.reset()
    readInt64(record, 'timeUnixNano', time)
    log.timeLow = time.low
    log.timeHigh = time.high
    time.reset()
    readInt64(record, 'observedTimeUnixNano', time)
    log.observedLow = time.low
    log.observedHigh = time.high
    log.severityNumber = enumField(record, 'severityNumber', 'SEVERITY_NUMBER_', severities)
    log.eventName = words.internText(textField(record, 'eventName'))
    log.traceId = optionalIdentifierField(arena, record, 'traceId', 16)
    log.spanId = optionalIdentifierField(arena, record, 'spanId', 8)
    value.readValue(objectField(record, 'body'))
    log.setBody(arena, value)
    log.flags = uint32Field(record, 'flags')
    log.droppedAttributes = uint32Field(record, 'droppedAttributesCount')
    for (const pair of objectsField(record, 'attributes')) {
      value.readKeyValue(pair)
      batch.addAttribute(value.key, value.type, value.low, value.high)
    }
    finishLog(batch, columns, log, now)
    tally.accepted++
  }
}
