import type { Signal } from '../signal.ts'
import { HexColumn, ListColumn, NumberColumn, OptionalColumn } from './columns.ts'
import { PairColumn, SparseListColumn, TextColumn, WordColumn } from './columns.ts'

const times = (): PairColumn => new PairColumn()
const flags = (): NumberColumn<Uint8Array> => new NumberColumn(new Uint8Array(0))
const flagWords = (): NumberColumn<Uint16Array> => new NumberColumn(new Uint16Array(0))
const counts = (): NumberColumn<Uint32Array> => new NumberColumn(new Uint32Array(0))
const integers = (): NumberColumn<Int32Array> => new NumberColumn(new Int32Array(0))
const numbers = (): NumberColumn<Float64Array> => new NumberColumn(new Float64Array(0))
const pairLists = (): ListColumn<PairColumn> => new ListColumn(new PairColumn())
const textLists = (): ListColumn<TextColumn> => new ListColumn(new TextColumn())
const hexLists = (width: number): ListColumn<HexColumn> => new ListColumn(new HexColumn(width))

/** Times and durations are nanoseconds; the rest is described with the table columns of the same names. */
export const createSpanColumns = () => ({
  time: times(),
  duration: times(),
  traceId: new HexColumn(16),
  spanId: new HexColumn(8),
  parentSpanId: new HexColumn(8),
  traceState: new TextColumn(),
  name: new WordColumn(),
  kind: flags(),
  status: flags(),
  statusMessage: new TextColumn(),
  weight: numbers(),
  flags: flagWords(),
  droppedAttributes: counts(),
  droppedEvents: counts(),
  droppedLinks: counts(),
  eventTime: pairLists(),
  eventName: new ListColumn(new WordColumn()),
  eventAttributes: textLists(),
  eventDroppedAttributes: new SparseListColumn(counts()),
  linkTraceId: hexLists(16),
  linkSpanId: hexLists(8),
  linkTraceState: new SparseListColumn(new TextColumn()),
  linkFlags: new SparseListColumn(flagWords()),
  linkAttributes: textLists(),
  linkDroppedAttributes: new SparseListColumn(counts()),
})

export const createLogColumns = () => ({
  time: times(),
  observedTime: times(),
  traceId: new HexColumn(16),
  spanId: new HexColumn(8),
  severityNumber: flags(),
  severityText: new WordColumn(),
  eventName: new WordColumn(),
  body: new TextColumn(),
  flags: flags(),
  droppedAttributes: counts(),
})

export const createMetricColumns = () => ({
  time: times(),
  startTime: times(),
  name: new WordColumn(),
  unit: new WordColumn(),
  description: new WordColumn(),
  metadata: new WordColumn(),
  type: flags(),
  temporality: flags(),
  monotonic: flags(),
  noRecordedValue: flags(),
  value: numbers(),
  count: times(),
  sum: new OptionalColumn(),
  min: new OptionalColumn(),
  max: new OptionalColumn(),
  bounds: pairLists(),
  bucketCounts: pairLists(),
  scale: integers(),
  zeroCount: times(),
  zeroThreshold: numbers(),
  positiveOffset: integers(),
  positiveCounts: pairLists(),
  negativeOffset: integers(),
  negativeCounts: pairLists(),
  quantile: pairLists(),
  quantileValue: pairLists(),
  exemplarTime: pairLists(),
  exemplarValue: pairLists(),
  exemplarTraceId: hexLists(16),
  exemplarSpanId: hexLists(8),
  exemplarAttributes: textLists(),
})

export type SpanColumns = ReturnType<typeof createSpanColumns>
export type LogColumns = ReturnType<typeof createLogColumns>
export type MetricColumns = ReturnType<typeof createMetricColumns>

export interface SignalColumns {
  traces: SpanColumns
  logs: LogColumns
  metrics: MetricColumns
}

export const createColumns: { readonly [S in Signal]: () => SignalColumns[S] } = {
  traces: createSpanColumns,
  logs: createLogColumns,
  metrics: createMetricColumns,
}
