import { describe, expect, it } from 'vitest'
import { logScale, logTicks } from './log-scale.ts'

describe('logScale', () => {
  it('gives equal ratios equal lengths and stays within the axis', () => {
    const scale = logScale(1, 100)
    expect(scale.at(10)).toBeCloseTo(0.5)
    expect(scale.at(0)).toBe(0)
    expect(scale.at(1e9)).toBe(1)
  })
})

describe('logTicks', () => {
  it('takes the finest round values that fit', () => {
    expect(logTicks(logScale(1.8, 60), 5)).toEqual([2, 5, 10, 20, 50])
    expect(logTicks(logScale(1, 1000), 5)).toEqual([1, 10, 100, 1000])
    expect(logTicks(logScale(0.001, 1e6), 5)).toHaveLength(5)
  })
})
