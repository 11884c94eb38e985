import type { ConformanceCase } from '../conformance-case.ts'
import { accepted, expectThat, refusedAsBad, refusedWith } from '../http-checks.ts'
import type { Signal } from '../payloads.ts'
import { simple } from '../payloads.ts'
import { post, postMessage, sending } from '../requests.ts'
import { http, http1, otlp } from '../sections.ts'

const signals: readonly Signal[] = ['traces', 'logs', 'metrics']

const oneOfEach: ConformanceCase[] = signals.flatMap((signal): ConformanceCase[] => [
  {
    id: `transport/${signal}-protobuf`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Request'),
    sends: `POST /v1/${signal}, the simplest request in protobuf`,
    expects: '200, nothing rejected',
    fault: `no-${signal}`,
    run: sending(() => postMessage(signal, 'protobuf'), accepted(signal, 'protobuf')),
  },
  {
    id: `transport/${signal}-json`,
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Connection'),
    sends: `POST /v1/${signal}, the simplest request in JSON, on the port of protobuf`,
    expects: '200, nothing rejected',
    fault: 'no-json',
    run: sending(() => postMessage(signal, 'json'), accepted(signal, 'json')),
  },
])

export const transportCases: readonly ConformanceCase[] = [
  ...oneOfEach,
  {
    id: 'transport/chunked',
    level: 'MUST',
    section: http1('7.1'),
    sends: 'a request in chunks, without a Content-Length',
    expects: '200, nothing rejected',
    fault: 'no-chunks',
    run: sending(
      () => postMessage('traces', 'protobuf', simple.traces(), { chunked: true }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'transport/expect-continue',
    level: 'MUST',
    section: http('10.1.1'),
    sends: 'the headers of a request with "Expect: 100-continue", its body when asked for',
    expects: '100, then 200',
    fault: 'no-continue',
    run: sending(
      () => postMessage('traces', 'protobuf', simple.traces(), { expectContinue: true }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'transport/keep-alive',
    level: 'SHOULD',
    section: http1('9.3'),
    sends: 'three requests, one after another, over one connection',
    expects: '200 three times, and the connection stays open',
    fault: 'closes-connections',
    async run(target) {
      for (const turn of [1, 2, 3]) {
        const answer = await target.send(postMessage('traces', 'protobuf'))
        accepted('traces', 'protobuf')(answer)
        expectThat(answer.reusedConnection || turn === 1, 'the connection was closed')
      }
    },
  },
  {
    id: 'transport/parallel-connections',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Concurrent Requests'),
    sends: '8 requests at once over 8 connections',
    expects: '200 eight times',
    fault: 'one-at-a-time',
    async run(target) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          target.send(postMessage('traces', 'protobuf', simple.traces(), { ownConnection: true })),
        ),
      )
      for (const answer of answers) accepted('traces', 'protobuf')(answer)
    },
  },
  {
    id: 'transport/content-type-parameter',
    level: 'SHOULD',
    section: http('8.3.1'),
    sends: 'JSON as "application/json; charset=utf-8"',
    expects: '200, nothing rejected',
    needs: ['json'],
    fault: 'strict-content-type',
    run: sending(
      () =>
        postMessage('traces', 'json', simple.traces(), {
          headers: { 'content-type': 'application/json; charset=utf-8' },
        }),
      accepted('traces', 'json'),
    ),
  },
  {
    id: 'transport/content-type-case',
    level: 'SHOULD',
    section: http('8.3.1'),
    sends: 'protobuf as "Application/X-Protobuf"',
    expects: '200, nothing rejected',
    fault: 'strict-content-type',
    run: sending(
      () =>
        postMessage('traces', 'protobuf', simple.traces(), {
          headers: { 'content-type': 'Application/X-Protobuf' },
        }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'transport/unknown-headers',
    level: 'SHOULD',
    section: http('5.1'),
    sends: 'a request with header fields that nobody knows',
    expects: '200, nothing rejected',
    fault: 'no-unknown-headers',
    run: sending(
      () =>
        postMessage('traces', 'protobuf', simple.traces(), {
          headers: { 'x-otlp-conformance': 'unknown', 'x-otlp-conformance-2': '1' },
        }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'transport/get',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Request'),
    sends: 'GET /v1/traces',
    expects: '4xx: telemetry is sent by POST',
    fault: 'any-method',
    run: sending(() => post('traces', 'protobuf', '', { method: 'GET' }), refusedAsBad),
  },
  {
    id: 'transport/get-allow',
    level: 'MUST',
    section: http('15.5.6'),
    sends: 'GET /v1/traces',
    expects: 'where the answer is 405, a header Allow that names POST',
    fault: 'no-allow',
    run: sending(
      () => post('traces', 'protobuf', '', { method: 'GET' }),
      ({ status, headers }) => {
        const allow = headers.allow ?? ''
        expectThat(status !== 405 || /\bPOST\b/.test(allow), `the header Allow is "${allow}"`)
      },
    ),
  },
  {
    id: 'transport/unknown-path',
    level: 'SHOULD',
    section: otlp('All Other Responses'),
    sends: 'POST /v1/conformance-unknown',
    expects: '404',
    fault: 'any-path',
    run: sending(
      () => ({ ...postMessage('traces', 'protobuf'), path: '/v1/conformance-unknown' }),
      refusedWith(404),
    ),
  },
  {
    id: 'transport/unknown-content-type',
    level: 'SHOULD',
    section: http('15.5.16'),
    sends: 'a body of "text/plain"',
    expects: '415',
    fault: 'any-content-type',
    run: sending(
      () => post('traces', 'protobuf', 'hello', { headers: { 'content-type': 'text/plain' } }),
      refusedWith(415),
    ),
  },
]
