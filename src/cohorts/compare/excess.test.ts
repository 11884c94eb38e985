import { describe, expect, it } from 'vitest'

import { excessOf, overallExcess, type Sides } from './excess.ts'

const sides = (a: number, b: number, c: number, d: number): Sides => ({
  baseline: { bad: a, total: b },
  candidate: { bad: c, total: d },
})

describe('excess of a cohort', () => {
  it('is what is beyond its own baseline where the rest did not change', () => {
    const cohort = sides(100, 10_000, 300, 10_000)
    const everything = sides(1100, 110_000, 1300, 110_000)
    expect(excessOf('share', cohort.candidate, cohort, everything)).toBeCloseTo(200, -1)
    expect(overallExcess('share', everything.candidate, everything)).toBeCloseTo(200)
  })

  it('is small where it changed as the rest did', () => {
    const cohort = sides(100, 10_000, 200, 10_000)
    const everything = sides(1100, 110_000, 2200, 110_000)
    expect(Math.abs(excessOf('share', cohort.candidate, cohort, everything))).toBeLessThan(10)
    expect(overallExcess('share', everything.candidate, everything)).toBeCloseTo(1100)
  })

  it('stays finite where a side has nothing', () => {
    const cohort = sides(0, 0, 20, 20)
    const everything = sides(10, 1000, 30, 1000)
    expect(excessOf('share', cohort.candidate, cohort, everything)).toBeGreaterThan(19)
    expect(excessOf('share', cohort.candidate, cohort, cohort)).toBeGreaterThan(0)
  })

  it('of a volume is what came beyond the split of the rest, or did not come', () => {
    const everything = sides(10_000, 10_000, 4_600, 4_600)
    const gone = sides(1000, 1000, 100, 100)
    expect(excessOf('volume', gone.candidate, gone, everything)).toBeCloseTo(-400)
    const steady = sides(1000, 1000, 500, 500)
    expect(excessOf('volume', steady.candidate, steady, sides(9000, 9000, 4500, 4500))).toBeCloseTo(
      0,
    )
  })
})
