import { expect, test } from 'vitest'

import type { MemoryCategoryColumn, MemoryColumn } from '../source/memory-rows.ts'
import { placeUnits } from '../source/unit-hash.ts'
import {
  detectableNats,
  EvidenceTally,
  shareEvidence,
  volumeEvidence,
} from './expected-evidence.ts'
import { plantedEvents, type PlantedEvents, type PlantKind } from './planted-events.ts'

const options = { rows: 30_000, attributes: 20, kinds: ['rate', 'latency', 'volume'] } as const

test('the same seed gives the same events, another one does not', () => {
  const [first, second, other] = [7, 7, 8].map((seed) =>
    plantedEvents({ ...options, rows: 3000, seed }),
  )
  expect(second).toEqual(first)
  expect(other!.unit).not.toEqual(first!.unit)
})

test('users have 1 to 50 events, one after the other, and values of their own', () => {
  const { unit, table } = plantedEvents({ ...options, seed: 3 })
  const events = new Map<number, number>()
  const country = table.attributes.find(({ name }) => name === 'country') as MemoryCategoryColumn
  let torn = 0
  for (let row = 0; row < unit.length; row++) {
    events.set(unit[row]!, (events.get(unit[row]!) ?? 0) + 1)
    const step = row === 0 ? 0 : unit[row]! - unit[row - 1]!
    if (step !== 0 && step !== 1) torn += 1
    if (row > 0 && step === 0 && country.codes[row] !== country.codes[row - 1]) torn += 1
  }
  expect(torn).toBe(0)
  expect(Math.max(...events.values())).toBe(50)
  expect([...events.values()].filter((count) => count === 1).length).toBeGreaterThan(1000)
})

/** A renaming, or a number in another unit. */
function sameGroups(own: MemoryColumn | undefined, original: MemoryColumn | undefined): boolean {
  if (own?.kind === 'number' && original?.kind === 'number') {
    return own.values.every((value, row) =>
      Object.is(value, Math.fround(original.values[row]! * 100)),
    )
  }
  if (own?.kind !== 'category' || original?.kind !== 'category') return false
  return own.codes.every((code, row) => code === original.codes[row])
}

test('sixty attributes hold identifiers, absent values, renamings and noisy functions of others', () => {
  const { table, renames } = plantedEvents({ ...options, seed: 5, attributes: 60 })
  expect(table.attributes).toHaveLength(60)
  expect(new Set(table.attributes.map(({ name }) => name)).size).toBe(60)
  expect(renames.size).toBeGreaterThanOrEqual(3)
  for (const [name, from] of renames) {
    const [own, original] = [name, from].map((wanted) =>
      table.attributes.find((column) => column.name === wanted),
    )
    expect(sameGroups(own, original)).toBe(true)
  }
  const distinct = table.attributes.map((column) =>
    column.kind === 'category' ? new Set(column.codes).size : 0,
  )
  expect(Math.max(...distinct)).toBeGreaterThan(8000)
})

/** One cohort of about 2 % of the events. */
function plantOne(kind: PlantKind, effect: number): PlantedEvents & { sides: Uint32Array[] } {
  const wish = { order: 2, ranged: true, share: 0.02, kind, effect }
  const events = plantedEvents({ ...options, rows: 60_000, seed: 4, plants: [wish] })
  const sides = [0, 1].map((side) =>
    events.planted[0]!.members.filter((row) => events.table.candidate[row] === side),
  )
  return { ...events, sides }
}

test('a planted cohort fails more often by its odds, and the excess is what it caused', () => {
  const { planted, sides, measures } = plantOne('rate', 12)
  const { bad } = measures[0]!
  const rates = sides.map((rows) => rows.filter((row) => bad[row] === 1).length / rows.length)
  const [before, after] = rates as [number, number]
  const odds = ((after / (1 - after)) * (1 - before)) / before
  // users differ, so that the odds of all together change less than those of each event
  expect(odds).toBeGreaterThan(6)
  expect(odds).toBeLessThan(14)
  const { baseline, candidate } = planted[0]!.expected
  expect(Math.abs(candidate.bad / candidate.total / after - 1)).toBeLessThan(0.15)
  expect(baseline.bad / baseline.total).toBeLessThan(candidate.bad / candidate.total)
  const caused = planted[0]!.excess.get('rate')!
  expect(caused.every((row) => bad[row] === 1)).toBe(true)
  expect(caused.length / sides[1]!.length).toBeLessThan(after - 0.4 * before)
  expect(caused.length / sides[1]!.length).toBeGreaterThan(after - 1.6 * before)
})

test('a planted cohort takes longer by its factor', () => {
  const { planted, sides, durations } = plantOne('latency', 3)
  const logs = sides.map(
    (rows) => rows.reduce((sum, row) => sum + Math.log(durations!.values[row]!), 0) / rows.length,
  )
  expect(Math.abs(logs[1]! - logs[0]! - Math.log(3))).toBeLessThan(0.25)
  expect([...planted[0]!.excess.keys()]).toEqual(['slow p50', 'slow p90', 'slow p99'])
})

test('a planted cohort has its factor of events, down to none', () => {
  const { sides, table } = plantOne('volume', 3)
  const rest = table.candidate.reduce((sum, side) => sum + side, 0) / table.rows
  const times = (sides[1]!.length / sides[0]!.length) * ((1 - rest) / rest)
  expect(Math.abs(times - 3)).toBeLessThan(0.5)
  expect(plantOne('volume', 0).sides[1]).toHaveLength(0)
})

test('healthy events have no plant, and both sides fail alike', () => {
  for (const seed of [1, 2, 3]) {
    const { planted, table, measures, traits } = plantedEvents({ ...options, seed, healthy: true })
    expect(planted).toEqual([])
    expect(traits).toMatchObject({ globalOdds: 1, globalDelay: 0, mixShift: 1 })
    const counts = [0, 0, 0, 0]
    for (let row = 0; row < table.rows; row++) {
      counts[table.candidate[row]! * 2 + measures[0]!.bad[row]!]! += 1
    }
    const [good0, bad0, good1, bad1] = counts as [number, number, number, number]
    const deviation = Math.sqrt(1 / bad0 + 1 / bad1)
    expect(Math.abs(Math.log((bad1 * good0) / (bad0 * good1)))).toBeLessThan(5 * deviation)
  }
})

test('twelve bad events that all fall on one of two equal sides are at the line', () => {
  const counts = {
    baseline: { bad: 0, total: 1e6 },
    candidate: { bad: 12, total: 1e6 },
    designEffect: 1,
  }
  expect(shareEvidence(counts, 1)).toBeCloseTo(detectableNats, 3)
  expect(shareEvidence({ ...counts, designEffect: 2 }, 1)).toBeCloseTo(detectableNats / 2, 3)
  const split = {
    baseline: { bad: 0, total: 0 },
    candidate: { bad: 0, total: 12 },
    designEffect: 1,
  }
  expect(volumeEvidence(split, 0.5)).toBeCloseTo(detectableNats, 9)
  // a change that everything made alike is no evidence
  const alike = {
    baseline: { bad: 100, total: 1e4 },
    candidate: { bad: 198.0198, total: 1e4 },
    designEffect: 1,
  }
  expect(shareEvidence(alike, 2)).toBeLessThan(1e-6)
})

test('each half is weighed by the rows that it has', () => {
  const wish = { order: 1, ranged: false, share: 0.002, kind: 'rate', effect: 15 } as const
  const traits = { split: 'user', baseRate: 0.02, userSpread: 0, brokenUsers: 0 } as const
  const unlike = { as: 0, other: 0 }
  for (let seed = 1; seed <= 16; seed++) {
    const { planted, table, unit } = plantedEvents({ ...options, seed, plants: [wish], traits })
    const places = placeUnits(unit, 1)
    for (const { members, expected } of planted) {
      const rows = [0, 0]
      for (const row of members) rows[places[row]! >> 8]! += table.candidate[row]!
      const [searched = 0, confirming = 0] = rows
      if (Math.max(searched, confirming) < 2 * Math.min(searched, confirming)) continue
      const isAs = expected.searchNats > expected.nats === searched > confirming
      unlike[isAs ? 'as' : 'other'] += 1
    }
  }
  // the baseline's rows matter too
  expect(unlike.as).toBeGreaterThan(3 * unlike.other)
})

test('users who fail with all their events raise the design effect', () => {
  const independent = new EvidenceTally()
  const clustered = new EvidenceTally()
  for (let user = 0; user < 400; user++) {
    for (let event = 0; event < 10; event++) {
      const side = user % 2 === 0 ? 0 : 1
      independent.add(user, side, 0.1)
      clustered.add(user, side, user % 20 < 2 ? 0.999 : 0.0001)
    }
  }
  expect(independent.counts().designEffect).toBeCloseTo(1, 9)
  expect(clustered.counts().designEffect).toBeGreaterThan(9)
  expect(clustered.users()).toBeLessThan(independent.users())
})
