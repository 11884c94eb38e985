import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DetectorScope } from '../src/signals/detector.ts'
import { unansweredPeers } from '../src/signals/unanswered-peers.ts'
import { unreportedError } from '../src/signals/unreported-error.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { sendSpans, spanId, type SpanSpec, traceId } from './judge/otlp-spans.ts'

const start = Date.UTC(2026, 2, 2, 10)

/** The entry span of every case; its calls are children. */
function entry(more: Partial<SpanSpec> = {}): SpanSpec {
  return {
    trace: 1,
    span: 0,
    name: 'POST /orders',
    kind: 'server',
    start,
    duration: 1000,
    ...more,
  }
}

function call(span: number, after: number, more: Partial<SpanSpec> = {}): SpanSpec {
  return {
    trace: 1,
    span,
    parent: 0,
    name: 'POST',
    kind: 'client',
    start: start + after,
    duration: 10,
    attributes: { 'url.full': 'http://northpay:80/charges', 'server.address': 'northpay' },
    ...more,
  }
}

const error = { status: 'error' } as const
const toBluecard = {
  attributes: { 'url.full': 'http://bluecard:80/charges?try=2', 'server.address': 'bluecard' },
}
const toRefunds = { attributes: { 'url.full': 'http://northpay:80/refunds' } }

interface Case {
  title: string
  spans: SpanSpec[]
  /** Reason of the one failure that is reported, on the entry span; null for none. */
  reason: string | null
}

const cases: Case[] = [
  { title: 'nothing wrong', spans: [entry(), call(1, 10)], reason: null },
  {
    title: 'an exception event on a span without an error',
    spans: [entry({ events: ['cache miss', 'exception'] })],
    reason: 'exception recorded',
  },
  { title: 'other events', spans: [entry({ events: ['cache miss'] })], reason: null },
  {
    title: 'an error type on a span that says ok',
    spans: [entry({ status: 'ok', attributes: { 'error.type': 'TimeoutError' } })],
    reason: 'error type set',
  },
  {
    title: 'an exception type on the span',
    spans: [entry({ attributes: { 'exception.type': 'RangeError' } })],
    reason: 'exception type set',
  },
  {
    title: 'the span says error by itself',
    spans: [entry({ ...error, events: ['exception'], attributes: { 'error.type': '500' } })],
    reason: null,
  },
  {
    title: 'a 4xx of the server is not a failure of its own',
    spans: [entry({ attributes: { 'http.response.status_code': 404 } })],
    reason: null,
  },
  {
    title: 'an exception on an inner span is the business of whoever caught it',
    spans: [entry(), call(1, 10, { kind: 'internal', events: ['exception'] })],
    reason: null,
  },
  {
    title: 'a failed call after which nothing succeeded',
    spans: [entry(), call(1, 10, error)],
    reason: 'POST /charges failed',
  },
  {
    title: 'a message that could not be produced',
    spans: [entry(), call(1, 10, { ...error, kind: 'producer', name: 'send', attributes: {} })],
    reason: 'send failed',
  },
  {
    title: 'a retry that succeeded',
    spans: [entry(), call(1, 10, error), call(2, 20)],
    reason: null,
  },
  {
    title: 'a retry that failed too',
    spans: [entry(), call(1, 10, error), call(2, 20, error)],
    reason: 'POST /charges failed',
  },
  {
    title: 'a success before the failure does not make up for it',
    spans: [entry(), call(1, 10), call(2, 30, error)],
    reason: 'POST /charges failed',
  },
  {
    title: 'a fallback to another host with the same path',
    spans: [entry(), call(1, 10, error), call(2, 30, toBluecard)],
    reason: null,
  },
  {
    title: 'a success with another target',
    spans: [entry(), call(1, 10, error), call(2, 30, toRefunds)],
    reason: 'POST /charges failed',
  },
  {
    title: 'ids in the path do not make it another target',
    spans: [
      entry(),
      call(1, 10, { ...error, attributes: { 'url.path': '/orders/1234/items/deadbeef01' } }),
      call(2, 30, { attributes: { 'url.path': '/orders/1234/items/0badcafe99' } }),
    ],
    reason: null,
  },
  {
    title: 'a call of a database goes by its name',
    spans: [entry(), call(1, 10, { ...error, name: 'SELECT stock', attributes: {} })],
    reason: 'SELECT stock failed',
  },
  {
    title: 'two calls in parallel of which one fails: the other one is no retry',
    spans: [entry(), call(1, 10, { ...error, duration: 100 }), call(2, 12, { duration: 50 })],
    reason: 'POST /charges failed',
  },
  {
    title: 'two calls in parallel that both succeed after a failure',
    spans: [entry(), call(1, 10, error), call(2, 30), call(3, 30)],
    reason: null,
  },
  {
    title: 'a retry whose clock was cut to whole milliseconds',
    spans: [entry(), call(1, 10, { ...error, duration: 5.9 }), call(2, 15)],
    reason: null,
  },
  {
    title: 'calls of another parent do not make up for it',
    spans: [
      entry(),
      call(1, 10, error),
      call(2, 30, { kind: 'internal', name: 'other work' }),
      call(3, 40, { parent: 2 }),
    ],
    reason: 'POST /charges failed',
  },
]

let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aftergreen-detectors-'))
  store = await openStore({ dataFolder: folder, log: () => {} })
  for (const { title, spans } of cases)
    await sendSpans(store, { service: title, version: '2.0.0' }, spans)
  await store.drained()
})

afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

function scope(service: string, more: Partial<DetectorScope> = {}): DetectorScope {
  return {
    store,
    service,
    environment: '',
    versions: ['1.0.0', '2.0.0'],
    from: new Date(start).toISOString(),
    to: new Date(start + 60_000).toISOString(),
    sample: '1',
    ...more,
  }
}

test.each(cases)('$title: $reason', async ({ title, reason }) => {
  expect(await unreportedError.detect(scope(title))).toEqual({
    failures: reason === null ? [] : [{ traceId: traceId(1), spanId: spanId(0), reason }],
    complete: true,
  })
})

test.each<[string, Partial<DetectorScope>]>([
  ['another environment', { environment: 'production' }],
  ['another version', { versions: ['3.0.0'] }],
  ['before', { to: new Date(start).toISOString() }],
  ['after', { from: new Date(start + 1000).toISOString() }],
  ['outside the sample', { sample: `trace_id = 'none'` }],
])('only what is in scope is looked at: %s', async (_, more) => {
  for (const title of [
    'an exception event on a span without an error',
    'a failed call after which nothing succeeded',
  ]) {
    expect((await unreportedError.detect(scope(title))).failures).toHaveLength(1)
    expect((await unreportedError.detect(scope(title, more))).failures).toEqual([])
  }
})

test('a peer that never answers with telemetry is told, one that does is not', async () => {
  const origin = { service: 'caller', version: '2.0.0' }
  const to = (address: string, more: Partial<SpanSpec> = {}): SpanSpec[] =>
    Array.from({ length: 25 }, (_, trace) => ({
      ...call(1, 10, { attributes: { 'server.address': address, 'server.port': 80 } }),
      trace,
      ...more,
    }))
  const answers = Array.from({ length: 25 }, (_, trace) => entry({ trace, span: 9, parent: 2 }))
  await sendSpans(store, origin, [
    ...to('silent'),
    ...to('answers', { span: 2 }),
    ...to('rare', { span: 3 }).slice(0, 19),
    ...to('fails', { span: 4, ...error }),
    ...to('database', {
      span: 5,
      attributes: { 'server.address': 'database', 'db.system.name': 'postgresql' },
    }),
  ])
  await sendSpans(store, { service: 'callee', version: '1.0.0' }, answers)
  await store.drained()
  expect(await unansweredPeers(scope('caller'))).toEqual([
    { address: 'silent:80', calls: 25, answered: 0 },
  ])
})
