import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import type { BucketCounts } from '../compare/cohort-source.ts'
import { volumeDesignEffect } from './volume-design-effect.ts'

/** Users of ten events each; the side is drawn for each event or for each user. */
function events(by: 'event' | 'user'): BucketCounts {
  const random = createRandom(5)
  const counts: BucketCounts = {
    baselineBad: new Float64Array(256),
    baselineTotal: new Float64Array(256),
    candidateBad: new Float64Array(256),
    candidateTotal: new Float64Array(256),
  }
  for (let user = 0; user < 20_000; user++) {
    const bucket = Math.floor(random.uniform() * 256)
    let candidate = random.uniform() < 0.3
    for (let event = 0; event < 10; event++) {
      if (by === 'event') candidate = random.uniform() < 0.3
      const side = candidate ? counts.candidateTotal : counts.baselineTotal
      side[bucket]! += 1
    }
  }
  return counts
}

test('events that take their sides by themselves are independent; those of a user are not', () => {
  expect(volumeDesignEffect(events('event'))).toBeLessThan(1.3)
  expect(volumeDesignEffect(events('user'))).toBeGreaterThan(7.5)
  expect(volumeDesignEffect(events('user'))).toBeLessThan(12.5)
})

test('one user with very many events does not change it, and one side alone says nothing', () => {
  const one = events('event')
  one.candidateTotal[7]! += 5000
  expect(volumeDesignEffect(one)).toBeLessThan(2.5)
  const nobody = { ...one, baselineTotal: new Float64Array(256) }
  expect(volumeDesignEffect(nobody)).toBe(1)
})
