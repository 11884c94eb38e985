import { gzipSync } from 'node:zlib'
import type { GrpcAnswer } from '../clients/grpc-client.ts'
import { framed } from '../clients/grpc-frames.ts'
import {
  codes,
  detailTypes,
  endedWith,
  framesStatus,
  retryableCodes,
  statusDetails,
  succeeded,
} from '../grpc-checks.ts'
import { expectThat, orNotRun } from '../http-checks.ts'
import { span, traces } from '../payloads.ts'
import { grpcMessage, grpcPath } from '../requests.ts'
import { grpc, grpcCompression, methodNotFound, otlp } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'
import { frames, grpcCasesOf, message } from './grpc-rows.ts'
import type { GrpcRow } from './grpc-rows.ts'

const failures = otlp('OTLP/gRPC Response: Failures')
const bad = () => grpcMessage('traces', {}, { message: message().subarray(0, -3) })

const unknownEncoding = () =>
  frames([framed(gzipSync(message()), 1)], { 'grpc-encoding': 'conformance-unknown' })

/** A Status in the details, where there is one. */
const detailsOf = ({ statusDetails: bytes }: GrpcAnswer, problem: string): Message =>
  statusDetails(orNotRun(bytes, problem))

const rows: readonly GrpcRow[] = [
  {
    name: 'bad-data',
    level: 'SHOULD',
    section: failures,
    sends: 'a message that is cut off',
    expects: 'INVALID_ARGUMENT',
    fault: 'bad-data-internal',
    run: async (target) => endedWith(codes.INVALID_ARGUMENT)(await target.call(bad())),
  },
  {
    name: 'bad-data-not-retryable',
    level: 'MUST',
    section: failures,
    sends: 'a message that is cut off',
    expects: 'no code that makes a client send it again',
    fault: 'bad-data-503',
    async run(target) {
      const { code } = await target.call(bad())
      expectThat(code !== codes.OK && !retryableCodes.includes(code), `the code is ${code}`)
    },
  },
  {
    name: 'bad-data-message',
    level: 'MAY',
    section: grpc('Responses'),
    sends: 'a message that is cut off',
    expects: 'a grpc-message for developers',
    fault: 'silent-errors',
    async run(target) {
      const { code, details } = await target.call(bad())
      expectThat(code !== codes.OK && details.trim() !== '', `code ${code}, message "${details}"`)
    },
  },
  {
    name: 'bad-data-details',
    level: 'MAY',
    section: failures,
    sends: 'a message that is cut off',
    expects: 'google.rpc.BadRequest in the details of the status',
    fault: 'no-details',
    async run(target) {
      const answer = await target.call(bad())
      const types = detailTypes(statusDetails(answer.statusDetails ?? Buffer.alloc(0)))
      expectThat(
        types.includes('google.rpc.BadRequest'),
        `the details are of the types: ${types.join(', ') || 'none'}`,
      )
    },
  },
  {
    name: 'status-details',
    level: 'SHOULD',
    section: failures,
    sends: 'a message that is cut off',
    expects: 'where there is grpc-status-details-bin: a google.rpc.Status with the same code',
    fault: 'wrong-details',
    async run(target) {
      const answer = await target.call(bad())
      const { code } = detailsOf(answer, 'there are no details')
      expectThat(
        code === answer.code,
        `the code is ${answer.code}, the details say ${String(code)}`,
      )
    },
  },
  {
    name: 'after-bad-data',
    level: 'SHOULD',
    section: failures,
    sends: 'a message that is cut off, then a good one',
    expects: 'an error, then OK',
    fault: 'breaks-on-bad-data',
    async run(target) {
      const { code } = await target.call(bad())
      expectThat(code !== codes.OK, 'the message was taken')
      succeeded('traces')(await target.call(grpcMessage('traces', traces([span()]))))
    },
  },
  {
    name: 'unknown-method',
    level: 'SHOULD',
    section: methodNotFound,
    sends: 'a call of TraceService/ConformanceUnknown',
    expects: 'UNIMPLEMENTED',
    fault: 'any-path',
    async run(target) {
      const path = grpcPath('traces').replace('/Export', '/ConformanceUnknown')
      endedWith(codes.UNIMPLEMENTED)(await target.call(grpcMessage('traces', {}, { path })))
    },
  },
  {
    name: 'unknown-service',
    level: 'SHOULD',
    section: methodNotFound,
    sends: 'a call of a service that does not exist',
    expects: 'UNIMPLEMENTED',
    fault: 'any-path',
    async run(target) {
      const path = '/conformance.Unknown/Export'
      endedWith(codes.UNIMPLEMENTED)(await target.call(grpcMessage('traces', {}, { path })))
    },
  },
  {
    name: 'unknown-encoding',
    level: 'MUST',
    section: grpcCompression('Test cases'),
    sends: 'a compressed message of the grpc-encoding "conformance-unknown"',
    expects: 'UNIMPLEMENTED',
    fault: 'any-coding',
    async run(target) {
      endedWith(codes.UNIMPLEMENTED)(framesStatus(await target.frames(unknownEncoding())))
    },
  },
  {
    name: 'unknown-encoding-offer',
    level: 'SHOULD',
    section: grpcCompression('Compression Method Asymmetry Between Peers'),
    sends: 'a compressed message of the grpc-encoding "conformance-unknown"',
    expects: 'grpc-accept-encoding with what is possible',
    fault: 'no-offer',
    async run(target) {
      const answer = await target.frames(unknownEncoding())
      const offered = { ...answer.headers, ...answer.trailers }['grpc-accept-encoding']
      expectThat(/\bgzip\b/.test(String(offered)), `grpc-accept-encoding is ${String(offered)}`)
    },
  },
  {
    name: 'compressed-without-encoding',
    level: 'MUST',
    section: grpcCompression('Test cases'),
    sends: 'a message that says that it is compressed, in a call without grpc-encoding',
    expects: 'INTERNAL',
    fault: 'guesses-gzip',
    async run(target) {
      const answer = await target.frames(frames([framed(gzipSync(message()), 1)]))
      endedWith(codes.INTERNAL)(framesStatus(answer))
    },
  },
  {
    name: 'damaged-gzip',
    level: 'MUST',
    section: failures,
    sends: 'a message that is said to be gzip and is not',
    expects: 'an error that no client answers by sending it again',
    fault: 'bad-gzip-500',
    async run(target) {
      const headers = { 'grpc-encoding': 'gzip' }
      const answer = await target.frames(frames([framed(message(), 1)], headers))
      const { code } = framesStatus(answer)
      expectThat(code !== codes.OK && !retryableCodes.includes(code), `the code is ${code}`)
    },
  },
  {
    name: 'unfinished-message',
    level: 'MUST',
    section: grpc('Requests'),
    sends: 'a message that is shorter than its length says, then the end of the call',
    expects: 'an error',
    fault: 'takes-anything',
    async run(target) {
      const answer = await target.frames(frames([framed(message(), 0, 10_000)]))
      const { code } = framesStatus(answer)
      expectThat(code !== codes.OK, 'the call succeeded')
    },
  },
  {
    name: 'http-content-type',
    level: 'SHOULD',
    section: grpc('Requests'),
    sends: 'a request whose content-type is not application/grpc',
    expects: 'HTTP status 415',
    fault: 'any-content-type',
    async run(target) {
      const answer = await target.frames(
        frames([framed(message())], { 'content-type': 'text/plain' }),
      )
      const status = String(answer.headers[':status'])
      expectThat(status === '415', `the HTTP status is ${status}`)
    },
  },
]

export const grpcErrorCases = grpcCasesOf(rows)
