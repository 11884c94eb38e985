import type { ColumnBatch } from './column-batch.ts'
import { absent } from './columns.ts'
import { samplingWeight } from './sampling-weight.ts'
import type { SpanColumns } from './signal-columns.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'

/** Where an identifier was sent that cannot be one. */
export const wrongLength = absent - 1

/** The fields of the span being read; one object for a whole request. */
export class SpanFields {
  traceId = absent
  spanId = absent
  parentSpanId = absent
  traceState = 0
  traceStateLength = 0
  name = 0
  kind = 0
  startLow = 0
  startHigh = 0
  endLow = 0
  endHigh = 0
  status = 0
  message = 0
  messageLength = 0
  flags = 0
  droppedAttributes = 0
  droppedEvents = 0
  droppedLinks = 0

  reset(name: number): void {
    this.traceId = this.spanId = this.parentSpanId = absent
    this.traceState = this.traceStateLength = 0
    this.name = name
    this.kind = this.status = 0
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0
    this.message = this.messageLength = 0
    this.flags = this.droppedAttributes = this.droppedEvents = this.droppedLinks = 0
  }
}

/** W3C trace flags (8 bits), and whether the parent is known to be remote (2 bits): trace.proto, SpanFlags. */
export const spanFlagsMask = 0x3ff

/**
 * Writes the row of a span, or rejects a span that no trace can hold. A span without a start time gets its end time, or
 * that of its arrival; one that ends before it starts has no duration.
 */
export function finishSpan(
  batch: ColumnBatch,
  columns: SpanColumns,
  span: SpanFields,
  tally: Tally,
  now: TimeWords,
): void {
  const problem = idProblem(span)
  if (problem !== '') {
    batch.abandonRow()
    tally.reject(problem)
    return
  }
  const { endLow, endHigh } = span
  let { startLow: low, startHigh: high } = span
  if (low === 0 && high === 0) {
    const ended = endLow !== 0 || endHigh !== 0
    low = ended ? endLow : now.low
    high = ended ? endHigh : now.high
  }
  columns.time.push(low, high)
  if (endHigh > high || (endHigh === high && endLow > low)) {
    columns.duration.push((endLow - low) >>> 0, endHigh - high - (endLow < low ? 1 : 0))
  } else columns.duration.push(0, 0)
  columns.traceId.push(span.traceId)
  columns.spanId.push(span.spanId)
  columns.parentSpanId.push(span.parentSpanId === wrongLength ? absent : span.parentSpanId)
  columns.traceState.push(span.traceState, span.traceStateLength)
  columns.name.push(span.name)
  columns.kind.push(span.kind <= 5 ? span.kind : 0)
  columns.status.push(span.status <= 2 ? span.status : 0)
  columns.statusMessage.push(span.message, span.messageLength)
  columns.weight.push(
    span.traceStateLength === 0
      ? 1
      : samplingWeight(batch.arena.bytes, span.traceState, span.traceStateLength),
  )
  columns.flags.push(span.flags & spanFlagsMask)
  columns.droppedAttributes.push(span.droppedAttributes)
  columns.droppedEvents.push(span.droppedEvents)
  columns.droppedLinks.push(span.droppedLinks)
  columns.eventTime.close()
  columns.eventName.close()
  columns.eventAttributes.close()
  columns.eventDroppedAttributes.close()
  columns.linkTraceId.close()
  columns.linkSpanId.close()
  columns.linkTraceState.close()
  columns.linkFlags.close()
  columns.linkAttributes.close()
  columns.linkDroppedAttributes.close()
  batch.endRow()
  tally.accepted++
}

function idProblem(span: SpanFields): string {
  if (span.traceId === wrongLength) return 'the trace id of a span is not 16 bytes'
  if (span.spanId === wrongLength) return 'the span id of a span is not 8 bytes'
  if (span.traceId === absent) return 'a span has no trace id'
  if (span.spanId === absent) return 'a span has no span id'
  return ''
}
