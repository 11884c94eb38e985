import { expect, test } from 'vitest'
import { mergedBlocks } from '../../stats/merged-blocks.ts'
import { openLimits, openLimitsSpot } from './open-limits.ts'
import { defaultPolicy } from './policy.ts'
import type { SafetyClaim } from './safety-claims.ts'

function claim(changes: Partial<SafetyClaim>): SafetyClaim {
  return {
    requirement: '',
    operation: 'POST /cart',
    kind: 'failure-rate',
    met: false,
    progress: 0,
    units: { candidate: 92, baseline: 110, bad: 26, candidateBad: 24 },
    ...changes,
  }
}

const limitsOf = (...claims: SafetyClaim[]) => openLimits(claims, 'shop', defaultPolicy)

test('what is not proven may be worse by what the counts do not exclude', () => {
  const [limit] = limitsOf(claim({}))
  // observed: 14.3 times
  expect(limit).toMatchObject({ subject: 'POST /cart', kind: 'failure-rate' })
  expect(limit!.ratio).toBeGreaterThan(30)
  const many = { candidate: 9200, baseline: 11_000, bad: 260, candidateBad: 120 }
  expect(limitsOf(claim({ units: many }))[0]!.ratio).toBeLessThan(2)
})

test('what is proven, or was never met, is not told; with no failure of the old version nothing is excluded', () => {
  expect(limitsOf(claim({ met: true }))).toEqual([])
  expect(limitsOf(claim({ units: { candidate: 0, baseline: 9, bad: 0 } }))).toEqual([])
  const none = { candidate: 20, baseline: 20, bad: 1, candidateBad: 1 }
  expect(limitsOf(claim({ operation: null, units: none }))).toEqual([
    { subject: 'shop', kind: 'failure-rate', ratio: null },
  ])
})

test('one spot names them all, once each', () => {
  const none = { candidate: 20, baseline: 20, bad: 0, candidateBad: 0 }
  const limits = limitsOf(
    claim({}),
    claim({ operation: 'GET /', units: none }),
    claim({ kind: 'latency' }),
    claim({ kind: 'latency' }),
  )
  const [spot] = openLimitsSpot(limits)
  expect(spot!.detail).toMatch(
    /^No rise of the failure rate of GET \/ is excluded yet, however large\. Rises of the failure rate up to [\d,]+ times \(POST \/cart\) are not excluded yet\. Whether more requests are slow is not settled for POST \/cart\.$/,
  )
  expect(spot!.limits).toHaveLength(3)
  expect(openLimitsSpot([])).toEqual([])
})

test('counted block by block, the same limit stands in the hold and in its blind spots', () => {
  // one request of the new version in four blocks: half of a block would say nothing
  const blocks = Array.from({ length: 200 }, (_, i) => ({
    candidateTotal: i % 4 === 3 ? 1 : 0,
    candidateBad: 0,
    baselineTotal: 40,
    baselineBad: i % 4 === 1 ? 4 : 0,
  }))
  const merged = mergedBlocks(blocks)
  const units = { candidate: 50, baseline: 8000, bad: 200, candidateBad: 0 }
  const [whole] = limitsOf(claim({ units }))
  const [byBlock] = limitsOf(claim({ units, blocks: merged }))
  const [halves] = limitsOf(claim({ units, blocks }))
  expect(byBlock!.ratio! / whole!.ratio!).toBeCloseTo(1, 0)
  expect(halves!.ratio).toBeNull()
})
