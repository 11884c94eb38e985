/** An application with the official SDK, configured by its environment variables alone: sends one of each, then ends. */
import { logs, metrics, SeverityNumber, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'

const sdk = new NodeSDK({ instrumentations: [] })
sdk.start()

const tracer = trace.getTracer('shop', '1.2.3')
tracer.startActiveSpan('POST /checkout', { kind: SpanKind.SERVER }, (parent) => {
  parent.setAttributes({
    'http.request.method': 'POST',
    'http.response.status_code': 500,
    'cart.total': 12.5,
    'cart.gift': true,
    'cart.items': ['äpfel', '🍐'],
  })
  tracer.startActiveSpan('charge', { kind: SpanKind.CLIENT }, (child) => {
    child.recordException(new TypeError('card declined'))
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' })
    logs.getLogger('payments').emit({
      severityNumber: SeverityNumber.ERROR,
      severityText: 'ERROR',
      body: 'card declined',
      attributes: { 'card.kind': 'debit' },
    })
    logs.getLogger('payments').emit({
      eventName: 'payments.exception',
      severityNumber: SeverityNumber.ERROR,
      attributes: { 'exception.type': 'TypeError', 'exception.message': 'card declined' },
    })
    child.end()
  })
  parent.end()
})

const meter = metrics.getMeter('shop')
meter.createCounter('orders').add(3, { region: 'eu' })
const durations = meter.createHistogram('duration', {
  unit: 's',
  advice: { explicitBucketBoundaries: [1, 5] },
})
for (const seconds of [0.5, 2, 9]) durations.record(seconds)

await sdk.shutdown()
