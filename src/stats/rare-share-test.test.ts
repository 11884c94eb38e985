import { expect, test } from 'vitest'
import { rareShareTest } from './rare-share-test.ts'

test('its expectation is 1 at the share, less above it and more below it, by enumeration', () => {
  const expectation = (rate: number, share: number): number => {
    const n = 20
    let sum = 0
    let ways = 1
    for (let hits = 0; hits <= n; hits++) {
      sum +=
        ways * rate ** hits * (1 - rate) ** (n - hits) * Math.exp(rareShareTest(hits, n, share))
      ways = (ways * (n - hits)) / (hits + 1)
    }
    return sum
  }
  for (const share of [0.01, 0.2]) {
    expect(expectation(share, share)).toBeCloseTo(1, 10)
    expect(expectation(2 * share, share)).toBeLessThan(1)
    expect(expectation(share / 4, share)).toBeGreaterThan(1)
  }
})
