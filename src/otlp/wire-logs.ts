import type { ColumnBatch } from './column-batch.ts'
import { LogFields, finishLog } from './log-fields.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'
import type { WireRecordReader } from './wire-envelope.ts'
import { readWord } from './wire-envelope.ts'
import { readOptionalIdentifier } from './wire-identifier.ts'
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

  return (reader, end) => {
    log.reset(noWord)
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
          value.clear()
          value.readValue(reader, reader.end(end))
          log.setBody(batch.arena, value)
          break
        case 0x32:
          value.readKeyValue(reader, reader.end(end))
          batch.addAttribute(value.key, value.type, value.low, value.high)
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
    finishLog(batch, columns, log, now)
    tally.accepted++
  }
}
