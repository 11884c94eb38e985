/** Loaded before everything else in every instrumented service (`node --import`). Configured by OTEL_* variables. */
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { acknowledgedExporter } from './acknowledged-exporter.ts'
import { onStop } from './stop.ts'

const acknowledgedLog = process.env['SHOP_ACKNOWLEDGED_LOG']

const sdk = new NodeSDK({
  instrumentations: [
    new HttpInstrumentation({
      requireParentforOutgoingSpans: true,
      startOutgoingSpanHook: (options) => {
        const route: unknown = Reflect.get(options, 'route')
        const peer: unknown = Reflect.get(options, 'peer')
        return {
          ...(typeof route === 'string' ? { 'url.template': route } : {}),
          ...(typeof peer === 'string' ? { 'peer.service': peer } : {}),
        }
      },
    }),
  ],
  ...(acknowledgedLog === undefined
    ? {}
    : { traceExporter: acknowledgedExporter(acknowledgedLog) }),
})
sdk.start()

// The instrumentation patches node:http when it is required; modules that import it then see the patched functions.
createRequire(import.meta.url)('node:http')
syncBuiltinESMExports()

onStop(() => sdk.shutdown())
