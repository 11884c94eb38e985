import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { sampleIncident } from '../testing/sample-incident.ts'
import type { Exposures } from './exposures.ts'
import { resolutionOf } from './resolution.ts'

const incident = sampleIncident()

function after(
  exposures: number,
  failures: number,
  minutes: number,
  changes: Partial<Exposures> = {},
) {
  const seen = { exposures, failures, exemplars: [], hours: [10, 12], ...changes }
  return resolutionOf({ incident, seen, minutes })
}

test('without a failure it takes some hundred matching requests, and says how many more', () => {
  const early = after(100, 0, 1)
  expect(early.state).toBe('not-yet')
  // judge.md §6.8: (c / p) log(1 / alpha) is 450; the mixture over smaller rates costs a little
  expect(100 + early.needs).toBeGreaterThan(450)
  expect(100 + early.needs).toBeLessThan(700)
  expect(early.headline).toContain(`${early.needs} more matching requests without a failure`)
  expect(after(100 + early.needs, 0, 6)).toMatchObject({ state: 'resolved', needs: 0, unlike: [] })
  expect(after(99 + early.needs, 0, 6).state).toBe('not-yet')
})

test('what still fails at its rate is never resolved; one rare failure only takes longer', () => {
  expect(after(20_000, 400, 200).state).toBe('not-yet')
  const once = after(600, 1, 6)
  expect(once.state).toBe('not-yet')
  expect(once.needs).toBeGreaterThan(after(600, 0, 6).needs)
  expect(after(5000, 3, 50).state).toBe('resolved')
})

test('no traffic, and a trickle of it, are not exercised', () => {
  expect(after(0, 0, 60)).toMatchObject({ state: 'not-exercised', unlike: [] })
  expect(after(0, 0, 60).headline).toContain('no request of checkout since then matched')
  expect(after(50, 0, 60).state).toBe('not-exercised')
})

test('requests of another load or hour are named as such', () => {
  const { unlike } = after(1200, 0, 60, { hours: [3] })
  expect(unlike[0]).toContain('20 matching requests a minute, against 100')
  expect(unlike[1]).toContain('No request came at the hour')
})

test('asked at every request, what fails at just a third of its rate is seldom called resolved', () => {
  const runs = 400
  let wrong = 0
  for (let run = 0; run < runs; run++) {
    const random = createRandom(run + 1)
    let failures = 0
    for (let n = 1; n <= 1500; n++) {
      if (random.uniform() < 0.02 / 3) failures += 1
      if (n % 10 === 0 && after(n, failures, 15).state === 'resolved') {
        wrong += 1
        break
      }
    }
  }
  expect(wrong / runs).toBeLessThan(0.05)
  expect(wrong).toBeGreaterThan(0)
})
