import type { ColumnBatch } from './column-batch.ts'
import type { OptionalColumn } from './columns.ts'
import type { MetricColumns } from './signal-columns.ts'
import type { TimeWords } from './time-words.ts'

/** Numbers of the metric types in the `type` column. */
export const metricType = { gauge: 1, sum: 2, histogram: 3, exponentialHistogram: 4, summary: 5 }

/** A 64-bit value that may be missing. */
export class Bits {
  present = false
  low = 0
  high = 0

  set(low: number, high: number): void {
    this.present = true
    this.low = low
    this.high = high
  }

  /** Unset and zero. */
  reset(): void {
    this.present = false
    this.low = this.high = 0
  }

  pushTo(column: OptionalColumn): void {
    if (this.present) column.push(this.low, this.high)
    else column.pushMissing()
  }
}

/** The metric and the data point being read; one object for a whole request. */
export class MetricFields {
  name = 0
  unit = 0
  description = 0
  /** JSON text, '' where there is none. */
  metadata = 0
  type = 0
  temporality = 0
  monotonic = 0

  readonly time = new Bits()
  readonly start = new Bits()
  flags = 0
  value = 0
  readonly count = new Bits()
  readonly sum = new Bits()
  readonly min = new Bits()
  readonly max = new Bits()
  scale = 0
  readonly zeroCount = new Bits()
  zeroThreshold = 0
  positiveOffset = 0
  negativeOffset = 0

  resetMetric(noWord: number): void {
    this.name = this.unit = this.description = this.metadata = noWord
    this.type = this.temporality = this.monotonic = 0
  }

  resetPoint(): void {
    this.time.reset()
    this.start.reset()
    this.flags = this.value = this.scale = this.zeroThreshold = 0
    this.count.reset()
    this.sum.reset()
    this.min.reset()
    this.max.reset()
    this.zeroCount.reset()
    this.positiveOffset = this.negativeOffset = 0
  }
}

/** Writes the row of a data point; its list values are in the columns already. */
export function finishPoint(
  batch: ColumnBatch,
  columns: MetricColumns,
  fields: MetricFields,
  now: TimeWords,
): void {
  const { time, start, count, zeroCount } = fields
  const timed = time.low !== 0 || time.high !== 0
  columns.time.push(timed ? time.low : now.low, timed ? time.high : now.high)
  columns.startTime.push(start.low, start.high)
  columns.name.push(fields.name)
  columns.unit.push(fields.unit)
  columns.description.push(fields.description)
  columns.metadata.push(fields.metadata)
  columns.type.push(fields.type)
  columns.temporality.push(fields.temporality <= 2 ? fields.temporality : 0)
  columns.monotonic.push(fields.monotonic)
  columns.noRecordedValue.push(fields.flags & 1)
  columns.value.push(fields.value)
  columns.count.push(count.low, count.high)
  // a summary always has a sum: its protobuf field cannot be missing
  if (fields.type === metricType.summary) columns.sum.push(fields.sum.low, fields.sum.high)
  else fields.sum.pushTo(columns.sum)
  fields.min.pushTo(columns.min)
  fields.max.pushTo(columns.max)
  columns.scale.push(fields.scale)
  columns.zeroCount.push(zeroCount.low, zeroCount.high)
  columns.zeroThreshold.push(fields.zeroThreshold)
  columns.positiveOffset.push(fields.positiveOffset)
  columns.negativeOffset.push(fields.negativeOffset)
  for (const list of listColumns) columns[list].close()
  batch.endRow()
}

const listColumns = [
  'bounds',
  'bucketCounts',
  'positiveCounts',
  'negativeCounts',
  'quantile',
  'quantileValue',
  'exemplarTime',
  'exemplarValue',
  'exemplarTraceId',
  'exemplarSpanId',
  'exemplarAttributes',
] as const
