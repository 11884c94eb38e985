import type { ColumnBatch } from './column-batch.ts'
import { finishSpan, SpanFields } from './span-fields.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'
import { readIdentifier } from './wire-identifier.ts'
import { addEvent, addLink } from './wire-span-parts.ts'
import type { WireRecordReader } from './wire-envelope.ts'
import { readWord } from './wire-envelope.ts'
import type { WireReader } from './wire-reader.ts'
import type { WireValue } from './wire-values.ts'

/** Reads spans (opentelemetry/proto/trace/v1/trace.proto). */
export function wireSpanReader(
  batch: ColumnBatch,
  value: WireValue,
  tally: Tally,
  now: TimeWords,
): WireRecordReader {
  const columns = batch.columns('traces')
  const { words } = batch
  const span = new SpanFields()
  const noName = words.intern(0, 0)

  return (reader, end) => {
    span.reset(noName)
    batch.beginRow()
    while (reader.position < end) {
      const tag = reader.tag()
      switch (tag) {
        case 0x0a:
          span.traceId = readIdentifier(reader, end, 16)
          break
        case 0x12:
          span.spanId = readIdentifier(reader, end, 8)
          break
        case 0x1a: {
          const fieldEnd = reader.end(end)
          span.traceState = reader.position
          span.traceStateLength = fieldEnd - reader.position
          reader.position = fieldEnd
          break
        }
        case 0x22:
          span.parentSpanId = readIdentifier(reader, end, 8)
          break
        case 0x2a:
          span.name = readWord(reader, end, words)
          break
        case 0x30:
          span.kind = reader.uint32()
          break
        case 0x39:
          reader.fixed64(end)
          span.startLow = reader.low
          span.startHigh = reader.high
          break
        case 0x41:
          reader.fixed64(end)
          span.endLow = reader.low
          span.endHigh = reader.high
          break
        case 0x4a:
          value.readKeyValue(reader, reader.end(end))
          batch.addAttribute(value.key, value.type, value.low, value.high)
          break
        case 0x50:
          span.droppedAttributes = reader.uint32()
          break
        case 0x5a:
          addEvent(reader, reader.end(end), batch, columns)
          break
        case 0x60:
          span.droppedEvents = reader.uint32()
          break
        case 0x6a:
          addLink(reader, reader.end(end), batch, columns)
          break
        case 0x70:
          span.droppedLinks = reader.uint32()
          break
        case 0x7a:
          readStatus(reader, reader.end(end), span)
          break
        case 0x85:
          span.flags = reader.fixed32(end)
          break
        default:
          reader.skip(tag, end)
      }
    }
    reader.finish(end)
    finishSpan(batch, columns, span, tally, now)
  }
}

function readStatus(reader: WireReader, end: number, span: SpanFields): void {
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x12) {
      const fieldEnd = reader.end(end)
      span.message = reader.position
      span.messageLength = fieldEnd - reader.position
      reader.position = fieldEnd
    } else if (tag === 0x18) span.status = reader.uint32()
    else reader.skip(tag, end)
  }
  reader.finish(end)
}
