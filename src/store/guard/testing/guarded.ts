import { ColumnBatch } from '../../../otlp/column-batch.ts'
import { decodeExport } from '../../../otlp/decode-export.ts'
import { batchRows } from '../../../otlp/testing/batch-rows.ts'
import type { Row } from '../../../otlp/testing/batch-rows.ts'
import { encodeMessage, requestTypes } from '../../../otlp/testing/otlp-proto.ts'
import type { Plain } from '../../../otlp/testing/otlp-proto.ts'
import { toJson } from '../../../otlp/testing/to-json.ts'
import type { Signal } from '../../../signal.ts'
import { Guard } from '../guard.ts'
import type { GuardOptions } from '../guard.ts'

export const text = (key: string, value: string): Plain => ({ key, value: { stringValue: value } })
export const int = (key: string, value: number): Plain => ({ key, value: { intValue: value } })

/** Spans of one resource and scope. */
export interface SentSpans {
  resource?: Plain[]
  scope?: Plain[]
  spans: Plain[]
}

export const span = (attributes: Plain[], more: Plain = {}): Plain => ({
  traceId: new Uint8Array(16).fill(7),
  spanId: new Uint8Array(8).fill(7),
  name: 'GET /',
  startTimeUnixNano: '1700000000000000000',
  attributes,
  ...more,
})

export const service = (name: string): Plain => text('service.name', name)

function message({ resource = [service('shop')], scope = [], spans }: SentSpans): Plain {
  return {
    resourceSpans: [
      { resource: { attributes: resource }, scopeSpans: [{ scope: { attributes: scope }, spans }] },
    ],
  }
}

/** A guard and a batch behind it. */
export function guarded(options: GuardOptions = {}, signal: Signal = 'traces') {
  const guard = new Guard(options)
  const batch = new ColumnBatch(signal)
  return {
    guard,
    batch,
    send: (request: SentSpans, encoding: 'protobuf' | 'json' = 'protobuf'): Row[] => {
      const plain = message(request)
      const body =
        encoding === 'protobuf'
          ? encodeMessage(requestTypes[signal], plain)
          : Buffer.from(toJson(plain))
      const before = batch.rows
      guard.guarded((batch) => decodeExport(signal, encoding, body, batch))(batch)
      return batchRows(batch).slice(before)
    },
  }
}
