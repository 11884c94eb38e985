import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { DistinctCounter } from './distinct-counter.ts'

test.each([0, 1, 10, 100, 1000, 20_000, 500_000])('%i distinct values', (distinct) => {
  const random = createRandom(distinct + 1)
  const counter = new DistinctCounter()
  for (let i = 0; i < distinct; i++) {
    const hash = Math.floor(random.uniform() * 2 ** 32)
    counter.add(hash)
    counter.add(hash)
  }
  // four standard errors
  expect(Math.abs(counter.estimate() - distinct)).toBeLessThanOrEqual(distinct * 0.26 + 0.5)
})
