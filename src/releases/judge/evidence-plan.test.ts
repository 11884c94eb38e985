import { expect, test } from 'vitest'
import { sampleFinding } from '../testing/sample-verdict.ts'
import { evidencePlan, type PlanBasis } from './evidence-plan.ts'
import type { PlanLook } from './plan/look-at-plan.ts'
import { defaultPolicy } from './policy.ts'
import type { SafetyClaim } from './safety-claims.ts'

const hour = 3_600_000
const window = (hours: number) => ({ from: 0, to: hours * hour, blockMillis: hour, blocks: hours })

const seen: PlanLook = {
  hours: { needed: 0, lived: 0, next: null },
  week: { withTraffic: 0, lived: 0, isWholeWeek: false },
  jobs: [],
  full: { seen: 0, needed: 0 },
  levels: [],
  fed: [],
}

const basis = (hours: number, changes: Partial<PlanBasis> = {}): PlanBasis => ({
  window: window(hours),
  policy: defaultPolicy,
  seen,
  candidateShare: null,
  isConcurrent: true,
  isArriving: true,
  findings: [],
  ...changes,
})

function claim(progress: number, units = { candidate: 2000, baseline: 2000, bad: 8 }): SafetyClaim {
  return {
    requirement: `claim ${progress}`,
    operation: null,
    kind: 'failure-rate',
    met: progress >= 1,
    progress,
    units,
  }
}

test('every claim is listed in order, and the soak after them', () => {
  const plan = evidencePlan([claim(1), claim(0.5)], basis(6))
  expect(plan).toEqual([
    { requirement: 'claim 1', state: 'met', progress: 1 },
    {
      requirement: 'claim 0.5',
      state: 'open',
      progress: 0.5,
      needs: { requests: expect.any(Number), failures: expect.any(Number) },
      eta: expect.any(String),
    },
    {
      requirement: 'watched for 24 hours',
      onlyForDone: true,
      state: 'open',
      progress: 0.25,
      eta: new Date(24 * hour).toISOString(),
    },
  ])
})

test('an open claim says how many requests and failures it takes, and when they will have come', () => {
  const [open] = evidencePlan([claim(0.5)], basis(6))
  // 4,000 requests in six hours
  const { requests, failures } = open!.needs!
  expect(Date.parse(open!.eta!)).toBeCloseTo(6 * hour + (requests / 4000) * 6 * hour, -2)
  expect(requests).toBeGreaterThan(200)
  expect(requests).toBeLessThan(20_000)
  expect(failures).toBeGreaterThan(10)
  const needed = (progress: number): number =>
    evidencePlan([claim(progress)], basis(6))[0]!.needs!.requests
  expect(needed(0.9)).toBeLessThan(needed(0.5))
  expect(needed(0.5)).toBeLessThan(needed(0))
})

test('without traffic the number is told, and no date', () => {
  const [none] = evidencePlan([claim(0, { candidate: 0, baseline: 0, bad: 0 })], basis(6))
  expect(none!.needs!.requests).toBeGreaterThan(500)
  expect(none).not.toHaveProperty('eta')
  const small = basis(6, { candidateShare: 0.01 })
  const [canary] = evidencePlan([claim(0, { candidate: 0, baseline: 0, bad: 0 })], small)
  expect(canary!.needs!.requests).toBeGreaterThan(10 * none!.needs!.requests)
  // how much of the past can be replayed does not depend on the traffic to come
  const past = { isConcurrent: false }
  const [cuts] = evidencePlan([claim(0.4, { candidate: 0, baseline: 9, bad: 0 })], basis(6, past))
  expect(cuts).toEqual({ requirement: 'claim 0.4', state: 'open', progress: 0.4 })
})

test('the soak is met at its last hour, not before', () => {
  expect(evidencePlan([], basis(23))).toMatchObject([{ state: 'open' }])
  expect(evidencePlan([], basis(24))).toEqual([
    { requirement: 'watched for 24 hours', onlyForDone: true, state: 'met', progress: 1 },
  ])
})

test('done waits for all traffic, for hours, for levels and for scheduled work', () => {
  const all: PlanLook = {
    ...seen,
    full: { seen: 2 * hour, needed: 6 * hour },
    hours: { needed: 20, lived: 5, next: 23 * hour },
    levels: [
      { length: 6 * hour, progress: 0.7, met: false, isOver: true },
      { length: 12 * hour, progress: 0.5, met: false, isOver: false },
    ],
    jobs: [
      { operation: 'nightly', everyMinutes: 1440, runs: 9, due: 12 * hour, fired: false },
      { operation: 'late', everyMinutes: 60, runs: 90, due: 3 * hour, fired: false },
      { operation: 'hourly', everyMinutes: 60, runs: 90, due: 2 * hour, fired: true },
    ],
  }
  const plan = evidencePlan([], basis(6, { seen: all })).slice(1)
  expect(plan.every(({ onlyForDone }) => onlyForDone)).toBe(true)
  expect(
    plan.map(({ requirement, state, progress, eta }) => [
      requirement.slice(0, 24),
      state,
      progress,
      eta === undefined ? null : Date.parse(eta) / hour,
    ]),
  ).toEqual([
    ['answers at least 95 % of', 'open', 1 / 3, 10],
    ['lived through each hour ', 'open', 0.25, 23],
    // the window is over: what is missing is evidence, and nobody can say when it comes
    ['over its first 6 h, fail', 'open', 0.7, null],
    ['over its first 12 h, fai', 'open', 0.5, 12],
    ['nightly, which runs ever', 'open', 0.5, 12],
    ['late, which runs every 6', 'open', 0.99, null],
    ['hourly, which runs every', 'met', 1, null],
  ])
})

test('no date where nothing arrives any more, and none for what was found to be worse', () => {
  const [silent] = evidencePlan([claim(0.5)], basis(6, { isArriving: false }))
  expect(silent).toMatchObject({ state: 'open', needs: { requests: expect.any(Number) } })
  expect(silent).not.toHaveProperty('eta')
  const worse = sampleFinding({ kind: 'failure-rate', cohort: [] })
  const of = (progress: number, findings: PlanBasis['findings']) =>
    evidencePlan([claim(progress)], basis(6, { findings }))[0]
  expect(of(0, [worse])).toEqual({ requirement: 'claim 0', state: 'open', progress: 0 })
  // evidence that still grows, and findings of another kind
  expect(of(0.5, [worse])).toHaveProperty('eta')
  expect(of(0, [sampleFinding({ kind: 'latency', cohort: [] })])).toHaveProperty('eta')
})

test('what waits for a longer past has no date: no traffic of the watch brings it', () => {
  const before = basis(6, { isConcurrent: false })
  const waiting = { ...claim(0.9), waitsForPast: true } as const
  const [open] = evidencePlan([waiting], before)
  expect(open).toMatchObject({ waitsForPast: true, needs: { requests: expect.any(Number) } })
  expect(open).not.toHaveProperty('eta')
  // enough requests have come: the past alone is missing
  const [past] = evidencePlan([{ ...waiting, progress: 0.99, evidenceNow: 2 }], before)
  expect(past).toEqual({
    requirement: 'claim 0.9',
    state: 'open',
    progress: 0.99,
    waitsForPast: true,
  })
  expect(evidencePlan([claim(0.9)], before)[0]).toHaveProperty('eta')
})

test('what was measured to be worse than its margin has no date, and says what it was', () => {
  const rates = { baseline: 0.01, candidate: 0.03, ratio: 3 }
  const worse = { ...claim(0.2), measured: rates, harm: { measured: rates, missing: 3 } }
  const [open] = evidencePlan([worse], basis(6))
  expect(open).toMatchObject({
    state: 'open',
    needs: { requests: expect.any(Number) },
    measured: { ratio: 3, requestsToFinding: expect.any(Number) },
  })
  expect(open).not.toHaveProperty('eta')
  // what is a finding needs no more requests to be one
  const finding = sampleFinding({ kind: 'failure-rate', cohort: [] })
  expect(evidencePlan([worse], basis(6, { findings: [finding] }))[0]).toEqual({
    requirement: 'claim 0.2',
    state: 'open',
    progress: 0.2,
    measured: { ratio: 3, requestsToFinding: 0 },
  })
  const better = { ...worse, measured: { ...rates, candidate: 0.01, ratio: 1 } }
  const [fine] = evidencePlan(
    [{ ...better, harm: { ...worse.harm, measured: better.measured } }],
    basis(6),
  )
  expect(fine).not.toHaveProperty('measured')
  expect(fine).toHaveProperty('eta')
  // where no margin is left of what moves by itself, no number of requests is enough
  const none = { ...claim(0.2), margins: { ratio: null, difference: null } }
  expect(evidencePlan([none], basis(6))[0]).toEqual({
    requirement: 'claim 0.2',
    state: 'open',
    progress: 0.2,
  })
})
