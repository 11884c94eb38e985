import type { ColumnBatch } from './column-batch.ts'
import { partBytes } from './column-batch.ts'
import { absent } from './columns.ts'
import type { SpanColumns } from './signal-columns.ts'
import { spanFlagsMask } from './span-fields.ts'
import { readWord } from './wire-envelope.ts'
import { readOptionalIdentifier } from './wire-identifier.ts'
import type { WireReader } from './wire-reader.ts'
import { keyValuesText, passOver } from './wire-texts.ts'

/** Span.Event: time = 1, name = 2, attributes = 3, dropped attributes = 4. */
export function addEvent(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  columns: SpanColumns,
): void {
  batch.spend(partBytes)
  let low = 0
  let high = 0
  let name = batch.words.intern(0, 0)
  let dropped = 0
  const attributes: number[] = []
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x09) {
      reader.fixed64(end)
      low = reader.low
      high = reader.high
    } else if (tag === 0x12) name = readWord(reader, end, batch.words)
    else if (tag === 0x1a) passOver(reader, end, attributes)
    else if (tag === 0x20) dropped = reader.uint32()
    else reader.skip(tag, end)
  }
  reader.finish(end)
  columns.eventTime.values.push(low, high)
  columns.eventName.values.push(name)
  columns.eventAttributes.values.pushText(batch.arena, keyValuesText(reader, attributes))
  columns.eventDroppedAttributes.values.push(dropped)
  reader.position = end
}

/**
 * Span.Link: trace id = 1, span id = 2, trace state = 3, attributes = 4, dropped attributes = 5, flags = 6. A link with a
 * wrong id keeps what else it says.
 */
export function addLink(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  columns: SpanColumns,
): void {
  batch.spend(partBytes)
  let traceId = absent
  let spanId = absent
  let traceState = 0
  let traceStateLength = 0
  let dropped = 0
  let flags = 0
  const attributes: number[] = []
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) traceId = readOptionalIdentifier(reader, end, 16)
    else if (tag === 0x12) spanId = readOptionalIdentifier(reader, end, 8)
    else if (tag === 0x1a) {
      const fieldEnd = reader.end(end)
      traceState = reader.position
      traceStateLength = fieldEnd - reader.position
      reader.position = fieldEnd
    } else if (tag === 0x22) passOver(reader, end, attributes)
    else if (tag === 0x28) dropped = reader.uint32()
    else if (tag === 0x35) flags = reader.fixed32(end)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  columns.linkTraceId.values.push(traceId)
  columns.linkSpanId.values.push(spanId)
  columns.linkTraceState.values.push(traceState, traceStateLength)
  columns.linkFlags.values.push(flags & spanFlagsMask)
  columns.linkAttributes.values.pushText(batch.arena, keyValuesText(reader, attributes))
  columns.linkDroppedAttributes.values.push(dropped)
  reader.position = end
}
