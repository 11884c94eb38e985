import { expect, test } from 'vitest'
import { historyPlan } from '../src/releases/judge/history/history-plan.ts'
import { historyScope, loadGrids } from '../src/releases/judge/history/load-history.ts'
import { loadUnits } from '../src/releases/judge/load-units.ts'
import { detectors } from '../src/signals/detectors.ts'
import type { Store } from '../src/store/store.ts'
import { type ArrivingSpan, arrivingSpans, piecesOf, storeSpans } from './judge/arriving-spans.ts'
import { emptiedStore } from './judge/emptied-store.ts'
import { recordedAt } from './judge/judge-at.ts'
import { readLookByLook } from './judge/read-look-by-look.ts'

const start = Date.UTC(2026, 0, 15, 6)
const minute = 60_000

let store: Store
emptiedStore((opened) => {
  store = opened
})

test('what is read look by look is what one reading gives', async () => {
  const { last, repeated } = await readLookByLook(store, {
    environment: 'incremental',
    seed: 1,
    traces: 300,
    maxUnits: 100_000,
    minutes: 9,
    compareEvery: 4,
  })
  expect(last.sampledFrom).toBe(last.rows)
  // what makes it hard is there
  expect(last.silent.filter((each) => each === 1).length).toBeGreaterThan(20)
  expect(repeated).toBeGreaterThan(20)
  expect(last.attributes.map(({ name }) => name)).toEqual([
    'operation',
    'app.plan',
    'app.items',
    'service.instance.id',
  ])
})

test('the time before a late part is the same from the units of the look as from what is stored', async () => {
  const from = start + 9 * minute
  const partOf = ({ at }: ArrivingSpan): number => (at < start ? 0 : at < from ? 1 : 2)
  // what goes on over a border is counted on both sides of it, and what both versions answered by each
  const isPlain = (trace: readonly ArrivingSpan[]): boolean =>
    trace.filter(({ kind }) => kind === 'server').length === 1 &&
    new Set(trace.map(partOf)).size === 1 &&
    trace.every(({ version }) => version !== '3.0.0-other')
  const all = arrivingSpans(12, 800, start - 5 * minute, start + 12 * minute)
  const spans = [...Map.groupBy(all, ({ trace }) => trace).values()].filter(isPlain).flat()
  for (const some of piecesOf(spans)) await storeSpans(store, 'late', some)
  const { release } = recordedAt('late', start, { version: '2.0.0', baselineVersion: '1.0.0' })
  const window = { from: start, to: start + 12 * minute, blockMillis: minute, blocks: 12 }
  const table = await loadUnits(store, release, window, { detectors })
  const late = { ...release, startedAt: new Date(from).toISOString() }
  const plan = historyPlan({ ...window, from }, minute)
  const scope = (await historyScope(store, late, detectors, plan))!
  const read = await loadGrids(scope, plan)
  let asked: string[] = []
  const query: Store['queryColumns'] = async (sql, parameters, ...rest) => {
    asked = [...asked, String(parameters?.['to'])]
    return await store.queryColumns(sql, parameters, ...rest)
  }
  const counted = { ...scope, store: { ...store, queryColumns: query } }
  const grids = await loadGrids(counted, plan, { table, from: start })
  expect(grids).toEqual(read)
  const silent = [...grids.now.operations.values()].flatMap((counts) => [...counts.silent])
  expect(silent.some((units) => units > 0)).toBe(true)
  // nothing that the look knows was read again
  expect(asked).toContain(new Date(start).toISOString())
  expect(asked).not.toContain(late.startedAt)
})
