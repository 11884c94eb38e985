import type { ConformanceCase } from '../conformance-case.ts'
import {
  accepted,
  expectThat,
  explained,
  exportResponse,
  mediaType,
  partialSuccess,
  refusedWith,
  statusOf,
} from '../http-checks.ts'
import { detailTypes } from '../grpc-checks.ts'
import type { Encoding } from '../payloads.ts'
import { logRecord, requestBytes, simple, span, traces } from '../payloads.ts'
import { contentTypes, post, postMessage, sending } from '../requests.ts'
import { otlp } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'

const needs = (encoding: Encoding): { needs?: ['json'] } =>
  encoding === 'json' ? { needs: ['json'] } : {}

/** No message begins like this, in neither encoding. */
const nonsense = Buffer.from([0x0f, 0xff, 0xff, 0xff, 0xff])

const inBoth = (['protobuf', 'json'] as const).flatMap((encoding): ConformanceCase[] => [
  {
    id: `responses/exactly-200-${encoding}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Full Success'),
    sends: `a span in ${encoding}`,
    expects: 'exactly 200, not 202 or 204',
    ...needs(encoding),
    fault: 'status-202',
    run: sending(() => postMessage('traces', encoding), refusedWith(200)),
  },
  {
    id: `responses/content-type-${encoding}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response'),
    sends: `a span in ${encoding}`,
    expects: `the Content-Type of the request: ${contentTypes[encoding]}`,
    ...needs(encoding),
    fault: 'other-content-type',
    run: sending(() => postMessage('traces', encoding), sameType(encoding)),
  },
  {
    id: `responses/body-${encoding}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Full Success'),
    sends: `a span in ${encoding}`,
    expects: `a body that is an ExportTraceServiceResponse in ${encoding}`,
    ...needs(encoding),
    fault: 'text-body',
    run: sending(
      () => postMessage('traces', encoding),
      ({ body }) => {
        exportResponse(body, 'traces', encoding)
      },
    ),
  },
  {
    id: `responses/partial-success-unset-${encoding}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Full Success'),
    sends: `a span in ${encoding}`,
    expects: 'no partial_success, unless it is a warning with a text',
    ...needs(encoding),
    fault: 'empty-partial-success',
    run: sending(
      () => postMessage('traces', encoding),
      (answer) => {
        const partial = partialSuccess(answer, 'traces', encoding)
        expectThat(
          partial === undefined || partial.message !== '',
          'partial_success is set, with nothing rejected and no message',
        )
      },
    ),
  },
  {
    id: `responses/empty-request-${encoding}`,
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Response: Full Success'),
    sends: `an empty request in ${encoding}`,
    expects: '200',
    ...needs(encoding),
    fault: 'no-empty-requests',
    run: sending(
      () => post('traces', encoding, encoding === 'json' ? '{}' : ''),
      accepted('traces', encoding),
    ),
  },
  {
    id: `responses/error-content-type-${encoding}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response'),
    sends: `a body that is not ${encoding}`,
    expects: 'an error in the Content-Type of the request',
    ...needs(encoding),
    fault: 'json-errors-only',
    run: sending(() => post('traces', encoding, nonsense), isError, sameType(encoding)),
  },
  {
    id: `responses/error-status-body-${encoding}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Failures'),
    sends: `a body that is not ${encoding}`,
    expects: `an error whose body is a google.rpc.Status in ${encoding}`,
    ...needs(encoding),
    fault: 'text-errors',
    run: sending(
      () => post('traces', encoding, nonsense),
      (answer) => {
        statusOf(answer, encoding)
      },
    ),
  },
  {
    id: `responses/error-message-${encoding}`,
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Response: Failures'),
    sends: `a body that is not ${encoding}`,
    expects: 'a Status with a message for developers',
    ...needs(encoding),
    fault: 'silent-errors',
    run: sending(() => post('traces', encoding, nonsense), explained(encoding)),
  },
  {
    id: `responses/error-details-${encoding}`,
    level: 'SHOULD',
    section: otlp('Bad Data'),
    sends: `a body that is not ${encoding}`,
    expects: 'a Status with google.rpc.BadRequest in its details',
    ...needs(encoding),
    fault: 'no-details',
    run: sending(
      () => post('traces', encoding, nonsense),
      (answer) => {
        const types = typesOf(statusOf(answer, encoding))
        expectThat(
          types.includes('google.rpc.BadRequest'),
          `the details are of the types: ${types.join(', ') || 'none'}`,
        )
      },
    ),
  },
])

export const responseCases: readonly ConformanceCase[] = [
  ...inBoth,
  {
    id: 'responses/empty-envelopes',
    level: 'SHOULD',
    section: otlp('Empty Telemetry Envelopes'),
    sends: 'a ResourceSpans without scopes, and one whose scope has no spans',
    expects: '200, nothing rejected',
    fault: 'no-empty-requests',
    run: sending(
      () => postMessage('traces', 'protobuf', { resourceSpans: [{}, { scopeSpans: [{}] }] }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'responses/size-of-refusals',
    level: 'MUST',
    section: otlp('OTLP/HTTP Response'),
    sends: '5,000 spans with invalid ids and long names',
    expects: 'an answer of at most 4 MiB, whatever it says of them',
    fault: 'long-answers',
    run: sending(
      () => {
        const name = 'a span without valid ids '.repeat(10)
        const spans = Array.from({ length: 5000 }, () => span({ traceId: '00', name }))
        return postMessage('traces', 'protobuf', traces(spans))
      },
      ({ body }) => {
        expectThat(body.length <= 4 * 2 ** 20, `the answer has ${body.length} bytes`)
      },
    ),
  },
  {
    id: 'responses/path-decides',
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Full Success'),
    sends: 'two log records to /v1/logs, then a metric to /v1/metrics',
    expects: '200, with the response of the signal',
    fault: 'no-logs',
    async run(target) {
      const records = requestBytes(
        'logs',
        { resourceLogs: [{ scopeLogs: [{ logRecords: [logRecord(), logRecord()] }] }] },
        'protobuf',
      )
      accepted('logs', 'protobuf')(await target.send(post('logs', 'protobuf', records)))
      const metric = requestBytes('metrics', simple.metrics(), 'protobuf')
      accepted('metrics', 'protobuf')(await target.send(post('metrics', 'protobuf', metric)))
    },
  },
]

function sameType(encoding: Encoding): (answer: Parameters<typeof mediaType>[0]) => void {
  return (answer) => {
    const type = mediaType(answer)
    expectThat(
      type === contentTypes[encoding],
      `the Content-Type is "${type}", and ${contentTypes[encoding]} was expected`,
    )
  }
}

function isError({ status }: { status: number }): void {
  expectThat(status >= 400, `the status is ${status}, and an error was expected`)
}

/** In JSON a detail names its type by "@type". */
function typesOf(status: Message): string[] {
  const details = (status['details'] ?? []) as readonly Message[]
  const inJson = details.map(({ '@type': type }) =>
    typeof type === 'string' ? type.replace(/^.*\//, '') : '',
  )
  return [...detailTypes(status), ...inJson].filter((type) => type !== '')
}
