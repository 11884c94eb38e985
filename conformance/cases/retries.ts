import type { ConformanceCase } from '../conformance-case.ts'
import { NotRun } from '../conformance-case.ts'
import { codes, detailTypes, statusDetails, succeeded } from '../grpc-checks.ts'
import { accepted, expectThat } from '../http-checks.ts'
import { requestBytes, simple } from '../payloads.ts'
import { grpcMessage, grpcPath, post, postMessage } from '../requests.ts'
import { http, otlp } from '../sections.ts'
import { framed } from '../clients/grpc-frames.ts'
import type { Target } from '../target.ts'

const burst = 24

/** Many requests at once, each over a connection of its own. */
async function sendBurst(target: Target) {
  return await Promise.all(
    Array.from({ length: burst }, () =>
      target.send(postMessage('traces', 'protobuf', simple.traces(), { ownConnection: true })),
    ),
  )
}

export const retryCases: readonly ConformanceCase[] = [
  {
    id: 'retries/burst',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Throttling'),
    sends: `${burst} requests at once`,
    expects: '200 each, or 429 or 503 where that is too much',
    fault: 'overload-500',
    async run(target) {
      const seen = (await sendBurst(target)).map(({ status }) => status)
      const wrong = seen.filter((status) => ![200, 429, 503].includes(status))
      expectThat(wrong.length === 0, `there are answers of ${[...new Set(wrong)].join(', ')}`)
    },
  },
  {
    id: 'retries/retry-after',
    level: 'MUST',
    section: http('10.2.3'),
    sends: `${burst} requests at once`,
    expects: 'where one is answered by 429 or 503 with Retry-After: seconds, or a date',
    fault: 'bad-retry-after',
    async run(target) {
      const values = (await sendBurst(target))
        .filter(({ status }) => status === 429 || status === 503)
        .flatMap(({ headers }) => headers['retry-after'] ?? [])
      if (values.length === 0) throw new NotRun('the server took them all')
      for (const value of values) {
        const isDate = value.endsWith('GMT') && !Number.isNaN(Date.parse(value))
        expectThat(/^\d+$/.test(value) || isDate, `Retry-After is "${value}"`)
      }
    },
  },
  {
    id: 'retries/same-request-twice',
    level: 'SHOULD',
    section: otlp('Duplicate Data'),
    sends: 'the same bytes twice, as a client does that has seen no answer',
    expects: '200 twice',
    fault: 'no-duplicates',
    async run(target) {
      const request = postMessage('traces', 'protobuf')
      accepted('traces', 'protobuf')(await target.send(request))
      accepted('traces', 'protobuf')(await target.send(request))
    },
  },
  {
    id: 'retries/broken-connection',
    level: 'SHOULD',
    section: otlp('All Other Responses'),
    sends: 'half of a request, then nothing: the connection breaks; then the whole request',
    expects: '200 for the whole one',
    fault: 'breaks-on-abort',
    async run(target) {
      const body = requestBytes('traces', simple.traces(), 'protobuf')
      const request = post('traces', 'protobuf', body)
      await target.send({ ...request, breakAfter: body.length >> 1, ownConnection: true })
      accepted('traces', 'protobuf')(await target.send(request))
    },
  },
  {
    id: 'retries/grpc-same-request-twice',
    level: 'SHOULD',
    section: otlp('Duplicate Data'),
    sends: 'the same bytes twice over gRPC',
    expects: 'OK twice',
    needs: ['grpc'],
    fault: 'no-duplicates',
    async run(target) {
      const request = grpcMessage('traces')
      succeeded('traces')(await target.call(request))
      succeeded('traces')(await target.call(request))
    },
  },
  {
    id: 'retries/grpc-cancelled-call',
    level: 'SHOULD',
    section: otlp('OTLP/gRPC Response: Failures'),
    sends: 'half of a message over gRPC, then the call is cancelled; then a whole one',
    expects: 'OK for the whole one',
    needs: ['grpc'],
    fault: 'breaks-on-abort',
    async run(target) {
      const { message } = grpcMessage('traces')
      const half = framed(message).subarray(0, message.length >> 1)
      await target.frames({ path: grpcPath('traces'), data: [half], cancel: true })
      succeeded('traces')(await target.call(grpcMessage('traces')))
    },
  },
  {
    id: 'retries/grpc-burst',
    level: 'SHOULD',
    section: otlp('OTLP/gRPC Throttling'),
    sends: `${burst} calls at once`,
    expects: 'OK each, or UNAVAILABLE, or RESOURCE_EXHAUSTED, where that is too much',
    needs: ['grpc'],
    fault: 'overload-500',
    async run(target) {
      const answer = await target.call(grpcMessage('traces', simple.traces(), { times: burst }))
      const fine: readonly number[] = [codes.OK, codes.UNAVAILABLE, codes.RESOURCE_EXHAUSTED]
      const wrong = answer.codes.filter((code) => !fine.includes(code))
      expectThat(wrong.length === 0, `there are answers of ${[...new Set(wrong)].join(', ')}`)
    },
  },
  {
    id: 'retries/grpc-retry-info',
    level: 'MAY',
    section: otlp('OTLP/gRPC Throttling'),
    sends: `${burst} calls at once`,
    expects: 'where one ends with UNAVAILABLE: google.rpc.RetryInfo in its details',
    needs: ['grpc'],
    fault: 'no-retry-info',
    async run(target) {
      const answer = await target.call(grpcMessage('traces', simple.traces(), { times: burst }))
      if (answer.code !== codes.UNAVAILABLE) throw new NotRun('the server took them all')
      const details = answer.statusDetails
      const types = details === undefined ? [] : detailTypes(statusDetails(details))
      expectThat(
        types.includes('google.rpc.RetryInfo'),
        `the details are of the types: ${types.join(', ') || 'none'}`,
      )
    },
  },
]
