import { expect, test } from 'vitest'
import { gainsBeyondRest } from './search-gains.ts'

// 5 of 1000 events are bad on both sides; of the good ones one in 80 was sampled
const all = Float64Array.of(8_000_000, 40_000, 8_000_000, 40_000)
const overall = 0.005

test('ten bad rows, where the sample of good ones has none by chance, are no ten of ten', () => {
  const cell = Float64Array.of(1600, 8, 0, 10)
  expect(gainsBeyondRest('share', all, 1).evidence(cell, overall)).toBeGreaterThan(30)
  const { evidence, fit } = gainsBeyondRest('share', all, 1, { goodWeight: 80 })
  // 10 of 10, where 40,000 of 140,000 rows are bad
  expect(evidence(cell, overall)).toBeLessThan(13)
  expect(fit(cell, overall)).toBeLessThan(13)
})

test('many bad rows among the sampled good ones stay evidence', () => {
  const cell = Float64Array.of(80_000, 400, 72_000, 8000)
  expect(
    gainsBeyondRest('share', all, 1, { goodWeight: 80 }).evidence(cell, overall),
  ).toBeGreaterThan(1000)
})

test('where nothing was sampled the counts are what they are', () => {
  const cell = Float64Array.of(1600, 8, 1500, 100)
  const [plain, same] = [
    gainsBeyondRest('share', all, 1),
    gainsBeyondRest('share', all, 1, { goodWeight: 1 }),
  ]
  expect(same.evidence(cell, overall)).toBe(plain.evidence(cell, overall))
  expect(same.fit(cell, overall)).toBe(plain.fit(cell, overall))
})
