import { expect, test } from 'vitest'
import { evidencePlan } from './evidence-plan.ts'
import { defaultPolicy } from './policy.ts'
import type { SafetyClaim } from './safety-claims.ts'

const hour = 3_600_000
const window = (hours: number) => ({ from: 0, to: hours * hour, blockMillis: hour, blocks: hours })

function claim(progress: number): SafetyClaim {
  return {
    requirement: `claim ${progress}`,
    operation: null,
    kind: 'failure-rate',
    met: progress >= 1,
    progress,
    units: { candidate: 10, baseline: 10, bad: 0 },
  }
}

test('every claim is listed in order, and the soak after them', () => {
  const plan = evidencePlan([claim(1), claim(0.5)], window(6), defaultPolicy)
  expect(plan).toEqual([
    { requirement: 'claim 1', state: 'met', progress: 1 },
    // half of the evidence took 6 hours
    {
      requirement: 'claim 0.5',
      state: 'open',
      progress: 0.5,
      eta: new Date(12 * hour).toISOString(),
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

test('nobody guesses a date from next to nothing', () => {
  expect(evidencePlan([claim(0.09)], window(6), defaultPolicy)[0]).toEqual({
    requirement: 'claim 0.09',
    state: 'open',
    progress: 0.09,
  })
  expect(evidencePlan([claim(0.5)], window(0), defaultPolicy)[0]).not.toHaveProperty('eta')
})

test('the soak is met at its last hour, not before', () => {
  expect(evidencePlan([], window(23), defaultPolicy)).toMatchObject([{ state: 'open' }])
  expect(evidencePlan([], window(24), defaultPolicy)).toEqual([
    { requirement: 'watched for 24 hours', onlyForDone: true, state: 'met', progress: 1 },
  ])
})
