import type { Signal } from '../signal.ts'
import type { ColumnBatch } from './column-batch.ts'
import type { Tally } from './tally.ts'
import { profileWarning } from './tally.ts'
import type { TimeWords } from './time-words.ts'
import { readEnvelope } from './wire-envelope.ts'
import { wireLogReader } from './wire-logs.ts'
import { wireMetricReader } from './wire-metrics.ts'
import { WireReader } from './wire-reader.ts'
import { wireSpanReader } from './wire-traces.ts'
import { WireValue } from './wire-values.ts'

const recordReaders = {
  traces: wireSpanReader,
  logs: wireLogReader,
  metrics: wireMetricReader,
} as const

/** Decodes a protobuf export request. */
export function decodeWire(
  signal: Signal,
  body: Uint8Array,
  batch: ColumnBatch,
  tally: Tally,
  now: TimeWords,
): void {
  const { arena } = batch
  const value = new WireValue(arena, batch.keys)
  const start = arena.append(body)
  const reader = new WireReader(arena.bytes, arena.view, start)
  const readRecord = recordReaders[signal](batch, value, tally, now)
  readEnvelope(reader, start + body.length, batch, value, readRecord)
  if (reader.hasProfileFields) tally.warning = profileWarning
}
