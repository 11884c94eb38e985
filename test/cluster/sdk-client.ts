/**
 * An application with the official SDK, configured by its OTEL_ variables: answers requests all the time and reports
 * them, until its standard input ends. `node sdk-client.ts REQUESTS_PER_SECOND FAILING LOG`: LOG gets a line for every
 * span that was acknowledged.
 */
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { acknowledgedExporter } from '../../demo/shop/lib/acknowledged-exporter.ts'

const [rate = '10', failing = '0', log = ''] = process.argv.slice(2)
const sdk = new NodeSDK({ instrumentations: [], traceExporter: acknowledgedExporter(log) })
sdk.start()
const tracer = trace.getTracer('client')

let count = 0
const timer = setInterval(
  () => {
    const span = tracer.startSpan('GET /cart', {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': 'GET', 'app.plan': count % 3 === 0 ? 'free' : 'plus' },
    })
    // every so many-th fails: no randomness
    const before = Math.floor(count * Number(failing))
    count++
    if (Math.floor(count * Number(failing)) > before) span.setStatus({ code: SpanStatusCode.ERROR })
    setTimeout(() => span.end(), 5)
  },
  1000 / Number(rate),
)

process.stdin.resume().on('end', () => {
  clearInterval(timer)
  setTimeout(() => {
    void sdk.shutdown().finally(() => process.exit(0))
  }, 100)
})
