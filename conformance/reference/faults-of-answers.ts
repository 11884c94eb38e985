/** Servers that answer wrongly. */
import { gzipSync } from 'node:zlib'
import { bytesField } from '../wire/protobuf-writer.ts'
import type { Fault, HttpReply, Outcome, Seen } from './fault.ts'
import { overloaded } from './fault.ts'

const replies = (about: string, change: (reply: HttpReply, seen: Seen) => HttpReply): Fault => ({
  about,
  onReply: change,
})

const withHeader = (reply: HttpReply, name: string, value: string): HttpReply => ({
  ...reply,
  headers: { ...reply.headers, [name]: value },
})

const errors = (about: string, change: (outcome: Outcome) => Outcome): Fault => ({
  about,
  onOutcome: (outcome) => (outcome.code === 0 ? outcome : change(outcome)),
})

const badData = (about: string, change: Partial<Outcome>, message = ''): Fault =>
  errors(about, (outcome) =>
    outcome.status === 400 && outcome.message.includes(message)
      ? { ...outcome, ...change }
      : outcome,
  )

function withoutDetails(outcome: Outcome): Outcome {
  const { status, code, message, headers } = outcome
  return { status, code, message, ...(headers === undefined ? {} : { headers }) }
}

const emptyPartialSuccess = bytesField(1, '')

export const answerFaults = {
  'status-202': replies('answers 202', (reply) =>
    reply.status === 200 ? { ...reply, status: 202 } : reply,
  ),
  'other-content-type': replies('answers as text/plain', (reply) =>
    withHeader(reply, 'content-type', 'text/plain'),
  ),
  'text-body': {
    about: 'answers "OK"',
    onReply: (reply) => (reply.status === 200 ? { ...reply, body: Buffer.from('OK') } : reply),
    onGrpcMessage: () => Buffer.from('OK'),
  },
  'empty-partial-success': {
    about: 'sets partial_success where there is nothing to say',
    onReply: (reply, { encoding }) => ({
      ...reply,
      body: encoding === 'json' ? Buffer.from('{"partialSuccess":{}}') : emptyPartialSuccess,
    }),
    onGrpcMessage: () => emptyPartialSuccess,
  },
  'json-errors-only': replies('answers errors in one form alone', (reply, { encoding }) =>
    reply.status < 400
      ? reply
      : withHeader(
          reply,
          'content-type',
          encoding === 'json' ? 'application/x-protobuf' : 'application/json',
        ),
  ),
  'text-errors': replies('answers errors as text', (reply) =>
    reply.status < 400 ? reply : { ...reply, body: Buffer.from('Bad request') },
  ),
  'silent-errors': errors('says nothing of errors', (outcome) => ({ ...outcome, message: '' })),
  'no-details': errors('gives no details', withoutDetails),
  'wrong-details': errors('says another code in the details', (outcome) => ({
    ...outcome,
    detailsCode: 2,
  })),
  'long-answers': replies('answers at length', (reply) => ({
    ...reply,
    body: Buffer.alloc(5 * 2 ** 20),
  })),
  'gzips-answers': replies('compresses what nobody asked for', (reply) => ({
    ...withHeader(reply, 'content-encoding', 'gzip'),
    body: gzipSync(reply.body),
  })),
  'mislabels-answers': replies('says gzip and does not compress', (reply) =>
    withHeader(reply, 'content-encoding', 'gzip'),
  ),
  'closes-connections': replies('closes every connection', (reply) =>
    withHeader(reply, 'connection', 'close'),
  ),
  'closes-after-errors': replies('closes a connection after an error', (reply) =>
    reply.status < 400 ? reply : withHeader(reply, 'connection', 'close'),
  ),
  'no-allow': replies('does not say what is allowed', ({ headers, ...reply }) => ({
    ...reply,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'allow')),
  })),
  'bad-data-503': badData('asks for bad data again', { ...overloaded }),
  'bad-data-internal': badData('takes the blame for bad data', { status: 500, code: 13 }),
  'bad-gzip-500': badData('fails on damaged gzip', { status: 500, code: 14 }, 'decompressed'),
  'retry-on-limit': errors('asks for what is too large again', (outcome) =>
    outcome.code === 8 ? { ...outcome, details: 'RetryInfo' } : outcome,
  ),
  'wrong-rejected-count': {
    about: 'counts what it rejects wrongly',
    onOutcome: ({ partial, ...outcome }) =>
      partial === undefined
        ? outcome
        : { ...outcome, partial: { ...partial, rejected: partial.rejected + 10 } },
  },
  'silent-rejection': {
    about: 'does not say why it rejects',
    onOutcome: ({ partial, ...outcome }) =>
      partial === undefined ? outcome : { ...outcome, partial: { ...partial, message: '' } },
  },
} as const satisfies Record<string, Fault>
