import type { ColumnBatch } from './column-batch.ts'
import { absent } from './columns.ts'
import type { SpanColumns } from './signal-columns.ts'
import { readWord } from './wire-envelope.ts'
import { readOptionalIdentifier } from './wire-identifier.ts'
import type { WireReader } from './wire-reader.ts'
import { keyValuesText } from './wire-values.ts'

/** Span.Event: time = 1, name = 2, attributes = 3. */
export function addEvent(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  columns: SpanColumns,
): void {
  let low = 0
  let high = 0
  let name = batch.words.intern(0, 0)
  const attributes: number[] = []
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x09) {
      reader.fixed64(end)
      low = reader.low
      high = reader.high
    } else if (tag === 0x12) name = readWord(reader, end, batch.words)
    else if (tag === 0x1a) passOver(reader, end, attributes)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  columns.eventTime.values.push(low, high)
  columns.eventName.values.push(name)
  columns.eventAttributes.values.pushText(batch.arena, keyValuesText(reader, attributes))
  reader.position = end
}

/** Span.Link: trace id = 1, span id = 2, attributes = 4. A link with a wrong id keeps what else it says. */
export function addLink(
  reader: WireReader,
  end: number,
  batch: ColumnBatch,
  columns: SpanColumns,
): void {
  let traceId = absent
  let spanId = absent
  const attributes: number[] = []
  while (reader.position < end) {
    const tag = reader.tag()
    if (tag === 0x0a) traceId = readOptionalIdentifier(reader, end, 16)
    else if (tag === 0x12) spanId = readOptionalIdentifier(reader, end, 8)
    else if (tag === 0x22) passOver(reader, end, attributes)
    else reader.skip(tag, end)
  }
  reader.finish(end)
  columns.linkTraceId.values.push(traceId)
  columns.linkSpanId.values.push(spanId)
  columns.linkAttributes.values.pushText(batch.arena, keyValuesText(reader, attributes))
  reader.position = end
}

/** Notes where a field begins and ends, to be read later. */
export function passOver(reader: WireReader, limit: number, ranges: number[]): void {
  const end = reader.end(limit)
  ranges.push(reader.position, end)
  reader.position = end
}
