/** Telemetry of a small shop for one release: the same requests go into both kinds of store. */
import { createRandom } from '../../src/stats/random.ts'
import type { Logs, Metrics, Span, Spans, Value } from './otlp-request.ts'
import { keyValues } from './otlp-request.ts'

/** A little while ago: what is old is not kept. */
export const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
export const seconds = 120
const nanos = (millis: number): string => String(BigInt(Math.round(millis * 1000)) * 1000n)
export const traceId = (trace: number): string =>
  `c0ffee${(trace + 1).toString(16).padStart(26, '0')}`
export const spanId = (trace: number, span: number): string =>
  (trace * 16 + span + 1).toString(16).padStart(16, '0')

const resource = (version: string): Record<string, Value> => ({
  'service.name': 'checkout',
  'service.version': version,
  'service.instance.id': `pod-${version}`,
  ...(version === '1.0.0'
    ? { 'deployment.environment': 'production' }
    : { 'deployment.environment.name': 'production', 'deployment.environment': 'prod' }),
  'host.name': 'node-1',
  'app.level': 'resource',
  'process.pid': 4711,
})

/** Orders of people with the plan `business` fail silently in 2.0.0, and those of large carts fail in the open. */
export function shopSpans(traces: number): Spans[] {
  const random = createRandom(7)
  const all: { version: string; spans: Span[] }[] = Array.from({ length: traces }, (_, trace) => {
    const version = random.uniform() < 0.3 ? '2.0.0' : '1.0.0'
    const plan = ['free', 'plus', 'business'][Math.floor(random.uniform() * 3)]!
    const items = Math.floor(random.uniform() * 40)
    const at = start + (trace / traces) * seconds * 1000
    const fails = random.uniform() < (version === '2.0.0' && items >= 30 ? 0.8 : 0.01)
    const swallows = version === '2.0.0' && plan === 'business'
    const millis = random.lognormal(3, 0.4)
    const entry: Span = {
      traceId: traceId(trace),
      spanId: spanId(trace, 0),
      traceState: trace % 2 === 0 ? 'ot=th:8' : 'other=1, ot=rv:1;th:c00',
      name: 'POST /orders',
      kind: 2,
      startTimeUnixNano: nanos(at),
      endTimeUnixNano: nanos(at + millis),
      attributes: keyValues({
        'app.plan': plan,
        'app.items': items,
        'app.ratio': trace === 0 ? 0.5 : items / 8 + 0.3,
        'app.member': items % 2 === 0,
        'app.level': trace % 3 === 0 ? 'span' : 'resource',
        'app.list': ['a', 1],
        'http.route': '/orders',
        'http.response.status_code': fails ? 500 : 200,
        'user.id': String(1000 + (trace % 50)),
        ...(trace % 4 === 0 && { 'app.coupon': trace % 8 === 0 ? 'WINTER' : '2026' }),
      }),
      status: fails ? { code: 2, message: 'it broke' } : {},
      links: trace > 0 ? [{ traceId: traceId(trace - 1), spanId: spanId(trace - 1, 0) }] : [],
    }
    const call: Span = {
      traceId: traceId(trace),
      spanId: spanId(trace, 1),
      parentSpanId: spanId(trace, 0),
      name: 'POST',
      kind: 3,
      startTimeUnixNano: nanos(at + 1),
      endTimeUnixNano: nanos(at + 3),
      attributes: keyValues({
        'url.full': `http://northpay:80/charges/${trace}`,
        'server.address': 'northpay',
        'server.port': 80,
      }),
      events: [
        {
          timeUnixNano: nanos(at + 2),
          name: 'retry',
          attributes: keyValues({ attempt: 'first', 'app.note': 'it’s' }),
        },
      ],
      status: swallows ? { code: 2 } : {},
    }
    return { version, spans: [entry, call] }
  })
  return ['1.0.0', '2.0.0'].map((version) => ({
    resource: { attributes: keyValues(resource(version)) },
    scopeSpans: [
      {
        scope: { name: 'shop', version: '3' },
        spans: all.filter((one) => one.version === version).flatMap(({ spans }) => spans),
      },
    ],
  }))
}

export function shopLogs(): Logs[] {
  return [
    {
      resource: { attributes: keyValues(resource('1.0.0')) },
      scopeLogs: [
        {
          scope: { name: 'logger', attributes: keyValues({ 'scope.team': 'pay' }) },
          logRecords: [0, 1, 2].map((trace) => ({
            timeUnixNano: nanos(start + trace * 60 + 5),
            traceId: traceId(trace),
            spanId: spanId(trace, 0),
            severityNumber: 17,
            severityText: 'ERROR',
            eventName: 'payment.failed',
            body: { stringValue: `payment ${trace} failed` },
            attributes: keyValues({ attempt: trace, 'log.file.name': 'pay.log' }),
          })),
        },
      ],
    },
  ]
}

export function shopMetrics(): Metrics[] {
  const exemplars = [0, 1].map((trace) => ({
    timeUnixNano: nanos(start + trace * 1000),
    asDouble: 20.5 + trace,
    traceId: traceId(trace),
    spanId: spanId(trace, 0),
    filteredAttributes: keyValues({ 'user.tier': 'gold' }),
  }))
  const point = { timeUnixNano: nanos(start + 60_000), startTimeUnixNano: nanos(start) }
  const attributes = keyValues({ 'http.route': '/orders' })
  return [
    {
      resource: { attributes: keyValues(resource('1.0.0')) },
      scopeMetrics: [
        {
          scope: { name: 'meter', attributes: [] },
          metrics: [
            { name: 'queue.size', gauge: { dataPoints: [{ ...point, attributes, asDouble: 3 }] } },
            {
              name: 'orders',
              unit: '{order}',
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  { ...point, attributes, asDouble: 12, exemplars: exemplars.slice(0, 1) },
                ],
              },
            },
            {
              name: 'http.server.request.duration',
              unit: 's',
              histogram: {
                aggregationTemporality: 1,
                dataPoints: [
                  {
                    ...point,
                    attributes,
                    count: '3',
                    sum: 1.5,
                    min: 0.1,
                    max: 1,
                    bucketCounts: ['1', '2'],
                    explicitBounds: [0.5],
                    exemplars: [...exemplars, { timeUnixNano: nanos(start), asDouble: 1 }],
                  },
                ],
              },
            },
            {
              name: 'sizes',
              exponentialHistogram: {
                aggregationTemporality: 1,
                dataPoints: [
                  {
                    ...point,
                    attributes,
                    count: '3',
                    sum: 7,
                    min: 1,
                    max: 4,
                    scale: 1,
                    zeroCount: '1',
                    positive: { offset: 2, bucketCounts: ['1', '1'] },
                    negative: { offset: 0, bucketCounts: [] },
                  },
                ],
              },
            },
            {
              name: 'quantiles',
              summary: {
                dataPoints: [
                  {
                    ...point,
                    attributes,
                    count: '2',
                    sum: 5,
                    quantileValues: [{ quantile: 0.5, value: 2.5 }],
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ]
}
