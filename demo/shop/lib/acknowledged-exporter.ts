import { appendFileSync } from 'node:fs'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node'

type SpanExporter = NodeSDKConfiguration['traceExporter']

/**
 * The ordinary OTLP exporter, which also appends the ids of every span that the server acknowledged to `file`, one
 * `<trace id> <span id>` a line: whatever happens to the server afterwards, those spans must be there.
 */
export function acknowledgedExporter(file: string): SpanExporter {
  const exporter = new OTLPTraceExporter()
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error === undefined) {
          const lines = spans.map((span) => {
            const { traceId, spanId } = span.spanContext()
            return `${traceId} ${spanId}\n`
          })
          appendFileSync(file, lines.join(''))
        }
        done(result)
      })
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  }
}
