import { zstdCompressSync } from 'node:zlib'
import type { HttpRequest } from '../clients/http-client.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { codes, detailTypes, endedWith, statusDetails, succeeded } from '../grpc-checks.ts'
import { accepted, expectThat, explained, refusedWith, statusOf } from '../http-checks.ts'
import { requestBytes, simple } from '../payloads.ts'
import { grpcPath, post, postMessage } from '../requests.ts'
import { otlp } from '../sections.ts'
import { bytesField } from '../wire/protobuf-writer.ts'

const mebibyte = 2 ** 20

/** A span and a field that nobody knows, which makes the request as long as this. */
const long = (bytes: number): Buffer =>
  Buffer.concat([
    requestBytes('traces', simple.traces(), 'protobuf'),
    bytesField(15_003, Buffer.alloc(bytes)),
  ])

const longJson = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from('{"conformance":"'), Buffer.alloc(bytes, 'a'), Buffer.from('"}')])

/** Beyond the limit by so much that no way of counting it makes a difference. */
const tooLong = (limit: number): number => limit + mebibyte

const zstd = (body: Buffer): HttpRequest =>
  post('traces', 'protobuf', zstdCompressSync(body), { headers: { 'content-encoding': 'zstd' } })

const rows: readonly [
  name: string,
  sends: string,
  (limit: number) => HttpRequest,
  needs?: 'json' | 'zstd',
][] = [
  ['plain', 'a plain request', (limit) => post('traces', 'protobuf', long(tooLong(limit)))],
  [
    'chunked',
    'a plain request in chunks, without a Content-Length',
    (limit) => post('traces', 'protobuf', long(tooLong(limit)), { chunked: true }),
  ],
  [
    'gzip',
    'a request compressed by gzip to a thousandth',
    (limit) => post('traces', 'protobuf', long(tooLong(limit)), { gzip: true }),
  ],
  [
    'gzip-json',
    'a request in JSON, compressed by gzip to a thousandth',
    (limit) => post('traces', 'json', longJson(tooLong(limit)), { gzip: true }),
    'json',
  ],
  [
    'zstd',
    'a request compressed by zstd to next to nothing',
    (limit) => zstd(long(tooLong(limit))),
    'zstd',
  ],
]

const exhausted = endedWith(codes.RESOURCE_EXHAUSTED)

export const limitCases: readonly ConformanceCase[] = [
  ...rows.map(([name, sends, request, need]): ConformanceCase => ({
    id: `limits/${name}`,
    level: 'MUST',
    section: otlp('OTLP/HTTP Request'),
    sends: `${sends}, larger than the limit once it is unfolded`,
    expects: '413',
    ...(need === undefined ? {} : { needs: [need] }),
    fault: 'no-limit',
    async run(target) {
      refusedWith(413)(await target.send(request(target.limitBytes)))
    },
  })),
  {
    id: 'limits/status-body',
    level: 'MUST',
    section: otlp('OTLP/HTTP Response: Failures'),
    sends: 'a request in protobuf, compressed by gzip, larger than the limit',
    expects: '413 with a google.rpc.Status in protobuf',
    fault: 'text-errors',
    async run(target) {
      const body = long(tooLong(target.limitBytes))
      const answer = await target.send(post('traces', 'protobuf', body, { gzip: true }))
      refusedWith(413)(answer)
      statusOf(answer, 'protobuf')
    },
  },
  {
    id: 'limits/message',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Response: Failures'),
    sends: 'a request in protobuf, compressed by gzip, larger than the limit',
    expects: 'an error with a message for developers',
    fault: 'silent-errors',
    async run(target) {
      const body = long(tooLong(target.limitBytes))
      explained('protobuf')(await target.send(post('traces', 'protobuf', body, { gzip: true })))
    },
  },
  {
    id: 'limits/then-good',
    level: 'MUST',
    section: otlp('OTLP/HTTP Request'),
    sends: 'three requests larger than the limit, then a good one',
    expects: '413 three times, then 200',
    fault: 'breaks-on-limit',
    async run(target) {
      const request = post('traces', 'protobuf', long(tooLong(target.limitBytes)), { gzip: true })
      for (let turn = 0; turn < 3; turn++) refusedWith(413)(await target.send(request))
      accepted('traces', 'protobuf')(await target.send(postMessage('traces', 'protobuf')))
    },
  },
  {
    id: 'limits/below',
    level: 'SHOULD',
    section: otlp('OTLP/HTTP Request'),
    sends: 'a request of 8 MiB, or half the limit where that is less',
    expects: '200: the recommended limit is 64 MiB',
    fault: 'small-limit',
    async run(target) {
      const body = long(Math.min(8 * mebibyte, target.limitBytes / 2))
      accepted('traces', 'protobuf')(await target.send(post('traces', 'protobuf', body)))
    },
  },
  ...([false, true] as const).map((gzip): ConformanceCase => {
    const form = gzip ? 'compressed by gzip to a thousandth' : 'plain'
    return {
      id: `limits/grpc-${gzip ? 'gzip' : 'plain'}`,
      level: 'MUST',
      section: otlp('OTLP/gRPC Request'),
      sends: `a request over gRPC, ${form}, larger than the limit once it is unfolded`,
      expects: 'RESOURCE_EXHAUSTED, without RetryInfo: sending it again cannot help',
      needs: ['grpc'],
      fault: gzip ? 'retry-on-limit' : 'no-limit',
      async run(target) {
        const message = long(tooLong(target.limitBytes))
        const answer = await target.call({ path: grpcPath('traces'), message, gzip })
        exhausted(answer)
        const details = answer.statusDetails
        const types = details === undefined ? [] : detailTypes(statusDetails(details))
        expectThat(!types.includes('google.rpc.RetryInfo'), 'the status has RetryInfo')
      },
    }
  }),
  {
    id: 'limits/grpc-below',
    level: 'SHOULD',
    section: otlp('OTLP/gRPC Request'),
    sends: 'a request over gRPC of 8 MiB, or half the limit where that is less',
    expects: 'OK: the recommended limit is 64 MiB',
    needs: ['grpc'],
    fault: 'small-limit',
    async run(target) {
      const message = long(Math.min(8 * mebibyte, target.limitBytes / 2))
      succeeded('traces')(await target.call({ path: grpcPath('traces'), message }))
    },
  },
]
