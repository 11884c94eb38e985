import type { ColumnBatch } from './column-batch.ts'
import { LogFields, finishLog } from './log-fields.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'
import type { WireRecordReader } from './wire-envelope.ts'
import { readWord } from './wire-envelope.ts'
import { readOptionalIdentifier } from './wire-identifier.ts'
import { passOver } from './wire-texts.ts'
import type { WireValue } from './wire-values.ts'

/** Reads log records (opentelemetry/proto/logs/v1/logs.proto). */
export function wireLogReader(
  batch: ColumnBatch,
  value: WireValue,
  tally: Tally,
  now: TimeWords,
): WireRecordReader {
  const columns = batch.columns('logs')
  const { words } = batch
  const log = new LogFields()
  const noWord = words.intern(0, 0)
  const body: number[] = []

  return (reader, end) => {
    log.reset(noWord)
    body.length = 0
    batch.beginRow()
    while (reader.position < end) {
      const tag = reader.tag()
      switch (tag) {
        case 0x09:
          reader.fixed64(end)
          log.timeLow = reader.low
          log.timeHigh = reader.high
          break
        case 0x10:
          log.severityNumber = reader.uint32()
          break
        case 0x1a:
          log.severityText = readWord(reader, end, words)
          break
        case 0x2a:
          passOver(reader, end, body)
          break
        case 0x32:
          value.readKeyValue(reader, reader.end(end))
          batch.addAttribute(value.key, value.type, value.low, value.high)
          break
        case 0x38:
          log.droppedAttributes = reader.uint32()
          break
        case 0x45:
          log.flags = reader.fixed32(end)
          break
        case 0x4a:
          log.traceId = readOptionalIdentifier(reader, end, 16)
          break
        case 0x52:
          log.spanId = readOptionalIdentifier(reader, end, 8)
          break
        case 0x59:
          reader.fixed64(end)
          log.observedLow = reader.low
          log.observedHigh = reader.high
          break
        case 0x62:
          log.eventName = readWord(reader, end, words)
          break
        default:
          reader.skip(tag, end)
      }
    }
    reader.finish(end)
    if (body.length > 0) {
      value.readValue(reader, body)
      log.setBody(batch.arena, value)
      reader.position = end
    }
    finishLog(batch, columns, log, now)
    tally.accepted++
  }
}
