/** Servers that do not take data that they should. */
import { tag } from '../wire/protobuf-writer.ts'
import type { Fault, Seen } from './fault.ts'
import { badData, failure } from './fault.ts'
import { hasKey, isEmptyObject, itemsOf, some, valuesOf, wireAt } from './look-into.ts'

const refuses = (about: string, test: (seen: Seen) => boolean): Fault => ({
  about: `refuses ${about}`,
  onMessage: (seen) => (test(seen) ? badData(`This server refuses ${about}.`) : undefined),
})

const inJson = (about: string, test: (json: unknown, seen: Seen) => boolean): Fault =>
  refuses(about, (seen) => seen.encoding === 'json' && test(seen.json, seen))

const inProtobuf = (about: string, test: (body: Buffer) => boolean): Fault =>
  refuses(about, (seen) => seen.encoding === 'protobuf' && test(seen.body))

const points = (seen: Seen): Record<string, unknown>[] => itemsOf(seen.message, 'dataPoints')
const spanPath = [1, 2, 2]
const histogramPath = [1, 2, 2, 9, 1]

export const dataFaults = {
  'no-empty-requests': refuses(
    'requests without telemetry',
    ({ message }) =>
      ['spans', 'logRecords', 'metrics'].flatMap((key) => itemsOf(message, key)).length === 0,
  ),
  'no-unknown-fields': refuses('unknown fields', ({ body, json }) => {
    return body.includes(tag(15_001, 0)) || hasKey(json, 'conformance')
  }),
  'ordered-fields': inProtobuf('fields that are not in order', (body) =>
    wireAt(body, [1]).some((fields) =>
      fields.some(({ number }, i) => number < (fields[i - 1]?.number ?? 0)),
    ),
  ),
  'no-split-messages': inProtobuf('messages in pieces', (body) =>
    wireAt(body, spanPath).some((span) => span.filter(({ number }) => number === 15).length > 1),
  ),
  'no-repeated-singles': inProtobuf('single fields that come twice', (body) =>
    wireAt(body, spanPath).some((span) => span.filter(({ number }) => number === 5).length > 1),
  ),
  'no-packed': inProtobuf('packed fields', (body) =>
    wireAt(body, histogramPath)
      .flat()
      .some(({ number, wireType }) => number === 6 && wireType === 2),
  ),
  'no-unpacked': inProtobuf('fields that are not packed', (body) =>
    wireAt(body, histogramPath)
      .flat()
      .some(({ number, wireType }) => number === 6 && wireType === 1),
  ),
  'no-long-varints': inProtobuf('varints with more bytes than they need', (body) =>
    body.subarray(0, 8).includes(Buffer.from([0x80, 0x00])),
  ),
  'closed-enums': refuses('enumerations of unknown value', ({ message }) =>
    some(message, (key, value) => key === 'kind' && Number(value) > 5),
  ),
  'no-empty-metrics': refuses('metrics without data', ({ message }) =>
    itemsOf(message, 'metrics').some(
      (metric) => !Object.values(metric).some((value) => typeof value === 'object'),
    ),
  ),
  'no-strindex': refuses('fields of profiles', ({ message }) =>
    hasKey(message, 'stringValueStrindex', 'keyStrindex'),
  ),
  'lower-case-ids': inJson('ids in upper case', (json) =>
    some(json, (key, value) => key === 'traceId' && /[A-F]/.test(String(value))),
  ),
  'base64-ids': inJson('ids that are not base64', (json) =>
    some(json, (key, value) => key === 'traceId' && String(value).length === 32),
  ),
  'no-int-strings': inJson('integers as strings', (json) =>
    some(json, (key, value) => key === 'intValue' && typeof value === 'string'),
  ),
  'no-int-numbers': inJson('64-bit integers as numbers', (json) =>
    some(json, (key, value) => /^intValue$|UnixNano$/.test(key) && typeof value === 'number'),
  ),
  'enum-names-only': inJson('enumerations as numbers', (json) =>
    some(json, (key, value) => key === 'kind' && typeof value === 'number'),
  ),
  'original-names': inJson('wrong content of resource_spans', (json) =>
    some(json, (key, value) => key === 'resource_spans' && !Array.isArray(value)),
  ),
  'no-nulls': inJson('null', (json) => some(json, (_key, value) => value === null)),
  'no-double-strings': inJson('doubles as strings', (json) =>
    some(json, (key, value) => key === 'asDouble' && typeof value === 'string'),
  ),
  'plain-doubles': inJson('exponents', (_json, { body }) => /asDouble":[\d.]+e/.test(String(body))),
  'no-bytes': refuses('bytes', ({ message }) => hasKey(message, 'bytesValue')),
  'no-base64url': inJson('base64 for URLs', (json) =>
    some(json, (key, value) => key === 'bytesValue' && /[-_]/.test(String(value))),
  ),
  'compact-json-only': inJson('line breaks', (_json, { body }) => body.includes('\n')),
  'ascii-only': inJson('what is not ASCII', (_json, { body }) => body.some((byte) => byte > 127)),
  'no-empty-values': refuses('empty values', ({ message }) =>
    some(
      message,
      (key, value) => key === 'attributes' && Array.isArray(value) && value.some(hasNoValue),
    ),
  ),
  'no-events': refuses('events of spans', ({ message }) => hasKey(message, 'events')),
  'few-kinds': refuses('spans of consumers', ({ message }) =>
    some(message, (key, value) => key === 'kind' && value === 5),
  ),
  'strict-flags': refuses('flags that are reserved', ({ message }) =>
    some(message, (key, value) => key === 'flags' && Number(value) > 0x3ff),
  ),
  'one-resource': refuses(
    'several resources',
    ({ message }) => itemsOf(message, 'resourceSpans').length > 1,
  ),
  'needs-resource': refuses('spans without a resource', ({ message }) =>
    itemsOf(message, 'resourceSpans').some((group) => group['resource'] === undefined),
  ),
  'flat-values': refuses('nested values', ({ message }) =>
    valuesOf(message, 'arrayValue').some((array) => hasKey(array, 'kvlistValue')),
  ),
  'text-bodies': refuses('bodies that are not text', ({ message }) =>
    valuesOf(message, 'body').some((body) => !hasKey(body, 'stringValue')),
  ),
  'no-event-names': refuses('names of events', ({ message }) => hasKey(message, 'eventName')),
  'needs-time': refuses('log records without a time', ({ message }) =>
    itemsOf(message, 'logRecords').some(({ timeUnixNano }) => timeUnixNano === '0'),
  ),
  'strict-log-ids': refuses('log records with invalid ids', ({ message }) =>
    itemsOf(message, 'logRecords').some(({ traceId = '1' }) => /^0*$|^.{4}$/.test(String(traceId))),
  ),
  'few-severities': refuses('log records of severity FATAL', ({ message }) =>
    itemsOf(message, 'logRecords').some(({ severityNumber }) => Number(severityNumber) > 20),
  ),
  'no-int-points': refuses('points of integers', ({ message }) => hasKey(message, 'asInt')),
  'no-delta': refuses('delta temporality', ({ message }) =>
    some(message, (key, value) => key === 'aggregationTemporality' && value === 1),
  ),
  'needs-sum': refuses('histograms without a sum', (seen) =>
    points(seen).some((point) => point['count'] !== undefined && point['sum'] === undefined),
  ),
  'needs-buckets': refuses('histograms without buckets', (seen) =>
    points(seen).some(
      ({ count, bucketCounts = [] }) => count !== undefined && (bucketCounts as []).length === 0,
    ),
  ),
  'no-exponential': refuses('exponential histograms', ({ message }) =>
    hasKey(message, 'exponentialHistogram'),
  ),
  'no-summaries': refuses('summaries', ({ message }) => hasKey(message, 'summary')),
  'no-exemplars': refuses('exemplars', ({ message }) => hasKey(message, 'exemplars')),
  'no-metadata': refuses('metadata of metrics', ({ message }) => hasKey(message, 'metadata')),
  'breaks-on-enum-names': {
    about: 'fails on names of enumerations',
    onArrival: ({ raw }) => (raw.includes('SPAN_KIND_') ? failure : undefined),
  },
} as const satisfies Record<string, Fault>

function hasNoValue({ value }: { value?: unknown }): boolean {
  return value === undefined || isEmptyObject(value)
}
