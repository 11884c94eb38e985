import { expect, test } from 'vitest'
import { clopperPearson } from '../../stats/clopper-pearson.ts'
import { createRandom } from '../../stats/random.ts'
import { syntheticUnits, syntheticWindow } from '../testing/synthetic-units.ts'
import { tableOf, type UnitRow } from '../testing/table-of.ts'
import { defaultPolicy } from './policy.ts'
import { requiredOperations, safetyClaims, type SafetyClaim } from './safety-claims.ts'

const window = { from: 0, to: 20_000, blockMillis: 1000, blocks: 20 }

interface Sides {
  seed: number
  units: number
  /** Failure rates. */
  baseline: number
  candidate: number
  /** Multiplies the candidate's odds of exceeding the baseline's median and p90. */
  odds?: number
  silent?: boolean
}

/** Uniform durations, so that every quantile is known. */
function claimsOf({
  seed,
  units,
  baseline,
  candidate,
  odds = 1,
  silent = false,
}: Sides): SafetyClaim[] {
  const random = createRandom(seed)
  const rows = Array.from({ length: units }, (_, i): UnitRow => {
    const isCandidate = random.uniform() < 0.5
    const bad = random.uniform() < (isCandidate ? candidate : baseline)
    const u = random.uniform()
    // odds of u > x multiplied at every x
    const slower = isCandidate ? (odds * u) / (1 - u + odds * u) : u
    return {
      at: (i / units) * window.to,
      candidate: isCandidate,
      failed: bad && !silent,
      silent: bad && silent,
      duration: 10 + 90 * slower,
    }
  })
  return safetyClaims(tableOf(rows), 'checkout', window, defaultPolicy)
}

function metIn(runs: number, sides: Omit<Sides, 'seed'>, claim: number): number {
  let met = 0
  for (let seed = 1; seed <= runs; seed++) {
    if (claimsOf({ ...sides, seed })[claim]!.met) met += 1
  }
  return met
}

test('claims are made about the service and about each operation that carries traffic', () => {
  const table = syntheticUnits({ seed: 1, units: 3000 })
  expect(requiredOperations(table, defaultPolicy)).toEqual([
    'GET /quote',
    'GET /cart',
    'POST /orders',
  ])
  const claims = safetyClaims(table, 'checkout', syntheticWindow, defaultPolicy)
  expect(claims.map(({ operation, kind }) => `${operation ?? '*'} ${kind}`)).toEqual([
    '* failure-rate',
    '* silent-failure',
    'GET /quote failure-rate',
    'GET /quote latency',
    'GET /cart failure-rate',
    'GET /cart latency',
    'POST /orders failure-rate',
    'POST /orders latency',
  ])
  expect(new Set(claims.map(({ requirement }) => requirement)).size).toBe(claims.length)
  for (const { units } of claims) expect(units.candidate).toBeLessThan(units.baseline)
  // an operation below the share needs no proof of its own
  const stricter = { ...defaultPolicy, requiredOperationShare: 0.2 }
  expect(requiredOperations(table, stricter)).toEqual(['GET /quote', 'GET /cart'])
})

test('a healthy release proves every claim, given traffic', () => {
  for (let seed = 1; seed <= 2; seed++) {
    const table = syntheticUnits({ seed, units: 30_000, candidateShare: 0.5 })
    const claims = safetyClaims(table, 'checkout', syntheticWindow, defaultPolicy)
    expect(claims.filter(({ met }) => !met)).toEqual([])
    for (const { progress } of claims) expect(progress).toBe(1)
  }
})

test('little traffic proves nothing, and says how far it is', () => {
  const table = syntheticUnits({ seed: 1, units: 300 })
  const claims = safetyClaims(table, 'checkout', syntheticWindow, defaultPolicy)
  expect(claims.every(({ met }) => !met)).toBe(true)
  for (const { progress } of claims) {
    expect(progress).toBeGreaterThanOrEqual(0)
    expect(progress).toBeLessThan(1)
  }
})

test('a silent failure is no failure, and the other way round', () => {
  const silent = claimsOf({ seed: 1, units: 4000, baseline: 0, candidate: 0.1, silent: true })
  expect(silent[0]).toMatchObject({ kind: 'failure-rate', met: true, units: { bad: 0 } })
  expect(silent[1]).toMatchObject({ kind: 'silent-failure', met: false })
  const open = claimsOf({ seed: 1, units: 4000, baseline: 0, candidate: 0.1 })
  expect(open[0]).toMatchObject({ met: false })
  expect(open[1]).toMatchObject({ met: true })
})

test('evidence in blocks with one side empty is not lost', () => {
  const rows = Array.from({ length: 4000 }, (_, i): UnitRow => {
    const at = (i / 4000) * window.to
    return { at, candidate: Math.floor(at / 1000) % 2 === 0, duration: 10 + (i % 90) }
  })
  const claims = safetyClaims(tableOf(rows), 'checkout', window, defaultPolicy)
  expect(claims.map(({ kind, met }) => ({ kind, met }))).toEqual([
    { kind: 'failure-rate', met: true },
    { kind: 'silent-failure', met: true },
    { kind: 'failure-rate', met: true },
    { kind: 'latency', met: true },
  ])
})

/** At the edge of what is claimed, a claim may be met in alphaSafe of the releases at most. */
const runs = 60

test.each<[string, Omit<Sides, 'seed' | 'units'>, number]>([
  ['failures twice as many', { baseline: 0.02, candidate: 0.04 }, 0],
  ['silent failures twice as many', { baseline: 0.02, candidate: 0.04, silent: true }, 1],
  ['failures of an operation three times as many', { baseline: 0.015, candidate: 0.045 }, 2],
  ['odds of a slow request twice as high', { baseline: 0, candidate: 0, odds: 2 }, 3],
])('%s: hardly ever proven safe', (_, sides, claim) => {
  const met = metIn(runs, { ...sides, units: 1200 }, claim)
  const { low } = clopperPearson(met, runs, 0.95)
  expect(low).toBeLessThanOrEqual(defaultPolicy.alphaSafe)
  // the same claim with nothing wrong is proven far more often: the test above can fail
  const healthy = { ...sides, candidate: sides.baseline, odds: 1 }
  expect(metIn(5, { ...healthy, units: 6000 }, claim)).toBeGreaterThan(2)
})
