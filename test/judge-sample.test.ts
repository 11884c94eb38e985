import { expect, test } from 'vitest'
import { historyPlan } from '../src/releases/judge/history/history-plan.ts'
import { historyScope, loadGrids } from '../src/releases/judge/history/load-history.ts'
import { loadUnits } from '../src/releases/judge/load-units.ts'
import { LookSample } from '../src/releases/judge/look-sample.ts'
import { loadEdges } from '../src/releases/judge/parts/edges/load-edges.ts'
import { slicesOf } from '../src/releases/judge/peers-at-look.ts'
import { sampleOf } from '../src/releases/judge/units/unit-scope.ts'
import { detectors } from '../src/signals/detectors.ts'
import type { SpanSample, SpanSamples } from '../src/store/samples/span-samples.ts'
import type { Store } from '../src/store/store.ts'
import { arrivingSpans, piecesOf, storeSpans } from './judge/arriving-spans.ts'
import { emptiedStore } from './judge/emptied-store.ts'
import { recordedAt } from './judge/judge-at.ts'

const start = Date.UTC(2026, 0, 15, 6)
const minute = 60_000
const environment = 'sampled'
const window = { from: start, to: start + 12 * minute, blockMillis: minute, blocks: 12 }
const pace = { everySeconds: 60, blockSeconds: 60, lagSeconds: 0 }
const versions = { version: '2.0.0', baselineVersion: '1.0.0' }
const { release } = recordedAt(environment, start, versions)

let store: Store
emptiedStore((opened) => {
  store = opened
})

async function fill(): Promise<void> {
  const spans = arrivingSpans(3, 600, start - 5 * minute, start + 12 * minute).map((span) =>
    span.kind === 'server'
      ? span
      : { ...span, texts: { 'peer.service': 'bank', 'http.target': `/charge/${span.at % 7}00` } },
  )
  for (const some of piecesOf(spans)) await storeSpans(store, environment, some)
}

const samplesThere = async (): Promise<string[]> => {
  const rows = await store.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = '${store.database}_samples'`,
    {},
    { as: 'admin' },
  )
  return rows.map(({ name }) => name)
}

/** The same store, with how often something was picked out of all spans by the hash of their traces. */
function watched(): { store: Store; scans: () => number } {
  let scans = 0
  const note = (sql: string): string => {
    if (sql.includes("'units') %") && sql.includes(store.relation('traces'))) scans += 1
    return sql
  }
  const queries: Pick<Store, 'query' | 'queryColumns' | 'queryNative'> = {
    query: (sql, ...rest) => store.query(note(sql), ...rest),
    queryColumns: (sql, ...rest) => store.queryColumns(note(sql), ...rest),
    queryNative: (sql, ...rest) => store.queryNative(note(sql), ...rest),
  }
  return { store: { ...store, ...queries }, scans: () => scans }
}

test('what is read from a sample of the spans is what is read from all of them', async () => {
  await fill()
  const options = { detectors, maxUnits: 100 }
  const expected = await loadUnits(store, release, window, options)
  const oneOf = expected.sample!.oneOf
  expect(oneOf).toBeGreaterThanOrEqual(4)

  const { store: counted, scans } = watched()
  const sample = new LookSample(counted, release, window, pace)
  expect(await loadUnits(counted, release, window, { ...options, sample })).toEqual(expected)
  expect(expected.silent.some((each) => each === 1)).toBe(true)
  expect(scans()).toBe(0)
  expect(await samplesThere()).toHaveLength(2)

  const plan = historyPlan(window, minute)
  const scope = (await historyScope(counted, release, detectors, plan, oneOf))!
  const grids = await loadGrids(scope, plan)
  expect([...grids.now.operations.values()].some(({ silent }) => silent.some(Boolean))).toBe(true)
  const before = scans()
  expect(await loadGrids(scope, plan, undefined, sample)).toEqual(grids)
  // the time just before is in it; the same hours of earlier days and weeks are not
  expect([before, scans() - before]).toEqual([4, 3])

  const edges = {
    store,
    scope: { store, sample: sampleOf(2 * oneOf) },
    parameters: {
      service: release.service,
      environment,
      sides: ['2.0.0', '1.0.0'],
      from: window.from,
      to: window.to,
      wideFrom: window.from - minute,
      wideTo: window.to,
      hosts: [''],
      services: [''],
    },
    candidateVersion: '2.0.0',
    roles: ['call'],
  } as const
  const read = { ...window, wideFrom: window.from - minute, wideTo: window.to }
  const all = await loadEdges(edges, read)
  expect(all.edges.map(({ edge: { service } }) => service)).toContain('bank')
  const few = { ...edges.scope, own: await sample.take(oneOf) }
  expect(await loadEdges({ ...edges, scope: few }, read)).toEqual(all)

  // of more traces than it holds, of longer ago, or after it is gone
  expect(sample.known(oneOf / 2, window)).toBe(counted)
  expect(sample.known(oneOf, { from: 0, to: window.to })).toBe(counted)
  await sample.close()
  expect(sample.known(oneOf, window)).toBe(counted)
  expect(await samplesThere()).toEqual([])
})

test('one sample at a time, no larger than there is room for, and none after an error', async () => {
  await fill()
  const { samples } = store
  const first = (await samples!.open())!
  expect(await samples!.open()).toBeNull()
  await expect(first.copy('asked', 'nonsense = 1', {})).rejects.toMatchObject({
    code: 'ENGINE_QUERY',
  })
  const checkout = { service: 'checkout' }
  const asked = (await first.copy('asked', 'service = {service: String}', checkout))!
  expect(() => asked.attribute('app.plan', 'string')).toThrow('app.plan')
  expect(await first.copy('asked', '1', {}, 500)).toBeNull()
  const whole = (await first.copy('whole', 'service = {service: String}', checkout))!
  for (const { relation } of [asked, whole]) {
    const rows = await store.query(`SELECT count() > 600 AS is_all FROM ${relation}`)
    expect(rows).toEqual([{ is_all: 1 }])
  }
  const carried = (relation: string, plan: string): Promise<unknown[]> =>
    store.query(`SELECT uniq(${plan}) AS plans, count(${plan}) AS rows FROM ${relation}`)
  const plan = whole.attribute('app.plan', 'string')
  expect(await carried(whole.relation, plan)).toEqual(
    await carried(store.relation('traces'), store.attribute('traces', 'app.plan', 'string')),
  )
  await first.drop()
  expect(await samplesThere()).toEqual([])
  const again = (await samples!.open())!
  await again.drop()
})

test('where a sample cannot be made or misses a column, all spans are asked', async () => {
  await fill()
  const options = { detectors, maxUnits: 100 }
  const expected = await loadUnits(store, release, window, options)
  const spoiled: readonly ((copy: SpanSample['copy']) => SpanSample['copy'])[] = [
    (copy) => (parts, _, parameters) => copy(parts, 'nonsense = 1', parameters),
    (copy) => async (parts, condition, parameters) => {
      const spans = await copy(parts, condition, parameters)
      return { ...spans!, attribute: () => 'nonsense' }
    },
  ]
  for (const spoil of spoiled) {
    const samples: SpanSamples = {
      open: async () => {
        const opened = (await store.samples!.open())!
        return { ...opened, copy: spoil(opened.copy.bind(opened)) }
      },
    }
    const sample = new LookSample({ ...store, samples }, release, window, pace)
    expect(await loadUnits(store, release, window, { ...options, sample })).toEqual(expected)
    await sample.close()
  }
  expect(await samplesThere()).toEqual([])
})

test('in whichever slice of time a call lies, its answer is looked for a minute around it', async () => {
  const hours = 6 * 60 * minute
  const { calls, answers } = slicesOf(start, start + hours, 4)
  const times = `SELECT arrayJoin([-60000, 0, 59999]) AS later, toInt64(${start} + number * 7919) AS at,
    fromUnixTimestamp64Milli(at) AS time FROM numbers(${Math.floor(hours / 7919)})`
  const [found] = await store.query<Record<string, number>>(
    `SELECT countIf(called) > 1000 AS many, countIf(called AND NOT looked) AS missed, avg(looked) < 0.8 AS spared
     FROM (SELECT ${calls} AS called, ${answers.replaceAll('(time)', '(answered)')} AS looked
       FROM (SELECT *, fromUnixTimestamp64Milli(at + later) AS answered FROM (${times})))`,
    {},
    { as: 'admin' },
  )
  expect(found).toEqual({ many: 1, missed: 0, spared: 1 })
})
