import { describe, expect, test } from 'vitest'
import { gainsBeyondRest, hopefulGains } from './search-gains.ts'
import { usualSplit } from './usual-split.ts'

// 1 of 100 events is bad on both sides; of the good ones one in 64 was sampled
const all = Float64Array.of(250_000, 2500, 250_000, 2500)
const overall = 0.01
const weights = { baseline: 64, candidate: 64 }
const sampled = { goodWeight: 64, goodWeights: weights }

describe('of few good rows the split is that of everything', () => {
  test('of many it is their own', () => {
    const [base, , candidate] = usualSplit([64_000, 10, 192_000, 10], all, weights)
    expect(candidate / base).toBeGreaterThan(2.7)
    expect(candidate + base).toBeCloseTo(256_000 + 64)
    const [few, bad, more, worse] = usualSplit([0, 3, 192, 20], all, weights)
    expect(more / few).toBeLessThan(1.2)
    expect([bad, worse]).toEqual([3, 20])
  })

  test('a side that happens to have one row of 22 is no cohort', () => {
    const chance = Float64Array.of(21 * 64, 3, 64, 21)
    expect(
      gainsBeyondRest('share', all, 1, { goodWeight: 64 }).fit(chance, overall),
    ).toBeGreaterThan(25)
    expect(gainsBeyondRest('share', all, 1, sampled).fit(chance, overall)).toBeLessThan(15)
  })

  test('a narrow cohort of many bad rows may be one, however few of its good rows were taken', () => {
    // four rows of the candidate, one of the baseline: by the rows alone it has nearly the same rates
    const unlucky = Float64Array.of(64, 4, 256, 39)
    expect(
      gainsBeyondRest('share', all, 1, { goodWeight: 64 }).evidence(unlucky, overall),
    ).toBeLessThan(3)
    expect(hopefulGains('share', all, 1, sampled).evidence(unlucky, overall)).toBeGreaterThan(12)
    // where nothing was sampled there is nothing to hope for
    const plain = gainsBeyondRest('share', all, 1).evidence(unlucky, overall)
    expect(hopefulGains('share', all, 1, {}).evidence(unlucky, overall)).toBe(plain)
  })
})
