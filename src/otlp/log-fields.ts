import type { Arena } from './arena.ts'
import { boolType, doubleType, intType, jsonType } from './attribute-type.ts'
import type { ColumnBatch } from './column-batch.ts'
import { absent } from './columns.ts'
import { integerText } from './integer-text.ts'
import { doubleOf, numberText } from './number-text.ts'
import type { LogColumns } from './signal-columns.ts'
import type { TimeWords } from './time-words.ts'

/** The fields of the log record being read; one object for a whole request. */
export class LogFields {
  timeLow = 0
  timeHigh = 0
  observedLow = 0
  observedHigh = 0
  traceId = absent
  spanId = absent
  severityNumber = 0
  severityText = 0
  eventName = 0
  body = 0
  bodyLength = 0
  flags = 0
  droppedAttributes = 0

  reset(noWord: number): void {
    this.timeLow = this.timeHigh = this.observedLow = this.observedHigh = 0
    this.traceId = this.spanId = absent
    this.severityNumber = 0
    this.severityText = this.eventName = noWord
    this.body = this.bodyLength = 0
    this.flags = this.droppedAttributes = 0
  }

  /** A string stays as it is, an empty value becomes '', everything else its JSON text. */
  setBody(arena: Arena, value: { type: number; low: number; high: number }): void {
    const text = scalarText(value)
    const isNull = value.type === jsonType && arena.bytes[value.low] === letterN
    if (isNull) this.body = this.bodyLength = 0
    else if (text === undefined) {
      this.body = value.low
      this.bodyLength = value.high
    } else {
      this.body = arena.appendText(text)
      this.bodyLength = arena.length - this.body
    }
  }
}

const letterN = 110

function scalarText({ type, low, high }: { type: number; low: number; high: number }) {
  if (type === intType) return integerText(low, high)
  if (type === doubleType) return numberText(doubleOf(low, high))
  if (type === boolType) return low === 0 ? 'false' : 'true'
  return undefined
}

/** Writes the row of a log record. Its time falls back to when it was observed, then to its arrival. */
export function finishLog(
  batch: ColumnBatch,
  columns: LogColumns,
  log: LogFields,
  now: TimeWords,
): void {
  const observed = log.observedLow !== 0 || log.observedHigh !== 0
  const observedLow = observed ? log.observedLow : now.low
  const observedHigh = observed ? log.observedHigh : now.high
  const timed = log.timeLow !== 0 || log.timeHigh !== 0
  columns.time.push(timed ? log.timeLow : observedLow, timed ? log.timeHigh : observedHigh)
  columns.observedTime.push(observedLow, observedHigh)
  columns.traceId.push(log.traceId)
  columns.spanId.push(log.spanId)
  columns.severityNumber.push(log.severityNumber <= 24 ? log.severityNumber : 0)
  columns.severityText.push(log.severityText)
  columns.eventName.push(log.eventName)
  columns.body.push(log.body, log.bodyLength)
  // logs.proto, LogRecordFlags: readers must mask the bits that are reserved
  columns.flags.push(log.flags & 0xff)
  columns.droppedAttributes.push(log.droppedAttributes)
  batch.endRow()
}
