import { pairsText } from './expected-attributes.ts'
import { id, integer, list, upTo } from './expected-fields.ts'
import type { Plain } from './otlp-proto.ts'

const types = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const

/** The rows that a metric should become: one a data point. */
export function pointRows(metric: Plain, now: bigint): Record<string, unknown>[] {
  const type = types.findIndex((name) => metric[name] !== undefined)
  if (type < 0) return []
  const data = metric[types[type]!] as Plain
  return list(data['dataPoints']).map((point) => ({
    time: integer(point['timeUnixNano']) || now,
    startTime: integer(point['startTimeUnixNano']),
    name: metric['name'] ?? '',
    unit: metric['unit'] ?? '',
    description: metric['description'] ?? '',
    metadata: list(metric['metadata']).length === 0 ? '' : pairsText(metric['metadata']),
    type: type + 1,
    temporality: upTo(2, data['aggregationTemporality']),
    monotonic: data['isMonotonic'] === true ? 1 : 0,
    noRecordedValue: Number(point['flags'] ?? 0) % 2,
    value: numberOf(point),
    count: integer(point['count']),
    sum: point['sum'] === undefined ? (type === 4 ? 0n : null) : bits(point['sum']),
    min: point['min'] === undefined ? null : bits(point['min']),
    max: point['max'] === undefined ? null : bits(point['max']),
    bounds: list(point['explicitBounds']).map(bits),
    bucketCounts: list(point['bucketCounts']).map(integer),
    scale: point['scale'] ?? 0,
    zeroCount: integer(point['zeroCount']),
    zeroThreshold: point['zeroThreshold'] ?? 0,
    ...buckets('positive', point['positive'] as Plain | undefined),
    ...buckets('negative', point['negative'] as Plain | undefined),
    quantile: list(point['quantileValues']).map(({ quantile }) => bits(quantile)),
    quantileValue: list(point['quantileValues']).map(({ value }) => bits(value)),
    exemplarTime: list(point['exemplars']).map(({ timeUnixNano }) => integer(timeUnixNano)),
    exemplarValue: list(point['exemplars']).map((exemplar) => bits(numberOf(exemplar))),
    exemplarTraceId: list(point['exemplars']).map(({ traceId }) => id(traceId, 16)),
    exemplarSpanId: list(point['exemplars']).map(({ spanId }) => id(spanId, 8)),
    exemplarAttributes: list(point['exemplars']).map((exemplar) =>
      pairsText(exemplar['filteredAttributes']),
    ),
    pairs: point['attributes'],
  }))
}

function buckets(side: string, { offset, bucketCounts }: Plain = {}): Record<string, unknown> {
  return { [`${side}Offset`]: offset ?? 0, [`${side}Counts`]: list(bucketCounts).map(integer) }
}

const numberOf = (from: Plain): number => Number(from['asInt'] ?? from['asDouble'] ?? 0)

/** The bits of a floating-point number. */
function bits(value: Plain['x'] | undefined): bigint {
  return new BigUint64Array(Float64Array.of((value ?? 0) as number).buffer)[0]!
}
