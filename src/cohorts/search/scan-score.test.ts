import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { cellScore } from './scan-score.ts'

test.each(['share', 'volume'] as const)(
  '%s: the cheap bounds are never below the gains',
  (kind) => {
    const random = createRandom(11)
    let cells = 0
    let wrong = 0
    for (let run = 0; run < 10_000; run++) {
      const size = 10 ** (1 + 3 * random.uniform())
      const count = (share: number): number => Math.floor(size * share * random.uniform())
      const cell = [kind === 'share' ? count(1) : 0, count(0.2), kind === 'share' ? count(1) : 0]
      const [b0, b1, c0, c1] = [cell[0]!, cell[1]!, cell[2]!, count(0.3)]
      const rest = [count(9), count(2), count(9), count(2)]
      const all = [b0 + rest[0]!, b1 + rest[1]!, c0 + rest[2]!, c1 + rest[3]!]
      const prior = 0.001 + 0.3 * random.uniform()
      const score = cellScore(kind, all, prior, 1 + random.uniform())
      const evidence = score.evidence(b0, b1, c0, c1)
      const fit = score.fit(b0, b1, c0, c1)
      if (evidence < 1e-6 || fit < 1e-6) continue
      cells += 1
      if (!score.evidenceMayReach(b0, b1, c0, c1, evidence * 0.999)) wrong += 1
      if (!score.fitMayReach(b0, b1, c0, c1, fit * 0.999)) wrong += 1
    }
    expect(cells).toBeGreaterThan(1000)
    expect(wrong).toBe(0)
  },
)

test('the cheap bounds turn away what does not differ', () => {
  const share = cellScore('share', [9000, 1000, 9000, 1000], 0.1, 1)
  expect(share.evidenceMayReach(90, 10, 90, 12, 5)).toBe(false)
  expect(share.fitMayReach(90, 10, 90, 12, 5)).toBe(false)
  expect(share.evidenceMayReach(90, 10, 70, 40, 5)).toBe(true)
  const volume = cellScore('volume', [0, 10_000, 0, 10_000], 0.5, 1)
  expect(volume.evidenceMayReach(0, 100, 0, 110, 5)).toBe(false)
  expect(volume.fitMayReach(0, 100, 0, 110, 5)).toBe(false)
  expect(volume.fitMayReach(0, 200, 0, 100, 5)).toBe(true)
})
