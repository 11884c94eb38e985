import { hash } from 'node:crypto'
import type { DecodeOutcome, OtlpEncoding } from '../otlp/decode-export.ts'
import { decodeExport } from '../otlp/decode-export.ts'
import type { Signal } from '../signal.ts'
import type { Store } from '../store/store.ts'

/**
 * Hands one export request to the store; resolves once it is on disk. The same bytes have the same hash whichever way they
 * came, so that a sender that changes its protocol or compression between two tries is known again.
 * @param body decompressed
 */
export async function receiveExport(
  ingest: Store['ingest'],
  signal: Signal,
  encoding: OtlpEncoding,
  body: Buffer,
): Promise<DecodeOutcome> {
  const requestHash = `${signal}-${hash('sha1', body)}`
  const { outcome } = await ingest(signal, requestHash, (batch) =>
    decodeExport(signal, encoding, body, batch),
  )
  return outcome
}
