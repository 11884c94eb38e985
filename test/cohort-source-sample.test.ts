import { describe, expect, it } from 'vitest'
import type { Cohort } from '../src/cohorts/cohort.ts'
import { cohortMask, type CohortTable } from '../src/cohorts/cohort-table.ts'
import type { DiscoverySample } from '../src/cohorts/compare/cohort-source.ts'
import { balanced } from '../src/cohorts/mix-balance.ts'
import type { SqlPopulation } from '../src/cohorts/source/sql-population.ts'
import { sqlSource } from '../src/cohorts/source/sql-source.ts'
import { eventPopulation, tableOf } from './cohort-source/event-rows.ts'
import { cohorts, openEventSource } from './cohort-source/event-source.ts'

const { engine, rows, table, places, source } = await openEventSource()

/** Rows of a sample as texts, sorted. */
function rowTexts({ table: sampled, measures }: DiscoverySample): string[] {
  return Array.from({ length: sampled.rows }, (_, row) =>
    JSON.stringify([
      sampled.candidate[row],
      sampled.weights?.[row] ?? 1,
      ...sampled.attributes.map((column) =>
        column.kind === 'number' ? String(column.values[row]) : column.values[column.codes[row]!],
      ),
      ...measures.map(({ bad }) => bad[row]),
    ]),
  )
}

describe('the sample', () => {
  it('is the discovery half, whole where it is small, with its values', async () => {
    const sample = await source().sample()
    const half = rows.filter((_, i) => places[i]!.half === 0)
    expect(sample.table.rows).toBe(half.length)
    expect(sample.table.weights).toBeUndefined()
    expect(sample.notes).toEqual([expect.stringContaining('age has infinite values')])
    const counted = (of: CohortTable, cohort: Cohort): number =>
      cohortMask(of, cohort).reduce((sum, inside) => sum + inside, 0)
    const truth = tableOf(half)
    for (const cohort of cohorts) expect(counted(sample.table, cohort)).toBe(counted(truth, cohort))
    const [rate] = sample.measures
    expect(rate!.bad.filter((flag) => flag === 1).length).toBe(
      half.filter(({ failed }) => failed === 1).length,
    )
    const p50 = sample.measures.find(({ name }) => name === 'slow p50')!
    expect(p50.bad.filter((flag) => flag === 255).length).toBe(
      half.filter(({ dur }) => dur === null || Number.isNaN(dur)).length,
    )
  })

  it('is the same, row by row, whatever the order of insertion', async () => {
    const [one, other] = [await source().sample(), await source({}, 'aftergreen.shuffled').sample()]
    expect(rowTexts(other)).toEqual(rowTexts(one))
    expect(other).toEqual(one)
    const asked = [{ cohort: cohorts[1]!, measure: 'rate' }]
    const examined = await source().examine(asked)
    expect(await source({}, 'aftergreen.shuffled').examine(asked)).toEqual(examined)
    // rows that the hashes cannot tell apart
    const alike = { exemplar: "'one'", unit: "'one'" }
    const halves = await Promise.all(
      ['aftergreen.events', 'aftergreen.shuffled'].map((from) => source(alike, from).sample()),
    )
    expect(halves[1]).toEqual(halves[0])
  })

  it('of weighted rows stands for all their events', async () => {
    const given = source({ weight: 'weight', badCount: 'k', bad: null, duration: null })
    const sample = await given.sample()
    const half = rows.filter((_, i) => places[i]!.half === 0)
    const sum = (flag: number): number =>
      sample.measures[0]!.bad.reduce(
        (all, bad, row) => all + (bad === flag ? sample.table.weights![row]! : 0),
        0,
      )
    expect(sum(1)).toBe(half.reduce((all, { k }) => all + k, 0))
    expect(sum(0)).toBe(half.reduce((all, { k, weight }) => all + weight - k, 0))
  })
})

it('exemplars are bad rows of the cohort, three on each side, or any where none is bad', async () => {
  const given = source()
  const byId = new Map(rows.map((row, i) => [row.id, { row, i }]))
  const mask = cohortMask(table, cohorts[1]!)
  const ask = (i: number) => ({ cohort: cohorts[i]!, measure: 'rate' })
  const found = (await given.examine([ask(1)]))[0]!.exemplars
  for (const [side, ids] of [found.baseline, found.candidate].entries()) {
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) {
      const { row, i } = byId.get(id)!
      expect([row.failed, mask[i], table.candidate[i]]).toEqual([1, 1, side])
    }
  }
  const none = source({ bad: '0' })
  const others = await none.examine([ask(1), ask(22)])
  expect(others.map(({ exemplars }) => exemplars.baseline.length)).toEqual([3, 0])
  expect(others[0]!.units).toEqual({ baseline: 0, candidate: 0 })
})

it('the predicate reads as a person would write it', () => {
  const given = source()
  expect(given.predicate([])).toBe('1')
  expect(
    given.predicate([
      { attribute: 'country', op: '=', value: "it's" },
      { attribute: 'age', op: 'range', low: 30, high: 60 },
      { attribute: 'operation', op: 'in', values: ['a', 'b'] },
      { attribute: 'city', op: 'absent' },
      { attribute: 'flag', op: '=', value: true },
    ]),
  ).toBe(
    "country = 'it\\'s' AND age >= 30 AND age < 60 AND `the operation` IN ('a', 'b') AND city IS NULL AND flag = true",
  )
})

describe('what cannot be compared', () => {
  it.each([
    ['COMPARE_SIDES_OVERLAP', 'both of the candidate and of the baseline', { candidate: '1' }],
    ['COMPARE_EMPTY_SIDE', 'No row belongs to the candidate.', { candidate: '0' }],
    ['COMPARE_EMPTY_SIDE', 'No row belongs to the baseline.', { baseline: 'NULL' }],
    ['COMPARE_EMPTY_SIDE', 'No row belongs to either side.', { where: '0' }],
    ['COMPARE_VALUES', 'the weight is negative or not a finite number', { weight: 'weight - 2' }],
    ['COMPARE_VALUES', 'the weight is negative or not a finite number', { weight: 'age' }],
    [
      'COMPARE_VALUES',
      'more events are bad than there are',
      { badCount: 'weight + 1', weight: 'weight' },
    ],
    [
      'COMPARE_VALUES',
      'the actual value is negative',
      { additive: { actual: 'n', expected: 'expected' } },
    ],
    [
      'COMPARE_EMPTY_SIDE',
      'The expected values are all 0.',
      { additive: { actual: 'actual', expected: '0' } },
    ],
    ['ENGINE_QUERY', 'refused', { bad: 'nonsense' }],
  ] as const)('%s: %s', async (code, message, changes) => {
    for (const known of [{}, { rows: 20_000 }]) {
      const described = source({ ...changes, ...known }).describe()
      await expect(described).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      })
    }
  })

  it('a missing duration leaves latency out, and says so', async () => {
    for (const known of [{}, { rows: 20_000 }]) {
      const duration = "CAST(NULL, 'Nullable(Float64)')"
      const description = await source({ duration, ...known }).describe()
      expect(description.measures.map(({ name }) => name)).toEqual(['rate', 'volume'])
      expect(description.notes).toEqual([expect.stringContaining('latency was not compared')])
    }
  })
})

describe('many rows', () => {
  const numbers = (count: number): SqlPopulation => ({
    ...eventPopulation(''),
    from: `numbers(${count})`,
    where: '1',
    candidate: 'cityHash64(number, 3) % 100 = 0',
    baseline: 'cityHash64(number, 3) % 100 != 0',
    parameters: {},
    attributes: [
      { name: 'id', sql: 'toString(number)', type: 'string' },
      { name: 'tenth', sql: 'toString(number % 10)', type: 'string' },
    ],
    bad: 'cityHash64(number, 4) % 50 = 0',
    duration: 'toFloat64(cityHash64(number, 5) % 100000)',
    operation: null,
    unit: 'toString(intDiv(number, 3))',
    exemplar: 'toString(number)',
  })

  it('a million distinct values: rates that stand for everything, the small side whole', async () => {
    const given = sqlSource(numbers(1_000_000), engine.runner)
    const description = await given.describe()
    const { table: sampled, measures, notes } = await given.sample()
    expect(sampled.rows).toBeLessThan(500_000)
    expect(sampled.rows).toBeGreaterThan(60_000)
    expect(notes.join()).toContain('For rate the search looked at one in')
    const [exact = []] = await given.count({
      cohorts: [[]],
      measures: description.measures.map(({ name }) => name),
      balance: balanced,
    })
    for (const [m, { name, bad, weights = sampled.weights }] of measures.entries()) {
      const sums = [0, 1].map((side) => ({ bad: 0, total: 0, rows: 0, side }))
      for (let row = 0; row < sampled.rows; row++) {
        if (bad[row] === 255) continue
        const sum = sums[sampled.candidate[row]!]!
        sum.total += weights?.[row] ?? 1
        sum.bad += bad[row] === 1 ? (weights?.[row] ?? 1) : 0
        sum.rows += 1
      }
      const { baseline, candidate } = exact[m]!.discovery
      // all of the candidate, a hundredth of the rows
      expect({ name, bad: sums[1]!.bad, total: sums[1]!.total }).toEqual({ name, ...candidate })
      for (const of of ['bad', 'total'] as const)
        expect(Math.abs(sums[0]![of] / baseline[of] - 1)).toBeLessThan(0.03)
    }
    // every bad row, because there are few
    const rate = measures[0]!
    const badRows = rate.bad.reduce((sum, flag) => sum + (flag === 1 ? 1 : 0), 0)
    expect(badRows).toBe(exact[0]!.discovery.baseline.bad + exact[0]!.discovery.candidate.bad)
  })

  it('of many attributes that may be there, those with values say how many rows are looked at', async () => {
    const named = (count: number, sql: string) =>
      Array.from({ length: count }, (_, i) => ({
        name: `${sql} ${i}`,
        sql: sql === 'none' ? "CAST(NULL, 'Nullable(String)')" : `toString(number % ${i + 2})`,
        type: 'string' as const,
      }))
    const of = async (attributes: SqlPopulation['attributes'], hasUnused: boolean) =>
      await sqlSource({ ...numbers(1_000_000), attributes, hasUnused }, engine.runner).sample()
    for (const used of [5, 48]) {
      const known = await of(named(used, 'some'), false)
      const found = await of([...named(used, 'some'), ...named(20, 'none')], true)
      expect(found.table.rows).toBe(known.table.rows)
      expect(found.table.attributes.map(({ name }) => name)).toEqual(
        known.table.attributes.map(({ name }) => name),
      )
      expect(found).toEqual(known)
    }
  })

  it('a question that is cancelled ends, and can be asked again', async () => {
    const given = sqlSource(numbers(2_000_000_000), engine.runner)
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 200)
    const since = performance.now()
    await expect(given.describe(stop.signal)).rejects.toThrow('enough')
    expect(performance.now() - since).toBeLessThan(5000)
    const running = await engine.runner.rows<{ n: number }>(
      `SELECT count() AS n FROM system.processes WHERE query LIKE '%numbers(2000000000)%' AND is_cancelled = 0 AND query NOT LIKE '%system.processes%'`,
      {},
    )
    expect(running).toEqual([{ n: 0 }])
  })
})
