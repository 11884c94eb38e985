import { expect, test } from 'vitest'
import { createRandom } from '../../../../stats/random.ts'
import { fleetFactor, instanceSpread } from './instance-spread.ts'

interface Simulated {
  instances: number
  deviation?: number
  cluster?: number
  burst?: number
}

function simulated({ instances, deviation = 0, cluster = 1, burst = 1 }: Simulated) {
  const random = createRandom(11)
  const blocks = 200
  const bursts = Array.from({ length: blocks }, () => (random.uniform() < 0.1 ? burst : 1))
  const rates = Array.from(
    { length: instances },
    () => 0.02 * Math.exp(random.normal(0, deviation)),
  )
  const total = rates.map(() => new Float64Array(blocks).fill(200))
  const bad = rates.map((rate) =>
    Float64Array.from(bursts, (times) => cluster * random.poisson((200 * rate * times) / cluster)),
  )
  return instanceSpread({ total, bad })
}

test('independent failures: hardly any clustering, also with bursts that all processes share', () => {
  expect(simulated({ instances: 8 }).clustering).toBeCloseTo(1, 0)
  expect(simulated({ instances: 8, burst: 10 }).clustering).toBeLessThan(1.2)
  expect(simulated({ instances: 8 }).deviation).toBeLessThan(0.1)
})

test('clusters, and processes that differ, are told apart', () => {
  const clustered = simulated({ instances: 8, cluster: 5 })
  expect(clustered.clustering).toBeGreaterThan(4)
  expect(clustered.clustering).toBeLessThan(6)
  const different = simulated({ instances: 12, deviation: 0.5 })
  expect(different.clustering).toBeLessThan(1.2)
  expect(different.deviation).toBeGreaterThan(0.3)
  expect(different.deviation).toBeLessThan(0.7)
})

test('one process: clustering from its own course, and what processes differ by is assumed', () => {
  expect(simulated({ instances: 1, cluster: 5 }).clustering).toBeGreaterThan(4)
  expect(simulated({ instances: 1 })).toMatchObject({ deviation: 0.15 })
  const nothing = instanceSpread({ total: [], bad: [] })
  expect(nothing).toEqual({ clustering: 1.5, deviation: 0.15 })
})

test('the margin grows with the spread and shrinks with the number of processes', () => {
  const spread = { clustering: 1, deviation: 0.3 }
  expect(fleetFactor(spread, 2, 8, 3)).toBeCloseTo(Math.exp(0.9 * Math.sqrt(0.625)))
  expect(fleetFactor(spread, 20, 80, 3)).toBeLessThan(1.3)
  expect(fleetFactor({ clustering: 1, deviation: 9 }, 1, 1, 3)).toBe(10)
})
