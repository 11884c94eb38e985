/**
 * An application with the official SDK that sends numbered spans and log records until it is told to stop:
 * `node client.ts PROTOCOL TRACES_URL LOGS_URL FIRST_NUMBER PER_SECOND`, a line on standard input ends it. It prints
 * `{"signal", "numbers"}` for every batch that its exporter calls delivered, and `{"retry": true}` for every other one,
 * which it hands to the exporter again, as a Collector would.
 */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeverityNumber } from '@opentelemetry/api'
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPLogExporter as JsonLogs } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

const [protocol = '', tracesUrl = '', logsUrl = '', first = '0', perSecond = '200'] =
  process.argv.slice(2)

const makers = {
  'http/protobuf': [ProtoTraces, ProtoLogs],
  'http/json': [JsonTraces, JsonLogs],
  grpc: [GrpcTraces, GrpcLogs],
} as const
const [Traces, Logs] = makers[protocol as keyof typeof makers] ?? makers['http/protobuf']

interface Exporter<T> {
  export(items: T[], told: (result: ExportResult) => void): void
  shutdown(): Promise<void>
  forceFlush?(): Promise<void>
}

interface Numbered {
  attributes: Record<string, unknown>
}

/** What is not delivered yet, and whether to make more. */
const state = { waiting: 0, isStopping: false }

/** Hands a batch to the exporter until it is delivered, and tells when it was. */
function insistent<T extends Numbered>(exporter: Exporter<T>, signal: string) {
  const attempt = (items: T[], told: (result: ExportResult) => void): void =>
    exporter.export(items, (result) => {
      if (result.code === ExportResultCode.SUCCESS) {
        const numbers = items.map(({ attributes }) => attributes['torture.number'])
        state.waiting -= items.length
        tell({ signal, numbers })
        return told(result)
      }
      tell({ retry: true })
      setTimeout(() => attempt(items, told), 100)
    })
  return {
    export: attempt,
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

function tell(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

const batching = {
  maxExportBatchSize: 64,
  maxQueueSize: 100_000,
  scheduledDelayMillis: 50,
  exportTimeoutMillis: 600_000,
}
const resource = resourceFromAttributes({ 'service.name': `torture-${protocol}` })
const spans = insistent(new Traces({ url: tracesUrl, timeoutMillis: 3000 }), 'traces')
const records = insistent(new Logs({ url: logsUrl, timeoutMillis: 3000 }), 'logs')
const tracing = new TracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor({ exporter: spans, ...batching })],
})
const logging = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: records, ...batching })],
})
const tracer = tracing.getTracer('torture')
const logger = logging.getLogger('torture')

process.stdin
  .once('data', () => (state.isStopping = true))
  .once('end', () => (state.isStopping = true))
for (let number = Number(first); !state.isStopping;) {
  await sleep(50)
  // a sender does not queue without end either
  for (let i = 0; i < Number(perSecond) / 20 && state.waiting < 5000; i++, number++) {
    state.waiting += 2
    tracer.startSpan('numbered', { attributes: { 'torture.number': number } }).end()
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      body: 'numbered',
      attributes: { 'torture.number': number },
    })
  }
}
while (state.waiting > 0) {
  await Promise.all([tracing.forceFlush(), logging.forceFlush()]).catch(() => {})
  await sleep(50)
}
process.exit()
