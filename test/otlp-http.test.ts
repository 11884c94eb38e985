import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ColumnBatch } from '../src/otlp/column-batch.ts'
import { batchRows } from '../src/otlp/testing/batch-rows.ts'
import type { Row } from '../src/otlp/testing/batch-rows.ts'
import { signals } from '../src/signal.ts'
import type { Signal } from '../src/signal.ts'
import { otlpServers } from './otlp/otlp-servers.ts'

/** A receiver that keeps everything in memory. */
async function receiver() {
  const batches = Object.fromEntries(
    signals.map((signal) => [signal, new ColumnBatch(signal)]),
  ) as Record<Signal, ColumnBatch>
  const seen: string[] = []
  const { http, grpc, url, grpcUrl } = await otlpServers({
    ingest: async (signal, _hash, rows) => ({ outcome: rows(batches[signal]), duplicate: false }),
  })
  http.on('request', ({ headers, url }, response) => {
    response.on('finish', () => {
      const { 'content-type': type, 'content-encoding': encoding = '' } = headers
      seen.push([response.statusCode, url, type, encoding].join(' ').trim())
    })
  })
  grpc.on('stream', (stream, headers) => {
    const service = /([a-z]+)\.v1\.\w+Service\/Export$/.exec(headers[':path'] ?? '')?.[1]
    stream.on('close', () => {
      const { 'grpc-status': code } = stream.sentTrailers ?? stream.sentHeaders
      seen.push([code, service, headers['grpc-encoding'] ?? ''].join(' ').trim())
    })
  })
  return { batches, seen, url, grpcUrl }
}

const sender = path.join(import.meta.dirname, 'otlp', 'sdk-sender.ts')

test.each([
  ['http/protobuf', 'none', 'application/x-protobuf'],
  ['http/protobuf', 'gzip', 'application/x-protobuf gzip'],
  ['http/json', 'none', 'application/json'],
  ['http/json', 'gzip', 'application/json gzip'],
  ['grpc', 'none', ''],
  ['grpc', 'gzip', 'gzip'],
])(
  'the official SDK delivers by %s with compression %s',
  async (protocol, compression, expected) => {
    const { batches, seen, url, grpcUrl } = await receiver()
    const { stderr } = await promisify(execFile)(process.execPath, [sender], {
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? grpcUrl : url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_SERVICE_NAME: 'checkout',
        OTEL_RESOURCE_ATTRIBUTES: 'service.version=7,deployment.environment.name=test,team=web',
        OTEL_LOG_LEVEL: 'warn',
      },
    })
    expect(stderr).toBe('')
    const exports =
      protocol === 'grpc'
        ? ['logs', 'metrics', 'trace'].map((name) => `0 ${name} ${expected}`.trim())
        : ['logs', 'metrics', 'traces'].map((name) => `200 /v1/${name} ${expected}`)
    expect([...new Set(seen)].toSorted()).toEqual(exports)

    const spans = byName(batchRows(batches.traces))
    const [server, client] = [spans['POST /checkout']!, spans['charge']!]
    expect(server).toMatchObject({
      service: 'checkout',
      serviceVersion: '7',
      environment: 'test',
      scopeName: 'shop',
      scopeVersion: '1.2.3',
      kind: 2,
      status: 0,
      parentSpanId: '',
      weight: 1,
      attributes: {
        'string:http.request.method': 'POST',
        'int:http.response.status_code': 500n,
        'double:cart.total': 12.5,
        'bool:cart.gift': true,
        'json:cart.items': '["äpfel","🍐"]',
        'string:team': 'web',
      },
    })
    expect(client).toMatchObject({
      traceId: server['traceId'],
      parentSpanId: server['spanId'],
      kind: 3,
      status: 2,
      statusMessage: 'declined',
      eventName: ['exception'],
    })
    const [event] = client['eventAttributes'] as string[]
    expect(JSON.parse(event!)).toMatchObject({
      'exception.type': 'TypeError',
      'exception.message': 'card declined',
    })
    const age = Date.now() - Number((client['time'] as bigint) / 1_000_000n)
    expect(age).toBeGreaterThan(-1000)
    expect(age).toBeLessThan(60_000)

    const [log, exception] = batchRows(batches.logs)
    expect(log).toMatchObject({
      service: 'checkout',
      traceId: client['traceId'],
      spanId: client['spanId'],
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'card declined',
      attributes: { 'string:card.kind': 'debit' },
    })

    expect(exception).toMatchObject({
      eventName: 'payments.exception',
      traceId: client['traceId'],
      attributes: {
        'string:exception.type': 'TypeError',
        'string:exception.message': 'card declined',
      },
    })

    const points = byName(batchRows(batches.metrics))
    expect(points['orders']).toMatchObject({
      type: 2,
      temporality: 2,
      monotonic: 1,
      value: 3,
      attributes: { 'string:region': 'eu' },
    })
    expect(points['duration']).toMatchObject({
      type: 3,
      unit: 's',
      count: 3n,
      bucketCounts: [1n, 1n, 1n],
    })
  },
)

const byName = (rows: readonly Row[]): Record<string, Row> =>
  Object.fromEntries(rows.map((row) => [row['name'], row]))
