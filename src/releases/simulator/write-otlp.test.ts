import { expect, test } from 'vitest'
import { ColumnBatch } from '../../otlp/column-batch.ts'
import { decodeExport } from '../../otlp/decode-export.ts'
import { batchRows, type Row } from '../../otlp/testing/batch-rows.ts'
import type { Signal } from '../../signal.ts'
import type { SimulatedSpan } from './simulate-traffic.ts'
import { writeGauges, writeTraces } from './write-otlp.ts'

const origin = { service: 'checkout', version: '2.0.0', instance: 'checkout-2.0.0-1' } as const
const at = Date.UTC(2026, 0, 5, 10)

function rowsOf(signal: Signal, body: Buffer): Row[] {
  const batch = new ColumnBatch(signal)
  decodeExport(signal, 'protobuf', body, batch)
  return batchRows(batch)
}

test('a span arrives as it was', () => {
  const span: SimulatedSpan = {
    origin,
    traceId: 'a1'.repeat(16),
    spanId: 'b2'.repeat(8),
    parentId: 'c3'.repeat(8),
    kind: 'client',
    name: 'POST',
    start: at + 0.25,
    millis: 12.5,
    failed: true,
    attributes: { 'url.path': '/ä'.repeat(100), 'http.response.status_code': 500 },
  }
  const rows = rowsOf('traces', writeTraces('drill-1', [span, { ...span, failed: false }]))
  expect(rows).toHaveLength(2)
  expect(rows[0]).toMatchObject({
    time: (BigInt(at) * 1000n + 250n) * 1000n,
    duration: 12_500_000n,
    kind: 3,
    status: 2,
    name: 'POST',
    service: 'checkout',
    serviceVersion: '2.0.0',
    serviceInstance: 'checkout-2.0.0-1',
    environment: 'drill-1',
    attributes: {
      'string:url.path': '/ä'.repeat(100),
      'int:http.response.status_code': 500n,
    },
  })
  expect(rows[1]).toMatchObject({ status: 0 })
})

test('a measurement arrives as it was', () => {
  const point = { origin, start: at - 60_000, at, value: 1234.5 }
  const rows = rowsOf('metrics', writeGauges('drill-1', 'process.memory.usage', 'By', [point]))
  expect(rows).toMatchObject([
    { name: 'process.memory.usage', unit: 'By', time: BigInt(at) * 1_000_000n, value: 1234.5 },
  ])
})
