/** The official SDK, over every protocol, into a real store. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { otlpServers } from '../otlp/otlp-servers.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { testStore } from '../store/test-store.ts'

const sender = path.join(import.meta.dirname, '..', 'otlp', 'sdk-sender.ts')
const protocols = ['http/protobuf', 'http/json', 'grpc'] as const

test('traces, logs and metrics arrive by every protocol, plain and with gzip', async () => {
  const { store } = await testStore(await temporaryFolder())
  const { url, grpcUrl, http, grpc } = await otlpServers({
    ingest: async (signal, requestHash, rows) => store.ingest(signal, requestHash, rows),
  })
  const seen = new Set<string>()
  http.on('request', ({ headers }) => {
    const { 'content-type': type, 'content-encoding': coding = 'plain' } = headers
    seen.add(`${type} ${coding}`)
  })
  grpc.on('stream', (_stream, headers) => {
    seen.add(`grpc ${String(headers['grpc-encoding'] ?? 'identity')}`)
  })
  const ways = protocols.flatMap((protocol) =>
    (['none', 'gzip'] as const).map((compression) => ({ protocol, compression })),
  )
  for (const { protocol, compression } of ways) {
    const { stderr } = await promisify(execFile)(process.execPath, [sender], {
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? grpcUrl : url,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_SERVICE_NAME: `${protocol} ${compression}`,
        OTEL_LOG_LEVEL: 'warn',
      },
    })
    expect(stderr).toBe('')
  }
  expect([...seen].toSorted()).toEqual([
    'application/json gzip',
    'application/json plain',
    'application/x-protobuf gzip',
    'application/x-protobuf plain',
    'grpc gzip',
    'grpc identity',
  ])

  await store.drained()
  const { database } = store
  const services = ways.map(({ protocol, compression }) => `${protocol} ${compression}`).toSorted()
  const rows = async (table: string, columns: string, condition = '1') =>
    await store.query<Record<string, unknown>>(
      `SELECT service, ${columns} FROM ${database}.${table} WHERE ${condition} GROUP BY service ORDER BY service`,
    )
  const each = (row: object) => services.map((service) => ({ service, ...row }))

  expect(await rows('spans', 'toUInt32(count()) AS n, groupUniqArray(name) AS names')).toEqual(
    each({ n: 2, names: expect.arrayContaining(['POST /checkout', 'charge']) as unknown }),
  )
  expect(await rows('metrics', 'arraySort(groupUniqArray(name)) AS names')).toEqual(
    each({ names: ['duration', 'orders'] }),
  )

  // an exception as the event of a span, and as a log record of its own
  const eventType = "JSONExtractString(event_attributes[1], 'exception.type')"
  expect(
    await rows(
      'spans',
      `any(event_name[1]) AS event, any(${eventType}) AS type`,
      "name = 'charge'",
    ),
  ).toEqual(each({ event: 'exception', type: 'TypeError' }))
  const logType = store.attribute('logs', 'exception.type', 'string')
  const logMessage = store.attribute('logs', 'exception.message', 'string')
  expect(
    await rows(
      'logs',
      `any(event_name) AS event, any(${logType}) AS type, any(${logMessage}) AS message, toUInt32(count()) AS n`,
      "event_name != ''",
    ),
  ).toEqual(
    each({ event: 'payments.exception', type: 'TypeError', message: 'card declined', n: 1 }),
  )
})
