import { expect, test } from 'vitest'
import { tableOf, type UnitRow } from '../testing/table-of.ts'
import { comparePopulations } from './compare-populations.ts'
import { defaultPolicy } from './policy.ts'

const window = { from: 0, to: 64_000, blockMillis: 1000, blocks: 64 }

/** Of every hundred requests so many go to the candidate. */
const rows = (from: number, to: number, percent: number): UnitRow[] =>
  Array.from({ length: 2000 }, (_, i) => ({
    at: from + ((to - from) * i) / 2000,
    candidate: (i * 37) % 100 < percent,
  }))

const compared = (units: UnitRow[], share: number | null = 0.2) =>
  comparePopulations(tableOf(units), window, share, defaultPolicy)

test('a split as it was declared is none of the judge’s business, another one voids the comparison', () => {
  expect(compared(rows(0, 64_000, 20)).sampleRatioMismatch.mismatch).toBe(false)
  expect(compared(rows(0, 64_000, 30)).sampleRatioMismatch.mismatch).toBe(true)
  expect(compared(rows(0, 64_000, 30), null).sampleRatioMismatch.mismatch).toBe(false)
})

test('when all traffic has moved to the candidate, the split that was is the one that counts', () => {
  const rolledOut = compared([...rows(0, 30_000, 20), ...rows(30_000, 64_000, 100)])
  expect(rolledOut.sampleRatioMismatch.mismatch).toBe(false)
  expect(rolledOut.baselineKind).toBe('concurrent')
  const wrongBefore = compared([...rows(0, 30_000, 30), ...rows(30_000, 64_000, 100)])
  expect(wrongBefore.sampleRatioMismatch.mismatch).toBe(true)
})

test('all traffic from the beginning on is no split at all', () => {
  const all = compared(rows(0, 64_000, 100))
  expect(all).toMatchObject({ baselineKind: 'none', sampleRatioMismatch: { mismatch: true } })
})
