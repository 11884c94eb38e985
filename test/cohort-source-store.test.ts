import { hash } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Cohort } from '../src/cohorts/cohort.ts'
import type { CohortSource } from '../src/cohorts/compare/cohort-source.ts'
import { balanced } from '../src/cohorts/mix-balance.ts'
import type { SqlPopulation } from '../src/cohorts/source/sql-population.ts'
import { sqlSource } from '../src/cohorts/source/sql-source.ts'
import { storePopulation, storeRunner } from '../src/cohorts/source/store-population.ts'
import { decodeExport } from '../src/otlp/decode-export.ts'
import { openStore, type Store } from '../src/store/store.ts'
import type { Span } from './own-tables/otlp-request.ts'
import { seconds, start } from './own-tables/shop-telemetry.ts'
import { theirTables, type TheirTables } from './own-tables/their-tables.ts'

let own: Store
let their: TheirTables

beforeAll(async () => {
  their = await theirTables()
  own = await openStore({ dataFolder: path.join(their.folder, 'ours'), log: () => {} })
  const body = Buffer.from(JSON.stringify({ resourceSpans: their.spans }))
  await own.ingest('traces', hash('sha1', body), (batch) =>
    decodeExport('traces', 'json', body, batch),
  )
  await own.drained()
})

afterAll(async () => {
  await own?.close()
  await their?.close()
})

const version = (side: string, value: string) => ({
  sql: `service_version = {${side}: String}`,
  parameters: { [side]: value },
})

const population = (
  store: Store,
  changes: Partial<Parameters<typeof storePopulation>[1]> = {},
): Promise<SqlPopulation> =>
  storePopulation(store, {
    service: 'checkout',
    environment: 'production',
    candidate: version('new', '2.0.0'),
    baseline: version('old', '1.0.0'),
    from: start,
    to: start + seconds * 1000,
    measures: ['rate', 'latency', 'volume'],
    ...changes,
  })

async function sourceOf(store: Store): Promise<CohortSource> {
  return sqlSource(await population(store), storeRunner(store))
}

/** The entry spans that were sent, with their version and the events that each stands for. */
function sent(): { side: 'baseline' | 'candidate'; span: Span; weight: number; bad: boolean }[] {
  return their.spans.flatMap((resource, i) =>
    resource.scopeSpans.flatMap(({ spans }) =>
      spans
        .filter(({ kind }) => kind === 2)
        .map((span) => ({
          side: i === 0 ? ('baseline' as const) : ('candidate' as const),
          span,
          weight: span.traceState === 'ot=th:8' ? 2 : 4,
          bad: span.status?.code === 2,
        })),
    ),
  )
}

it('looks at the rows once for what tells units apart and for whether maps have attributes', async () => {
  const asked: string[] = []
  const store: Store = {
    ...own,
    query: (sql, parameters, options) => {
      asked.push(sql)
      return own.query(sql, parameters, options)
    },
  }
  expect(await population(store)).toMatchObject({ unitName: 'user.id', rows: 3000 })
  // these are in maps: which ones takes two more
  expect(asked.filter((sql) => sql.includes(own.relation('traces')))).toHaveLength(3)
})

it.each([
  ['own tables', () => own],
  ["the Collector's tables", () => their.store],
])('counts in %s are those of the spans that were sent', async (_, storeOf) => {
  const source = await sourceOf(storeOf())
  const description = await source.describe()
  const spans = sent()
  const sum = (of: typeof spans): number => of.reduce((all, { weight }) => all + weight, 0)
  const on = (side: string, of = spans): typeof spans => of.filter((one) => one.side === side)
  expect(description).toMatchObject({
    rows: 3000,
    baseline: sum(on('baseline')),
    candidate: sum(on('candidate')),
    unit: 'user.id',
    exemplar: 'trace',
  })
  const large: Cohort = [{ attribute: 'app.items', op: 'range', low: 30, high: null }]
  const [counts] = await source.count({
    cohorts: [large],
    measures: ['rate', 'volume'],
    balance: balanced,
  })
  const items = ({ attributes }: Span): number => {
    const found = attributes.find(({ key }) => key === 'app.items')!.value
    return 'intValue' in found ? Number(found.intValue) : 0
  }
  const inside = spans.filter(({ span }) => items(span) >= 30)
  for (const side of ['baseline', 'candidate'] as const) {
    expect(counts![0]![side]).toEqual({
      bad: sum(on(side, inside).filter(({ bad }) => bad)),
      total: sum(on(side, inside)),
    })
  }
  const asked = [{ cohort: large, measure: 'rate' }]
  const { baseline, candidate: newer } = counts![0]!
  const [examined] = await source.examine(asked)
  expect(examined!.counts).toEqual({ baseline, candidate: newer })
  const { candidate } = examined!.exemplars
  const failed = inside.filter(({ bad, side }) => bad && side === 'candidate')
  expect(candidate).toHaveLength(3)
  for (const id of candidate) expect(failed.map(({ span }) => span.traceId)).toContain(id)
})

it('both kinds of tables give the same exemplars', async () => {
  const asked = [
    { cohort: [{ attribute: 'app.plan', op: '=', value: 'business' } as const], measure: 'rate' },
    {
      cohort: [{ attribute: 'app.items', op: 'range', low: 30, high: null } as const],
      measure: 'slow p90',
    },
    { cohort: [{ attribute: 'app.plan', op: '=', value: 'none' } as const], measure: 'rate' },
  ]
  const [ours, theirs] = [
    await (await sourceOf(own)).examine(asked),
    await (await sourceOf(their.store)).examine(asked),
  ]
  expect(ours).toEqual(theirs)
  expect(ours.map(({ exemplars }) => exemplars.candidate.length)).toEqual([3, 3, 0])
})

it('both kinds of tables give the same sample', async () => {
  const [ours, theirs] = [
    await (await sourceOf(own)).sample(),
    await (await sourceOf(their.store)).sample(),
  ]
  expect(ours.table.rows).toBeGreaterThan(1000)
  const byName = (sample: typeof ours) =>
    new Map(sample.table.attributes.map((column) => [column.name, column]))
  const [one, other] = [byName(ours), byName(theirs)]
  for (const name of ['operation', 'app.plan', 'app.items', 'app.ratio', 'app.member'])
    expect([name, other.get(name)]).toEqual([name, one.get(name)])
  expect(theirs.table.weights).toEqual(ours.table.weights)
  expect(theirs.measures).toEqual(ours.measures)
})

it('attributes are those that may name a cohort, the most frequent first', async () => {
  const all = await population(own)
  const names = all.attributes.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['operation', 'app.plan', 'app.items', 'host.name']))
  for (const outcome of ['http.response.status_code', 'service.version', 'process.pid'])
    expect(names).not.toContain(outcome)
  const few = await population(own, {
    maxAttributes: 2,
    ignore: ['app.plan'],
    include: ['process.pid'],
  })
  expect(few.attributes).toHaveLength(3)
  expect(few.cut).toEqual([expect.stringContaining('left out: ')])
  const named = await population(own, { ignore: ['app.*'], include: ['process.pid'] })
  expect(named.attributes.map(({ name }) => name)).toContain('process.pid')
  expect(named.attributes.map(({ name }) => name)).not.toContain('app.plan')
})

it('no attribute with a value is missed, and those without one are no part of the sample', async () => {
  const all = await population(own)
  // nobody looked at the rows for these
  expect(all).toMatchObject({ hasUnused: true })
  expect(all.attributes.map(({ name }) => name)).toContain('cloud.region')
  const { table } = await (await sourceOf(own)).sample()
  const names = table.attributes.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['app.coupon', 'app.plan', 'http.route']))
  expect(names).not.toContain('cloud.region')
  await expect(population(own, { unit: 'cloud.region' })).rejects.toMatchObject({
    code: 'COMPARE_COLUMN',
  })
})

it('the unit is a person where most requests say who it was', async () => {
  const byPerson = await population(own)
  expect(byPerson).toMatchObject({ unitName: 'user.id', cut: [] })
  expect(byPerson.notes).toEqual([expect.stringContaining('belong together: user.id')])
  expect(byPerson.attributes.map(({ name }) => name)).not.toContain('user.id')
  const asked = await population(own, { include: ['user.id'] })
  expect(asked.attributes.map(({ name }) => name)).toContain('user.id')
  expect(await population(own, { unit: 'trace_id' })).toMatchObject({ unit: 'trace_id' })
  const coupon = await population(own, { unit: 'app.coupon' })
  expect(coupon.notes).toEqual(['Requests without app.coupon count as units by their trace.'])
  await expect(population(own, { unit: 'user.idd' })).rejects.toMatchObject({
    code: 'COMPARE_COLUMN',
    message: 'There is no attribute user.idd. Nearest: user.id.',
  })
})

it('rows that arrive between two questions are counted, and break nothing', async () => {
  const source = await sourceOf(own)
  const before = await source.describe()
  const late = structuredClone(their.spans)
  for (const { scopeSpans } of late)
    for (const { spans } of scopeSpans)
      for (const span of spans) span.traceId = span.traceId.replace('c0ffee', 'decade')
  const body = Buffer.from(JSON.stringify({ resourceSpans: late }))
  await own.ingest('traces', hash('sha1', body), (batch) =>
    decodeExport('traces', 'json', body, batch),
  )
  await own.drained()
  const cohort: Cohort = [{ attribute: 'app.plan', op: '=', value: 'business' }]
  const sample = await source.sample()
  expect(sample.table.rows).toBeGreaterThan(1000)
  const [counts] = await source.count({ cohorts: [cohort], measures: ['rate'], balance: balanced })
  const [examined] = await source.examine([{ cohort, measure: 'rate' }])
  const { baseline, candidate } = counts![0]!
  expect(examined!.counts).toEqual({ baseline, candidate })
  expect(baseline.total + candidate.total).toBeGreaterThan(0)
  expect((await source.describe()).rows).toBe(before.rows)
  expect((await (await sourceOf(own)).describe()).rows).toBe(2 * before.rows)
})
