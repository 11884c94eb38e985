import type { Signal } from '../signal.ts'
import type { ColumnBatch } from './column-batch.ts'
import { decodeJson } from './decode-json.ts'
import { decodeWire } from './decode-wire.ts'
import { Tally } from './tally.ts'
import { timeWords } from './time-words.ts'

export type OtlpEncoding = 'protobuf' | 'json'

export interface DecodeOutcome {
  accepted: number
  /** Records that can never be stored: above 0, the answer is a partial success. */
  rejected: number
  /** English; may be a warning when nothing was rejected. */
  errorMessage: string
}

/**
 * Appends the rows of an export request to `batch`. Telemetry may come without a time; it gets that of its arrival.
 * @param body decompressed
 * @param now milliseconds since 1970
 * @throws AftergreenError OTLP_MALFORMED, OTLP_TOO_LARGE; `batch` is left as it was
 */
export function decodeExport(
  signal: Signal,
  encoding: OtlpEncoding,
  body: Uint8Array,
  batch: ColumnBatch,
  now = Date.now(),
): DecodeOutcome {
  const tally = new Tally()
  const mark = batch.mark()
  batch.beginRequest()
  try {
    const decode = encoding === 'protobuf' ? decodeWire : decodeJson
    decode(signal, body, batch, tally, timeWords(now))
  } catch (error) {
    batch.rollback(mark)
    throw error
  }
  const { accepted, rejected, reason, warning } = tally
  const errorMessage =
    rejected === 0 ? warning : `${rejected} of ${accepted + rejected} rejected: ${reason}`
  return { accepted, rejected, errorMessage }
}
