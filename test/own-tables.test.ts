import { hash } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seenEvaluations } from '../src/config/flags/telemetry/seen-evaluations.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { coverageGaps } from '../src/releases/judge/coverage.ts'
import { judgeUnits } from '../src/releases/judge/judge-units.ts'
import { loadUnits } from '../src/releases/judge/load-units.ts'
import { sampleOf } from '../src/releases/judge/units/unit-scope.ts'
import { defaultPolicy } from '../src/releases/judge/policy.ts'
import type { UnitTable } from '../src/releases/judge/unit-table.ts'
import type { Release } from '../src/releases/release.ts'
import { versionsInTraffic } from '../src/releases/versions-in-traffic.ts'
import { detectors } from '../src/signals/detectors.ts'
import { unansweredPeers } from '../src/signals/unanswered-peers.ts'
import type { Signal } from '../src/signal.ts'
import { attributeKeys, attributeKeysByGroup } from '../src/store/attribute-keys.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { traceHashOf } from '../src/store/tables/trace-bucket.ts'
import { findTrace } from '../src/store/traces/find-trace.ts'
import { metricExemplars } from '../src/store/traces/metric-exemplars.ts'
import { seconds, start, traceId } from './own-tables/shop-telemetry.ts'
import { theirTables, type TheirTables } from './own-tables/their-tables.ts'

let own: Store
let their: TheirTables
let foreign: Store

beforeAll(async () => {
  their = await theirTables()
  foreign = their.store
  own = await openStore({ dataFolder: path.join(their.folder, 'ours'), log: () => {} })
  await send('traces', { resourceSpans: their.spans })
  await send('logs', { resourceLogs: their.logs })
  await send('metrics', { resourceMetrics: their.metrics })
  await own.drained()
})

afterAll(async () => {
  await own?.close()
  await their?.close()
})

async function send(signal: Signal, request: object): Promise<void> {
  const body = Buffer.from(JSON.stringify(request))
  const { outcome } = await own.ingest(signal, hash('sha1', body), (batch) =>
    decodeExport(signal, 'json', body, batch),
  )
  expect(outcome.rejected).toBe(0)
}

const release: Release = {
  id: 'checkout-production-2.0.0',
  service: 'checkout',
  environment: 'production',
  version: '2.0.0',
  baselineVersion: '1.0.0',
  strategy: 'canary',
  reason: 'feature',
  startedAt: new Date(start).toISOString(),
  links: [],
}
const window = { from: start, to: start + seconds * 1000, blocks: 60, blockMillis: 2000 }
const scope = {
  service: 'checkout',
  environment: 'production',
  versions: ['1.0.0', '2.0.0'],
  from: new Date(start).toISOString(),
  to: new Date(start + seconds * 1000).toISOString(),
  sample: '1',
}

test.each([1, 2, 4, 16])('one of %d traces is the same sample of both', async (oneOf) => {
  const traces = (store: Store, sample: string) =>
    store.query(
      `SELECT trace_id FROM ${store.relation('traces')} WHERE ${sample} GROUP BY trace_id ORDER BY trace_id`,
    )
  const hashed = await traces(own, `${traceHashOf('trace_id')} % ${oneOf} = 0`)
  expect(hashed.length).toBeGreaterThan(1000 / oneOf)
  expect(await traces(own, sampleOf(oneOf))).toEqual(hashed)
  expect(await traces(foreign, sampleOf(oneOf))).toEqual(hashed)
})

test('both kinds of tables have the same attributes with the same types', async () => {
  const parameters = { service: 'checkout' }
  const keys = (store: Store) => attributeKeys(store, 'service = {service: String}', parameters)
  const ours = await keys(own)
  expect(ours.map(({ key, type }) => `${type} ${key}`)).toEqual(
    expect.arrayContaining(['int app.items', 'double app.ratio', 'bool app.member']),
  )
  expect(ours).toContainEqual({ key: 'resource.app.level', type: 'string', rows: 1000 })
  expect(await keys(foreign)).toEqual(ours)
  const groups = (store: Store) =>
    attributeKeysByGroup(store, 'kind', 'service = {service: String}', parameters)
  const byKind = await groups(own)
  expect(byKind.size).toBeGreaterThan(1)
  expect(await groups(foreign)).toEqual(byKind)
})

test('the judge reads the same units from both, and finds the same', async () => {
  const units = (store: Store) => loadUnits(store, release, window, { detectors })
  const [ours, theirs] = [await units(own), await units(foreign)]
  expect(ours.rows).toBe(3000)
  expect(plainTable(theirs)).toEqual(plainTable(ours))

  const judge = (table: UnitTable) =>
    judgeUnits(
      table,
      'checkout',
      window,
      { hypotheses: [], looks: 0, firstSeen: {}, alarmedAt: null },
      defaultPolicy,
      scope.to,
    )
  const judged = judge(ours)
  expect(judged.findings.map(({ kind }) => kind)).not.toEqual([])
  expect(judge(theirs)).toEqual(judged)
  expect(await coverageGaps(foreign, release, theirs, window)).toEqual(
    await coverageGaps(own, release, ours, window),
  )
})

/** Attributes by name, and without the numbers that codes happen to have. */
function plainTable(table: UnitTable): object {
  const attributes = table.attributes.map((column) => [
    column.name,
    column.kind === 'number'
      ? [...column.values]
      : Array.from(column.codes, (code) => column.values[code]),
  ])
  return { ...table, attributes: Object.fromEntries(attributes) as object }
}

test('detectors, versions and peers are the same', async () => {
  for (const detector of detectors) {
    const failures = async (store: Store) => {
      const found = await detector.detect({ ...scope, store })
      return found.failures.toSorted((a, b) => a.traceId.localeCompare(b.traceId))
    }
    const ours = await failures(own)
    expect(ours.length).toBeGreaterThan(100)
    expect(await failures(foreign)).toEqual(ours)
  }
  const peers = await unansweredPeers({ ...scope, store: own })
  expect(peers).toMatchObject([{ address: 'northpay:80', answered: 0 }])
  expect(await unansweredPeers({ ...scope, store: foreign })).toEqual(peers)
  const since = new Date(start - 1000)
  const versions = await versionsInTraffic(own, since)
  expect(versions.map(({ version }) => version)).toEqual(['1.0.0', '2.0.0'])
  expect(await versionsInTraffic(foreign, since)).toEqual(versions)
})

test('the columns of every signal are the same', async () => {
  const read = async (store: Store, signal: Signal, columns: string, order: string) =>
    await store.query(`SELECT ${columns} FROM ${store.relation(signal)} ORDER BY ${order} LIMIT 50`)
  const compare = async (signal: Signal, columns: string, order: string): Promise<unknown[]> => {
    const ours = await read(own, signal, columns, order)
    expect(await read(foreign, signal, columns, order)).toEqual(ours)
    return ours
  }
  const spans = await compare(
    'traces',
    'toUnixTimestamp64Nano(time), duration, trace_id, span_id, parent_span_id, trace_state, name, kind, status, status_message, service, service_version, environment, service_instance, scope_name, scope_version, weight, event_name, arrayMap(at -> toUnixTimestamp64Nano(at), event_time), event_attributes, link_trace_id, link_span_id',
    'trace_id, span_id',
  )
  expect(spans[0]).toMatchObject({ weight: 2, environment: 'production' })
  expect(spans[2]).toMatchObject({ weight: 4 })
  await compare(
    'logs',
    'toUnixTimestamp64Nano(time), trace_id, span_id, severity_number, severity_text, event_name, body, service, service_instance, scope_name',
    'trace_id',
  )
  const metrics = await compare(
    'metrics',
    'toUnixTimestamp64Nano(time), toUnixTimestamp64Nano(start_time), name, unit, type, temporality, monotonic, no_recorded_value, value, count, bounds, bucket_counts, scale, zero_count, positive_offset, positive_counts, negative_counts, quantile, quantile_value, exemplar_value, exemplar_trace_id, exemplar_span_id, exemplar_attributes, arrayMap(at -> toUnixTimestamp64Nano(at), exemplar_time)',
    'name',
  )
  expect(metrics.length).toBe(5)
})

test.each([
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['ot=rv:1;th:fd', 256 / 3],
  ['vendor=th:8', 1],
  ['a=1,  ot=th:0', 1],
  ['ot=th:ffffffffffffff', 2 ** 56],
  ['ot=th:xyz', 1],
  ['ot=th:123456789012345', 1],
  ['', 1],
])('the weight of a span with the trace state %s', async (state, weight) => {
  const { samplingWeightSql } = await import('../src/store/relations/sampling-weight-sql.ts')
  const { samplingWeight } = await import('../src/otlp/sampling-weight.ts')
  const [row] = await own.query<{ weight: number }>(
    `SELECT ${samplingWeightSql('state')} AS weight FROM (SELECT {state: String} AS state)`,
    { state },
  )
  const bytes = Buffer.from(state)
  expect(Number(row?.weight)).toBe(weight)
  expect(samplingWeight(bytes, 0, bytes.length)).toBe(weight)
})

test('a trace is the same, with its logs and the exemplars that lead to it', async () => {
  const trace = await findTrace(own, traceId(0).toUpperCase())
  expect(trace).toMatchObject({
    spans: [
      {
        name: 'POST /orders',
        parentSpanId: null,
        weight: 2,
        environment: 'production',
        attributes: {
          'app.level': 'span',
          'resource.app.level': 'resource',
          'app.ratio': 0.5,
          'app.list': ['a', 1],
          'host.name': 'node-1',
        },
      },
      { name: 'POST', events: [{ name: 'retry', attributes: { attempt: 'first' } }] },
    ],
    logs: [{ body: 'payment 0 failed', attributes: { attempt: 0, 'scope.team': 'pay' } }],
    complete: true,
  })
  expect(trace.exemplars.map(({ metric, value }) => [metric, value])).toEqual([
    ['http.server.request.duration', 20.5],
    ['orders', 20.5],
  ])
  const theirs = await findTrace(foreign, traceId(0))
  // a number that an identifier happens to be written as is all that differs
  expect(theirs.spans[0]?.attributes['user.id']).toBe(1000)
  theirs.spans[0]!.attributes['user.id'] = '1000'
  expect(theirs).toEqual(trace)
  expect(await findTrace(foreign, traceId(5))).toMatchObject({
    spans: [{ links: [{ traceId: traceId(4) }] }, {}],
  })

  const filter = { metric: 'http.server.request.duration', from: new Date(start) }
  const until = { to: new Date(start + 3_600_000), service: 'checkout' }
  const exemplars = await metricExemplars(own, { ...filter, ...until })
  expect(exemplars).toMatchObject([
    { traceId: traceId(1), value: 21.5, attributes: { 'user.tier': 'gold' } },
    { traceId: traceId(0), value: 20.5 },
  ])
  expect(await metricExemplars(foreign, { ...filter, ...until })).toEqual(exemplars)
  expect(await metricExemplars(foreign, { ...filter, ...until, service: 'other' })).toEqual([])
  await expect(findTrace(foreign, 'f'.repeat(32))).rejects.toMatchObject({
    code: 'TRACE_NOT_FOUND',
  })
})

test('evaluations of flags are asked for in the same words', async () => {
  const filter = { from: start - 1000, to: start + seconds * 1000 }
  for (const store of [foreign, own]) {
    expect(await seenEvaluations(store, filter)).toMatchObject({ evaluations: [], complete: true })
  }
})
