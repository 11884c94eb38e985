import { describe, expect, it } from 'vitest'
import type { Distribution } from '../../../src/releases/verdict.ts'
import { durationDensity } from './density.ts'
import { steps } from './steps.ts'

function duration(bounds: number[], baseline: number[], candidate: number[]): Distribution {
  return { kind: 'duration', bounds, baseline, candidate }
}

describe('durationDensity', () => {
  it('makes areas of unequal buckets compare: density times width is the share', () => {
    const density = durationDensity(duration([1, 2, 8, 16], [0, 10, 30, 0, 0], [0, 0, 5, 5, 0]))
    const area = (side: 'baselineDensity' | 'candidateDensity') =>
      density?.buckets.map((b) => b[side] * Math.log10(b.drawnTo / b.drawnFrom))
    expect(area('baselineDensity')).toEqual([0, 0.25, 0.75, 0, 0].map((n) => expect.closeTo(n, 9)))
    expect(area('candidateDensity')).toEqual([0, 0, 0.5, 0.5, 0].map((n) => expect.closeTo(n, 9)))
  })

  it('keeps what lies above the last bound, as an open bucket', () => {
    const last = durationDensity(duration([1, 10], [1, 1, 0], [0, 1, 7]))?.buckets.at(-1)
    expect(last).toMatchObject({ from: 10, to: null, candidate: 7, drawnTo: 100 })
  })

  it('cuts the axis to one empty bucket around what was counted', () => {
    const bounds = [1, 2, 4, 8, 16, 32]
    const density = durationDensity(duration(bounds, [0, 0, 3, 0, 0, 0, 0], [0, 0, 0, 3, 0, 0, 0]))
    expect(density?.buckets.map(({ to }) => to)).toEqual([2, 4, 8, 16])
  })

  it('joins the bucket of zero with its neighbour', () => {
    const first = durationDensity(duration([0, 5, 10], [2, 3, 0, 0], [0, 1, 1, 0]))?.buckets[0]
    expect(first).toMatchObject({ from: 0, to: 5, baseline: 5, candidate: 1 })
  })

  it('draws nothing from nothing or from nonsense', () => {
    expect(durationDensity(duration([1, 2], [0, 0, 0], [0, 0, 0]))).toBeNull()
    expect(durationDensity(duration([], [4], [4]))).toBeNull()
    expect(durationDensity(duration([2, 1], [1, 1, 1], [1, 1, 1]))).toBeNull()
    expect(durationDensity(duration([-1, 1], [1, 1, 1], [1, 1, 1]))).toBeNull()
  })
})

describe('steps', () => {
  it('rises from the base line and returns to it, once for each run', () => {
    const density = durationDensity(duration([1, 10, 100, 1000], [1, 0, 1, 0, 0], [1, 1, 1, 0, 0]))
    expect(density && steps(density, 'baselineDensity')).toBe(
      'M0 1000V60H250V1000M500 1000V60H750V1000',
    )
  })

  it('draws nothing for a side without requests', () => {
    const density = durationDensity(duration([1, 10], [0, 0, 0], [1, 1, 0]))
    expect(density && steps(density, 'baselineDensity')).toBe('')
  })
})
