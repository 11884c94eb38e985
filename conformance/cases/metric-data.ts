import { metric, metrics, now, point, spanId, text, traceId } from '../payloads.ts'
import { schema } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'
import { dataCasesOf, everyKind } from './data-rows.ts'
import type { DataRow } from './data-rows.ts'

const histogram = (more: Message, temporality = 2): Message =>
  metric({
    histogram: {
      aggregationTemporality: temporality,
      dataPoints: [
        point({ count: '3', bucketCounts: ['1', '1', '1'], explicitBounds: [1, 2], ...more }),
      ],
    },
  })

const rows: readonly DataRow[] = [
  [
    'gauge',
    'gauges of doubles and of integers, and a point without a value',
    schema('metrics', 'Gauge'),
    'no-int-points',
    'metrics',
    () =>
      metrics([
        metric({
          gauge: {
            dataPoints: [
              point({ asDouble: 1.5, attributes: everyKind('point') }),
              point({ asInt: '-5' }),
              point({ flags: 1 }),
            ],
          },
        }),
      ]),
  ],
  [
    'sum',
    'sums of both temporalities, monotonic and not',
    schema('metrics', 'Sum'),
    'no-delta',
    'metrics',
    () =>
      metrics(
        [1, 2].map((aggregationTemporality) =>
          metric({
            sum: {
              aggregationTemporality,
              isMonotonic: aggregationTemporality === 2,
              dataPoints: [point({ asInt: '3' })],
            },
          }),
        ),
      ),
  ],
  [
    'histogram',
    'histograms of both temporalities, with and without sum, minimum and maximum',
    schema('metrics', 'Histogram'),
    'needs-sum',
    'metrics',
    () => metrics([histogram({ sum: 4.5, min: 0.5, max: 2.5 }), histogram({}, 1)]),
  ],
  [
    'histogram-no-buckets',
    'a histogram without buckets',
    schema('metrics', 'HistogramDataPoint'),
    'needs-buckets',
    'metrics',
    () => metrics([histogram({ bucketCounts: [], explicitBounds: [], sum: 4.5 })]),
  ],
  [
    'exponential-histogram',
    'an exponential histogram with negative scale and offset',
    schema('metrics', 'ExponentialHistogram'),
    'no-exponential',
    'metrics',
    () =>
      metrics([
        metric({
          exponentialHistogram: {
            aggregationTemporality: 1,
            dataPoints: [
              point({
                count: '6',
                sum: 9.5,
                scale: -2,
                zeroCount: '1',
                zeroThreshold: 0.001,
                positive: { offset: -3, bucketCounts: ['1', '2'] },
                negative: { offset: 2, bucketCounts: ['2'] },
                min: -5,
                max: 7,
              }),
            ],
          },
        }),
      ]),
  ],
  [
    'summary',
    'a summary with quantiles',
    schema('metrics', 'Summary'),
    'no-summaries',
    'metrics',
    () =>
      metrics([
        metric({
          summary: {
            dataPoints: [
              point({
                count: '4',
                sum: 10,
                quantileValues: [
                  { quantile: 0, value: 1 },
                  { quantile: 0.5, value: 2 },
                  { quantile: 1, value: 4 },
                ],
              }),
            ],
          },
        }),
      ]),
  ],
  [
    'exemplars',
    'points with exemplars, with and without a trace',
    schema('metrics', 'Exemplar'),
    'no-exemplars',
    'metrics',
    () => {
      const exemplars = [
        { timeUnixNano: now(), asDouble: 1.5, traceId: traceId(), spanId: spanId() },
        { timeUnixNano: now(), asInt: '1', filteredAttributes: [text('k', 'v')] },
      ]
      return metrics([histogram({ exemplars })])
    },
  ],
  [
    'metric-metadata',
    'a metric with metadata',
    schema('metrics', 'Metric'),
    'no-metadata',
    'metrics',
    () =>
      metrics([
        metric({
          metadata: [text('prometheus.type', 'unknown')],
          gauge: { dataPoints: [point({ asDouble: 1 })] },
        }),
      ]),
  ],
]

export const metricDataCases = dataCasesOf(rows)
