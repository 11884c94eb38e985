/** Processes that send their metrics with the official SDK and its OTLP exporter, at times that a test sets. */
import { AggregationTemporalityPreference } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import type { Attributes, Meter } from '@opentelemetry/api'
import { vi } from 'vitest'
import type { Random } from '../../src/stats/random.ts'

export interface ProcessSpec {
  service?: string
  version: string
  instance: string
  temporality?: 'delta' | 'cumulative'
  exponential?: boolean
  resource?: Attributes
}

export interface MetricProcess extends ProcessSpec {
  meter: Meter
  flush(): Promise<void>
  stop(): Promise<void>
}

/** A process with a meter; nothing is sent before `flush`. */
export function startProcess(url: string, spec: ProcessSpec): MetricProcess {
  const {
    service = 'checkout',
    version,
    instance,
    temporality = 'cumulative',
    exponential = false,
  } = spec
  const exporter = new OTLPMetricExporter({
    url: `${url}/v1/metrics`,
    temporalityPreference:
      temporality === 'delta'
        ? AggregationTemporalityPreference.DELTA
        : AggregationTemporalityPreference.CUMULATIVE,
  })
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: 3_600_000,
    exportTimeoutMillis: 10_000,
  })
  const provider = new MeterProvider({
    readers: [reader],
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': version,
      ...(instance === '' ? {} : { 'service.instance.id': instance }),
      ...spec.resource,
    }),
    ...(exponential && {
      views: [
        {
          instrumentName: '*.duration',
          aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        },
      ],
    }),
  })
  return {
    ...spec,
    meter: provider.getMeter('test'),
    flush: () => reader.forceFlush(),
    stop: () => provider.shutdown(),
  }
}

export interface Requests {
  route: string
  /** Requests in one step. */
  perStep: number
  failing: number
  /** Seconds. */
  median: number
  attributes?: Attributes
}

/** Records requests as the stable HTTP conventions say. */
export function serve(process: MetricProcess, random: Random, requests: readonly Requests[]): void {
  const durations = process.meter.createHistogram('http.server.request.duration', {
    unit: 's',
    advice: {
      explicitBucketBoundaries: [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
      ],
    },
  })
  for (const { route, perStep, failing, median, attributes } of requests) {
    for (let i = 0; i < perStep; i++) {
      const failed = random.uniform() < failing
      durations.record(random.lognormal(Math.log(median), 0.4), {
        'http.request.method': 'GET',
        'http.route': route,
        'http.response.status_code': failed ? 500 : 200,
        ...(failed ? { 'error.type': '500' } : {}),
        ...attributes,
      })
    }
  }
}

/** Sets the time of this process; nothing but `Date` stands still. */
export function setTime(millis: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: millis })
}
