import type { ColumnBatch } from './column-batch.ts'
import { MetricFields, finishPoint, metricType } from './metric-fields.ts'
import type { Tally } from './tally.ts'
import type { TimeWords } from './time-words.ts'
import type { WireRecordReader } from './wire-envelope.ts'
import { readWord } from './wire-envelope.ts'
import { pointReaders } from './wire-points.ts'
import type { WireReader } from './wire-reader.ts'
import { keyValuesText, passOver } from './wire-texts.ts'
import type { WireValue } from './wire-values.ts'

/** Field of a Metric that holds its data: gauge = 5, sum = 7, histogram = 9, exponential histogram = 10, summary = 11. */
const typeOfTag: Readonly<Record<number, number>> = {
  0x2a: metricType.gauge,
  0x3a: metricType.sum,
  0x4a: metricType.histogram,
  0x52: metricType.exponentialHistogram,
  0x5a: metricType.summary,
}

/** Reads metrics (opentelemetry/proto/metrics/v1/metrics.proto): one row a data point. */
export function wireMetricReader(
  batch: ColumnBatch,
  value: WireValue,
  tally: Tally,
  now: TimeWords,
): WireRecordReader {
  const columns = batch.columns('metrics')
  const { words } = batch
  const fields = new MetricFields()
  const noWord = words.intern(0, 0)

  const readPoint = (reader: WireReader, end: number): void => {
    const readField = pointReaders[fields.type]!
    fields.resetPoint()
    batch.beginRow()
    while (reader.position < end) {
      const tag = reader.tag()
      readField(reader, tag, end, { batch, columns, fields, value })
    }
    reader.finish(end)
    finishPoint(batch, columns, fields, now)
    tally.accepted++
  }

  // Sum and the histograms: data points = 1, temporality = 2, monotonic = 3. The points come first on the wire, and the rest
  // may be in another piece of the message.
  const readData = (reader: WireReader, end: number, points: number[]): void => {
    while (reader.position < end) {
      const tag = reader.tag()
      if (tag === 0x0a) passOver(reader, end, points)
      else if (tag === 0x10 && fields.type !== metricType.summary)
        fields.temporality = reader.uint32()
      else if (tag === 0x18 && fields.type === metricType.sum) {
        reader.varint()
        fields.monotonic = reader.low === 0 && reader.high === 0 ? 0 : 1
      } else reader.skip(tag, end)
    }
    reader.finish(end)
  }

  return (reader, end) => {
    fields.resetMetric(noWord)
    const data: number[] = []
    const metadata: number[] = []
    while (reader.position < end) {
      const tag = reader.tag()
      const type = typeOfTag[tag]
      if (type !== undefined) {
        // a metric has data of one type: the last one counts
        if (type !== fields.type) data.length = 0
        fields.type = type
        passOver(reader, end, data)
      } else if (tag === 0x0a) fields.name = readWord(reader, end, words)
      else if (tag === 0x12) fields.description = readWord(reader, end, words)
      else if (tag === 0x1a) fields.unit = readWord(reader, end, words)
      else if (tag === 0x62) passOver(reader, end, metadata)
      else reader.skip(tag, end)
    }
    reader.finish(end)
    if (metadata.length > 0) fields.metadata = words.internText(keyValuesText(reader, metadata))
    const points: number[] = []
    for (let i = 0; i < data.length; i += 2) {
      reader.position = data[i]!
      readData(reader, data[i + 1]!, points)
    }
    for (let i = 0; i < points.length; i += 2) {
      reader.position = points[i]!
      readPoint(reader, points[i + 1]!)
    }
    reader.position = end
  }
}
