import { expect, test } from 'vitest'
import { cohortMask } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import { lookAt as look, watchBlocks as watch } from '../testing/look-at.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { tableUntil } from './table-until.ts'
import type { Finding } from '../verdict.ts'
import { newWatchState } from './hypothesis.ts'
import type { UnitJudgement } from './judge-units.ts'
import type { UnitTable } from './unit-table.ts'

function standing({ findings }: UnitJudgement): Finding[] {
  return findings.filter(({ id }) => !findings.some(({ explains }) => explains.includes(id)))
}

/** Share of the candidate's rows in either cohort that lie in both: descriptions may differ, the rows must not. */
function overlap(table: UnitTable, a: Cohort, b: Cohort): number {
  const masks = [cohortMask(table, a), cohortMask(table, b)]
  const rows = table.candidate.map((side, row) => side * (masks[0]![row]! + masks[1]![row]!))
  const both = rows.filter((n) => n === 2).length
  return both / rows.filter((n) => n > 0).length
}

const is = (attribute: string, value: string): Cohort[number] => ({ attribute, op: '=', value })
const slow: Cohort = [
  is('operation', 'GET /quote'),
  is('app.locale', 'pt-BR'),
  { attribute: 'app.account.age_days', op: 'range', low: 30, high: 60 },
]
const swallowed: Cohort = [
  is('operation', 'POST /orders'),
  is('app.card.type', 'amex'),
  is('app.payment.provider', 'bluecard'),
]

test('a slow cohort of 0.8 % of the traffic and a swallowed error are found and named exactly', () => {
  const seeds = [3, 4, 6, 11, 14]
  let exact = 0
  for (const seed of seeds) {
    const table = syntheticUnits({ seed, units: 20_000, slowCohort: true, swallowedError: true })
    const judgement = look(table)
    expect(judgement.state.alarmedAt).not.toBeNull()
    const found = standing(judgement)
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(['latency', 'silent-failure'])
    const same = found.every(
      ({ kind, cohort }) =>
        cohort.length <= 3 && overlap(table, cohort, kind === 'latency' ? slow : swallowed) > 0.9,
    )
    if (same) exact += 1
    // what only repeats them is listed as explained, and every finding has traces to look at
    expect(judgement.findings.length).toBeGreaterThan(2)
    for (const { id, evidence } of judgement.findings) {
      expect(evidence.exemplars.length).toBeGreaterThan(0)
      expect(judgement.distributions[id]).toBeDefined()
    }
  }
  expect(exact).toBeGreaterThanOrEqual(seeds.length - 1)
})

test('the size of what is found is the size of what was planted', () => {
  const judgement = look(syntheticUnits({ seed: 3, units: 20_000, slowCohort: true }))
  const { effect, evidence } = standing(judgement)[0]!
  expect(effect.low).toBeLessThan(4)
  expect(effect.high).toBeGreaterThan(4)
  expect(effect.ratio).toBeGreaterThan(2.5)
  expect(evidence.candidateCount).toBeGreaterThan(10)
})

test('a shift of the mix in which nothing fails more often or takes longer is no finding', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const judgement = look(syntheticUnits({ seed, units: 8000, candidateMix: [0.1, 0.4, 0.5] }))
    expect(judgement.state.alarmedAt).toBeNull()
    expect(judgement.findings).toEqual([])
  }
})

test('nor where the candidate merely gets more of the operation that fails most', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const judgement = look(
      syntheticUnits({
        seed,
        units: 8000,
        candidateMix: [0.1, 0.4, 0.5],
        failureRates: [0.005, 0.005, 0.08],
      }),
    )
    expect(judgement.state.alarmedAt).toBeNull()
    expect(judgement.findings).toEqual([])
  }
})

test('three times the failures are found, as a failure rate', () => {
  for (let seed = 1; seed <= 3; seed++) {
    const judgement = look(syntheticUnits({ seed, units: 20_000, failureRatio: 3 }))
    expect(judgement.state.alarmedAt).not.toBeNull()
    expect(standing(judgement).map(({ kind }) => kind)).toContain('failure-rate')
    expect(judgement.findings.every(({ kind }) => kind === 'failure-rate')).toBe(true)
    for (const { effect } of standing(judgement).filter(({ cohort }) => cohort.length === 0)) {
      expect(effect.low).toBeLessThan(3)
      expect(effect.high).toBeGreaterThan(3)
    }
  }
})

test('a service that got slower everywhere is described by its operations, not by slivers of it', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const judgement = look(syntheticUnits({ seed, units: 8000, slowdown: 1.5 }))
    const named = standing(judgement)
    expect(named.length).toBeGreaterThan(0)
    for (const { evidence } of named) expect(evidence.candidateCount).toBeGreaterThan(50)
  }
})

test('once alarmed, always alarmed, though the fault goes away', () => {
  const table = syntheticUnits({ seed: 5, units: 12_000, swallowedError: true })
  const half = syntheticWindow.to / 2
  const repaired = {
    ...table,
    silent: table.silent.map((silent, row) => (table.at[row]! < half ? silent : 0)),
  }
  const looks = watch(repaired, 8)
  const alarmed = looks.map(({ state }) => state.alarmedAt)
  const first = alarmed.findIndex((at) => at !== null)
  expect(first).toBeGreaterThanOrEqual(0)
  expect(first).toBeLessThan(4)
  expect(new Set(alarmed.slice(first))).toEqual(new Set([alarmed[first]]))
  // and an alarm that came with the state stays, whatever the units show
  const healthy = look(syntheticUnits({ seed: 1, units: 1000 }), {
    ...newWatchState(),
    alarmedAt: '2026-03-02T10:00:00.000Z',
  })
  expect(healthy.state.alarmedAt).toBe('2026-03-02T10:00:00.000Z')
})

test('a finding keeps its id and the time when it was first seen', () => {
  const looks = watch(
    syntheticUnits({ seed: 5, units: 12_000, swallowedError: true, slowCohort: true }),
    8,
  )
  const firstSeen = new Map<string, string>()
  looks.forEach(({ findings }, i) => {
    for (const { id, evidence } of findings) {
      const known = firstSeen.get(id) ?? new Date(((i + 1) * syntheticWindow.to) / 8).toISOString()
      firstSeen.set(id, known)
      expect(evidence.firstSeen).toBe(known)
    }
  })
  expect(firstSeen.size).toBeGreaterThan(0)
  expect(looks.at(-1)!.state.looks).toBe(8)
})

test('the same look gives the same judgement and leaves its input alone', () => {
  const table = syntheticUnits({ seed: 9, units: 4000, swallowedError: true })
  const state = newWatchState()
  const judgement = look(table, state)
  expect(state).toEqual(newWatchState())
  expect(look(table)).toEqual(judgement)
})

test('no units at all: nothing is claimed', () => {
  const nothing = tableUntil(syntheticUnits({ seed: 1, units: 10 }), 0)
  const judgement = look(nothing, newWatchState(), { from: 0, to: 0, blockMillis: 5000, blocks: 0 })
  expect(judgement).toMatchObject({ findings: [], state: { alarmedAt: null } })
  expect(judgement.claims.every(({ met }) => !met)).toBe(true)
})
