/** An application with the official SDK that tells which feature flags it asked for, as conventions of now and before. */
import { logs, SpanKind, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'

const sdk = new NodeSDK({ instrumentations: [] })
sdk.start()

const day = 86_400_000
const logger = logs.getLogger('flags')

/** As the hooks of OpenFeature write it: an event as a log record. */
function evaluated(key: string, result: Record<string, string | boolean>, daysAgo: number): void {
  logger.emit({
    eventName: 'feature_flag.evaluation',
    timestamp: new Date(Date.now() - daysAgo * day),
    attributes: {
      'feature_flag.key': key,
      'feature_flag.provider.name': 'flagd',
      'feature_flag.result.reason': 'targeting_match',
      ...result,
    },
  })
}

for (const daysAgo of [8.5, 5, 0.1]) {
  evaluated('new-checkout', { 'feature_flag.result.variant': 'on' }, daysAgo)
}
evaluated('pay-off', { 'feature_flag.result.value': true }, 1)
evaluated('mail-off', { 'feature_flag.result.variant': 'true' }, 1)
evaluated('mail-off', { 'feature_flag.result.reason': 'error', 'error.type': 'timeout' }, 1)
// an ordinary record, and an event of another kind, are no evaluations
logger.emit({ body: 'ordinary' })
logger.emit({ eventName: 'order.placed', attributes: { 'order.id': 'x' } })

const tracer = trace.getTracer('shop')
tracer.startActiveSpan('POST /checkout', { kind: SpanKind.SERVER }, (span) => {
  span.addEvent('feature_flag.evaluation', {
    'feature_flag.key': 'pay-off',
    'feature_flag.result.variant': 'false',
    'feature_flag.result.reason': 'default',
  })
  span.addEvent('feature_flag.evaluation', {
    'feature_flag.key': 'pay-off',
    'feature_flag.result.value': false,
  })
  // before version 1.27 of the conventions
  span.addEvent('feature_flag', {
    'feature_flag.key': 'old-words',
    'feature_flag.variant': 'blue',
    'feature_flag.provider_name': 'own',
  })
  span.addEvent('something else', { 'feature_flag.key': 'no-evaluation' })
  span.end()
})

await sdk.shutdown()
