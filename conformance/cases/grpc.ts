import { framed } from '../clients/grpc-frames.ts'
import type { FramesRequest } from '../clients/grpc-frames.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { codes, endedWith, framesStatus, responseOf, succeeded } from '../grpc-checks.ts'
import { expectThat, partialSuccessOf } from '../http-checks.ts'
import type { Signal } from '../payloads.ts'
import { simple } from '../payloads.ts'
import { grpcMessage } from '../requests.ts'
import { grpc, otlp } from '../sections.ts'
import { fixed32Field, varintField } from '../wire/protobuf-writer.ts'
import { frames, grpcCasesOf, message } from './grpc-rows.ts'
import type { GrpcRow } from './grpc-rows.ts'

const signals: readonly Signal[] = ['traces', 'logs', 'metrics']
const services = otlp('OTLP/gRPC Service and Protobuf Definitions')

const perSignal = signals.flatMap((signal): GrpcRow[] => [
  {
    name: signal,
    level: 'MUST',
    section: services,
    sends: `the simplest request of ${signal}`,
    expects: 'OK, nothing rejected',
    fault: `no-${signal}`,
    run: async (target) => succeeded(signal)(await target.call(grpcMessage(signal))),
  },
  {
    name: `gzip-${signal}`,
    level: 'MUST',
    section: otlp('Protocol Details'),
    sends: `${signal}, compressed by gzip`,
    expects: 'OK, nothing rejected',
    fault: 'no-gzip',
    run: async (target) =>
      succeeded(signal)(await target.call(grpcMessage(signal, simple[signal](), { gzip: true }))),
  },
])

/** A call made by hand that is to succeed. */
const framesSucceed =
  (request: () => FramesRequest): ConformanceCase['run'] =>
  async (target) => {
    const answer = await target.frames(request())
    endedWith(codes.OK)(framesStatus(answer))
    responseOf(answer.data.subarray(5), 'traces')
  }

const rows: readonly GrpcRow[] = [
  ...perSignal,
  {
    name: 'empty-request',
    level: 'SHOULD',
    section: otlp('OTLP/gRPC Response: Full Success'),
    sends: 'a message of 0 bytes',
    expects: 'OK',
    fault: 'no-empty-requests',
    run: async (target) =>
      succeeded('traces')(
        await target.call(grpcMessage('traces', {}, { message: Buffer.alloc(0) })),
      ),
  },
  {
    name: 'response',
    level: 'MUST',
    section: otlp('OTLP/gRPC Response: Full Success'),
    sends: 'a span',
    expects: 'a message that is an ExportTraceServiceResponse',
    fault: 'text-body',
    async run(target) {
      const answer = await target.call(grpcMessage('traces'))
      endedWith(codes.OK)(answer)
      responseOf(answer.message ?? Buffer.from('none'), 'traces')
    },
  },
  {
    name: 'partial-success-unset',
    level: 'MUST',
    section: otlp('OTLP/gRPC Response: Full Success'),
    sends: 'a span',
    expects: 'no partial_success, unless it is a warning with a text',
    fault: 'empty-partial-success',
    async run(target) {
      const answer = await target.call(grpcMessage('traces'))
      endedWith(codes.OK)(answer)
      const response = responseOf(answer.message ?? Buffer.from('none'), 'traces')
      const partial = partialSuccessOf(response)
      expectThat(partial === undefined || partial.message !== '', 'partial_success is set')
    },
  },
  {
    name: 'concurrent-calls',
    level: 'SHOULD',
    section: otlp('OTLP/gRPC Concurrent Requests'),
    sends: '16 calls at once over one connection',
    expects: 'OK sixteen times',
    fault: 'one-at-a-time',
    run: async (target) =>
      succeeded('traces')(await target.call(grpcMessage('traces', simple.traces(), { times: 16 }))),
  },
  {
    name: 'unknown-fields',
    level: 'MUST',
    section: otlp('Future Versions and Interoperability'),
    sends: 'a request with fields that nobody knows',
    expects: 'OK, nothing rejected',
    fault: 'no-unknown-fields',
    async run(target) {
      const unknown = [varintField(15_001, 7), fixed32Field(15_004, 7)]
      const bytes = Buffer.concat([...unknown, message()])
      succeeded('traces')(await target.call(grpcMessage('traces', {}, { message: bytes })))
    },
  },
  {
    name: 'content-type-proto',
    level: 'SHOULD',
    section: grpc('Requests'),
    sends: 'a call with the content-type application/grpc+proto',
    expects: 'OK',
    fault: 'strict-content-type',
    run: framesSucceed(() =>
      frames([framed(message())], { 'content-type': 'application/grpc+proto' }),
    ),
  },
  {
    name: 'unknown-metadata',
    level: 'SHOULD',
    section: grpc('Requests'),
    sends: 'a call with metadata that nobody knows',
    expects: 'OK',
    fault: 'no-unknown-headers',
    run: framesSucceed(() =>
      frames([framed(message())], { 'x-otlp-conformance': 'a', 'x-otlp-conformance-bin': 'AAEC' }),
    ),
  },
  {
    name: 'small-frames',
    level: 'MUST',
    section: grpc('Data Frames'),
    sends: 'a message in many frames, cut within its length, too',
    expects: 'OK: frames and messages do not depend on each other',
    fault: 'one-frame',
    run: framesSucceed(() => {
      const bytes = framed(message())
      const cuts = [0, 1, 3, 6, 20, 50, bytes.length]
      return frames(cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end)))
    }),
  },
  {
    name: 'plain-in-gzip-call',
    level: 'MUST',
    section: grpc('Requests'),
    sends: 'a message that is not compressed, in a call whose grpc-encoding is gzip',
    expects: 'OK: a message says itself whether it is compressed',
    fault: 'always-gunzips',
    run: framesSucceed(() => frames([framed(message())], { 'grpc-encoding': 'gzip' })),
  },
]

export const grpcCases = grpcCasesOf(rows)
