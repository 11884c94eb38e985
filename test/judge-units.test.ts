import { expect, test } from 'vitest'
import { countSpans } from '../src/releases/judge/units/count-spans.ts'
import { KeptKeys } from '../src/releases/judge/units/kept-keys.ts'
import { readUnits } from '../src/releases/judge/units/read-units.ts'
import type { Stretch } from '../src/releases/judge/units/time-chunks.ts'
import { newUnitValues, type UnitRows } from '../src/releases/judge/units/unit-rows.ts'
import { unitScope } from '../src/releases/judge/units/unit-scope.ts'
import type { Store } from '../src/store/store.ts'
import { type ArrivingSpan, arrivingSpans, piecesOf, storeSpans } from './judge/arriving-spans.ts'
import { emptiedStore } from './judge/emptied-store.ts'
import { recordedAt } from './judge/judge-at.ts'

const start = Date.UTC(2026, 0, 15, 6)
const minute = 60_000
const environment = 'units'
const versions = { version: '2.0.0', baselineVersion: '1.0.0' }
const { release } = recordedAt(environment, start, versions)

let store: Store
emptiedStore((opened) => {
  store = opened
})

async function fill(spans: readonly ArrivingSpan[]): Promise<void> {
  for (const some of piecesOf(spans)) await storeSpans(store, environment, some)
}

const stretch = (from: number, to: number): Stretch => ({
  from: start + from * minute,
  to: start + to * minute,
})
const scopeOf = (to: number, of = store) => unitScope(of, release, stretch(0, to))

test('units are the same whether they are put together here or by the engine', async () => {
  await fill(arrivingSpans(4, 500, start, start + 6 * minute))
  const keys = [
    { key: 'app.plan', type: 'string', rows: 1 },
    { key: 'app.items', type: 'double', rows: 1 },
  ] as const
  const stretches = [stretch(0, 1), stretch(1, 4), stretch(5, 6)]
  const read = async (most?: number): Promise<object[]> => {
    const values = newUnitValues()
    const parts = await readUnits(scopeOf(6), stretches, 1, keys, values, most)
    return parts.map((rows) => plain(rows, values))
  }
  const ours = await read()
  expect(await read(1)).toEqual(ours)
  const units = ours.map((rows) => (rows as UnitRows).rows)
  expect(Math.min(...units)).toBeGreaterThan(30)
  // some have several spans
  const spans = ours.flatMap((rows) => (rows as UnitRows).spans)
  expect(spans.filter((ids) => ids.includes(',')).length).toBeGreaterThan(10)
})

/** With values in place of the numbers that they happen to have. */
function plain(rows: UnitRows, values: ReturnType<typeof newUnitValues>): object {
  const attributes = [...rows.attributes].map(([id, cells]) => [
    id,
    cells instanceof Float64Array
      ? cells
      : Array.from(cells, (cell) => values.attributes.get(id)!.values[cell]),
  ])
  const operation = Array.from(rows.operation, (id) => values.operations.values[id])
  return { ...rows, operation, attributes }
}

/** The same store, with the conditions that keys were asked for with. */
function watched(): { store: Store; asked: () => number } {
  let asked = 0
  const query: Store['query'] = async (sql, ...rest) => {
    if (sql.includes('AS part')) asked += 1
    return await store.query(sql, ...rest)
  }
  return { store: { ...store, query }, asked: () => asked }
}

test('keys of a stretch are asked for again only when something came to it', async () => {
  const spans = arrivingSpans(5, 400, start, start + 6 * minute)
  await fill(spans)
  const { store: counted, asked } = watched()
  const kept = new KeptKeys()
  const look = async (keys: KeptKeys, stretches: readonly Stretch[], oneOf = 1) => {
    const scope = scopeOf(6, counted)
    const counts = await countSpans(scope, stretches, 1)
    return await keys.keysOf(scope, stretches, counts, oneOf, 60)
  }
  const thirds = [stretch(0, 2), stretch(2, 4), stretch(4, 6)]
  const first = await look(kept, thirds)
  expect(first.map(({ key, type }) => `${type} ${key}`)).toEqual([
    'string app.plan',
    'double app.items',
  ])
  expect(await look(kept, thirds)).toEqual(first)
  // put together since
  expect(await look(kept, [stretch(0, 4), stretch(4, 6)])).toEqual(first)
  expect(asked()).toBe(1)

  const late: ArrivingSpan = {
    ...spans.find(({ kind, version }) => kind === 'server' && version === '2.0.0')!,
    at: start + minute,
    trace: 'f'.repeat(32),
    span: 'f'.repeat(16),
    texts: { 'app.new': 'x' },
  }
  await storeSpans(store, environment, [late])
  const halves = [stretch(0, 4), stretch(4, 6)]
  const next = await look(kept, halves)
  expect(next).toContainEqual({ key: 'app.new', type: 'string', rows: 1 })
  expect(next).toEqual(await look(new KeptKeys(), halves))
  expect(asked()).toBe(3)
  // of fewer traces there are fewer rows
  const fewer = await look(kept, halves, 4)
  expect(fewer).toEqual(await look(new KeptKeys(), halves, 4))
  expect(fewer[0]!.rows).toBeLessThan(next[0]!.rows / 2)
  expect(fewer[0]!.rows).toBeGreaterThan(0)
})
