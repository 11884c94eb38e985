import { encodeMessage, requestTypes } from './otlp-proto.ts'
import type { Plain } from './otlp-proto.ts'

/**
 * An export request of a web shop's service: spans with twelve attributes of their own, as HTTP servers and database
 * clients send them, and eight of their resource.
 * @param random returns numbers from 0 to below 1
 * @param first how many spans were sent before: times advance by 3000 spans a second, with a second of jitter
 */
export function shopRequest(spans: number, random: () => number, first = 0): Uint8Array {
  return encodeMessage(requestTypes.traces, shopMessage(spans, random, first))
}

/** The same as a message. */
export function shopMessage(spans: number, random: () => number, first = 0): Plain {
  return {
    resourceSpans: [
      {
        resource: { attributes: resourceAttributes },
        scopeSpans: [
          {
            scope: { name: '@opentelemetry/instrumentation-http', version: '0.301.0' },
            spans: Array.from({ length: spans }, (_, i) => span(random, first + i)),
          },
        ],
      },
    ],
  }
}

const spansPerSecond = 3000
const text = (key: string, value: string): Plain => ({ key, value: { stringValue: value } })
const integer = (key: string, value: number): Plain => ({ key, value: { intValue: value } })

const resourceAttributes = [
  text('service.name', 'checkout'),
  text('service.version', '2.14.1'),
  text('service.instance.id', '627cc493-f310-47de-96bd-71410b7dec09'),
  text('deployment.environment.name', 'production'),
  text('host.name', 'checkout-6f7d8c9b4-x2x7k'),
  text('telemetry.sdk.language', 'nodejs'),
  text('telemetry.sdk.name', 'opentelemetry'),
  text('process.runtime.version', '24.18.0'),
]

function span(random: () => number, number: number): Plain {
  const below = (limit: number): number => Math.floor(random() * limit)
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256))
  const sinceBegin = (number / spansPerSecond + random()) * 1e9
  const start = 1_700_000_000_000_000_000n + BigInt(Math.floor(sinceBegin))
  const route = `/api/v1/${['carts', 'orders', 'items', 'users', 'payments'][below(5)]!}/{id}`
  return {
    traceId: bytes(16),
    spanId: bytes(8),
    parentSpanId: bytes(8),
    name: `GET ${route}`,
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(below(1_000_000_000))),
    attributes: [
      text('http.request.method', 'GET'),
      integer('http.response.status_code', below(50) === 0 ? 500 : 200),
      text('http.route', route),
      text('url.path', route.replace('{id}', String(below(100_000)))),
      text('url.scheme', 'https'),
      text('server.address', 'shop.example.com'),
      integer('server.port', 443),
      text('network.protocol.version', '1.1'),
      text('user.id', `user-${below(10_000)}`),
      text('app.cart.currency', ['EUR', 'USD', 'CHF'][below(3)]!),
      integer('app.cart.items', below(20)),
      { key: 'app.cart.total', value: { doubleValue: below(100_000) / 100 } },
    ],
    status: {},
  }
}
