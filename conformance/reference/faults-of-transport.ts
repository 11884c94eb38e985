/** Servers that do not understand how a request comes. */
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Memory, Outcome, Seen } from './fault.ts'
import { badData, failure, notFound, ok, overloaded, unsupported } from './fault.ts'

const refuses = (about: string, outcome: Outcome, test: (seen: Seen) => boolean): Fault => ({
  about: `refuses ${about}`,
  onArrival: (seen) => (test(seen) ? outcome : undefined),
})

const coding = ({ headers }: Seen): string =>
  String(headers['content-encoding'] ?? headers['grpc-encoding'] ?? '')
const contentType = ({ headers }: Seen): string => headers['content-type'] ?? ''
const knownTypes = ['application/x-protobuf', 'application/json', 'application/grpc']

/** More requests at once than this server is for. */
const crowded = (about: string, most: number, outcome: Outcome): Fault => ({
  about,
  async onArrival(_seen, memory) {
    const isCrowded = memory.active > most
    await sleep(30)
    return isCrowded || memory.active > most ? outcome : undefined
  },
})

const whenBroken = (_seen: Seen, { broken }: Memory): Outcome | undefined =>
  broken ? failure : undefined

/** Does not live on after something. */
const breaksOn = (about: string, test: (outcome: Outcome, seen: Seen) => boolean): Fault => ({
  about: `fails for good after ${about}`,
  onArrival: whenBroken,
  onOutcome(outcome, seen, memory) {
    if (test(outcome, seen)) memory.broken = true
    return outcome
  },
})

export const transportFaults = {
  'no-traces': refuses('traces', notFound, ({ signal }) => signal === 'traces'),
  'no-logs': refuses('logs', notFound, ({ signal }) => signal === 'logs'),
  'no-metrics': refuses('metrics', notFound, ({ signal }) => signal === 'metrics'),
  'no-json': refuses('JSON', unsupported('No JSON.'), ({ encoding }) => encoding === 'json'),
  'no-chunks': refuses(
    'requests without a Content-Length',
    { status: 411, code: 13, message: 'How long?' },
    ({ headers }) => headers['transfer-encoding'] === 'chunked',
  ),
  'no-continue': { about: 'does not know "Expect: 100-continue"', refusesContinue: true },
  'strict-content-type': refuses(
    'content types that are not letter for letter what it knows',
    unsupported('Another Content-Type.'),
    (seen) => !knownTypes.includes(contentType(seen)),
  ),
  'no-unknown-headers': refuses(
    'header fields that it does not know',
    badData('What is this header field?'),
    ({ headers }) => headers['x-otlp-conformance'] !== undefined,
  ),
  'no-gzip': refuses('gzip', unsupported('No gzip.'), (seen) => coding(seen) === 'gzip'),
  'no-zstd': refuses('zstd', unsupported('No zstd.'), (seen) => coding(seen) === 'zstd'),
  'no-identity': refuses('"identity"', unsupported('No.'), (seen) => coding(seen) === 'identity'),
  'strict-coding': refuses(
    'other names of gzip',
    unsupported('Write "gzip".'),
    (seen) => /gzip/i.test(coding(seen)) && coding(seen) !== 'gzip',
  ),
  'one-gzip-member': refuses(
    'gzip of several members',
    badData('What comes after the end?'),
    ({ raw }) => raw.indexOf(Buffer.from([0x1f, 0x8b, 0x08]), 3) > 0,
  ),
  'one-frame': refuses(
    'messages in several frames',
    failure,
    ({ transport, pieces }) => transport === 'grpc' && pieces > 1,
  ),
  'one-at-a-time': crowded('takes one request at a time', 1, failure),
  'overload-500': crowded('fails when there are many requests', 4, failure),
  'bad-retry-after': crowded('says "soon" in Retry-After', 4, {
    ...overloaded,
    headers: { 'retry-after': 'soon' },
  }),
  'no-retry-info': crowded('does not say when to try again', 4, {
    status: 503,
    code: 14,
    message: 'Too many requests.',
  }),
  'no-duplicates': {
    about: 'refuses what it has seen before',
    onMessage({ body }, { bodies }) {
      const key = hash('sha1', body)
      if (bodies.has(key)) return { status: 409, code: 6, message: 'This was here before.' }
      bodies.add(key)
      return undefined
    },
  },
  'any-method': { about: 'takes any method', settings: { checksMethod: false } },
  'any-path': { about: 'takes any path', settings: { checksPath: false } },
  'any-content-type': {
    about: 'takes any content type',
    settings: { checksContentType: false },
  },
  'any-coding': { about: 'takes any coding', settings: { checksCoding: false } },
  'always-gunzips': { about: 'ignores the flag of a message', settings: { readsFlag: false } },
  'guesses-gzip': { about: 'guesses the coding', settings: { needsEncoding: false } },
  'no-offer': { about: 'does not say which codings it knows', settings: { offersCodings: false } },
  'takes-anything': { about: 'takes what it cannot decode', settings: { checksData: false } },
  'any-ids': {
    about: 'takes any text for an id',
    onArrival: ({ encoding }) => (encoding === 'json' ? ok : undefined),
  },
  'no-limit': { about: 'has no limit', settings: { limit: 2 ** 31 } },
  'small-limit': { about: 'has a limit of 1 MiB', settings: { limit: 2 ** 20 } },
  'breaks-on-limit': breaksOn('a request that is too large', ({ status }) => status === 413),
  'breaks-on-bad-data': breaksOn('bad data', ({ status }) => status === 400),
  'breaks-on-depth': breaksOn('deep nesting', (_outcome, { raw }) => raw.length > 10_000),
  'breaks-on-abort': {
    about: 'fails for good after a request that breaks off',
    onArrival: whenBroken,
    onAbort(memory) {
      memory.broken = true
    },
  },
} as const satisfies Record<string, Fault>
