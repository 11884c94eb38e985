import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { ConformanceCase } from '../conformance-case.ts'
import { accepted, exportResponse, expectThat, plainBody, refusedAsBad } from '../http-checks.ts'
import type { Encoding, Signal } from '../payloads.ts'
import { requestBytes, simple } from '../payloads.ts'
import { post, postMessage, sending } from '../requests.ts'
import { gzipFormat, http, otlp } from '../sections.ts'

const plain = (): Buffer => requestBytes('traces', simple.traces(), 'protobuf')
const coded = (coding: string) => ({ headers: { 'content-encoding': coding } })

const gzip: ConformanceCase[] = (
  [
    ['traces', 'protobuf'],
    ['logs', 'protobuf'],
    ['metrics', 'protobuf'],
    ['traces', 'json'],
  ] as const satisfies [Signal, Encoding][]
).map(([signal, encoding]) => ({
  id: `compression/gzip-${signal}-${encoding}`,
  level: 'MUST',
  section: otlp('Protocol Details'),
  sends: `${signal} in ${encoding}, compressed by gzip`,
  expects: '200, nothing rejected',
  ...(encoding === 'json' ? { needs: ['json'] } : {}),
  fault: 'no-gzip',
  run: sending(
    () => postMessage(signal, encoding, simple[signal](), { gzip: true }),
    accepted(signal, encoding),
  ),
}))

export const compressionCases: readonly ConformanceCase[] = [
  ...gzip,
  {
    id: 'compression/gzip-chunked',
    level: 'MUST',
    section: otlp('Protocol Details'),
    sends: 'a request compressed by gzip, in chunks',
    expects: '200, nothing rejected',
    fault: 'no-chunks',
    run: sending(
      () => postMessage('traces', 'protobuf', simple.traces(), { gzip: true, chunked: true }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/gzip-members',
    level: 'SHOULD',
    section: gzipFormat('2.2'),
    sends: 'a request compressed by gzip in two members, one after another',
    expects: '200, nothing rejected',
    fault: 'one-gzip-member',
    run: sending(
      () => {
        const body = plain()
        const half = body.length >> 1
        const members = [gzipSync(body.subarray(0, half)), gzipSync(body.subarray(half))]
        return post('traces', 'protobuf', Buffer.concat(members), coded('gzip'))
      },
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/gzip-empty',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Response: Full Success'),
    sends: 'a request of 0 bytes, compressed by gzip',
    expects: '200: a request without telemetry succeeds',
    fault: 'no-empty-requests',
    run: sending(
      () => post('traces', 'protobuf', '', { gzip: true }),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/identity',
    level: 'MAY',
    section: http('8.4'),
    sends: 'a plain request with "Content-Encoding: identity"',
    expects: '200, nothing rejected',
    fault: 'no-identity',
    run: sending(
      () => post('traces', 'protobuf', plain(), coded('identity')),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/coding-case',
    level: 'SHOULD',
    section: http('8.4.1'),
    sends: 'a request compressed by gzip with "Content-Encoding: GZIP"',
    expects: '200: names of codings are the same in any case',
    fault: 'strict-coding',
    run: sending(
      () => post('traces', 'protobuf', gzipSync(plain()), coded('GZIP')),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/x-gzip',
    level: 'SHOULD',
    section: http('8.4.1.3'),
    sends: 'a request compressed by gzip with "Content-Encoding: x-gzip"',
    expects: '200: another name of gzip',
    fault: 'strict-coding',
    run: sending(
      () => post('traces', 'protobuf', gzipSync(plain()), coded('x-gzip')),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/zstd',
    level: 'MAY',
    section: http('8.4'),
    sends: 'a request compressed by zstd',
    expects: '200, nothing rejected',
    fault: 'no-zstd',
    run: sending(
      () => post('traces', 'protobuf', zstdCompressSync(plain()), coded('zstd')),
      accepted('traces', 'protobuf'),
    ),
  },
  {
    id: 'compression/unknown-coding',
    level: 'SHOULD',
    section: http('15.5.16'),
    sends: 'a plain request with "Content-Encoding: conformance-unknown"',
    expects: '4xx: nobody can know what the body says',
    fault: 'any-coding',
    run: sending(
      () => post('traces', 'protobuf', plain(), coded('conformance-unknown')),
      refusedAsBad,
    ),
  },
  {
    id: 'compression/answer-plain',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Response'),
    sends: 'a request that does not say that it takes gzip answers',
    expects: 'a plain answer',
    fault: 'gzips-answers',
    run: sending(
      () => postMessage('traces', 'protobuf'),
      ({ headers }) => {
        const coding = headers['content-encoding'] ?? 'identity'
        expectThat(coding === 'identity', `the Content-Encoding of the answer is ${coding}`)
      },
    ),
  },
  {
    id: 'compression/answer-gzip',
    level: 'MUST',
    section: otlp('OTLP/HTTP Response'),
    sends: 'a request with "Accept-Encoding: gzip"',
    expects: 'a plain answer, or one of gzip that says so',
    fault: 'mislabels-answers',
    run: sending(
      () =>
        postMessage('traces', 'protobuf', simple.traces(), {
          headers: { 'accept-encoding': 'gzip' },
        }),
      (answer) => {
        exportResponse(plainBody(answer), 'traces', 'protobuf')
      },
    ),
  },
]
