import { describe, expect, test } from 'vitest'
import { harmLatency, type HistogramEProcess, safetyLatency } from './bucket-latency-test.ts'
import { createRandom } from './random.ts'

/** All ways to spread n requests over three buckets, with their probabilities. */
function spreads(n: number, p: readonly number[]): { counts: number[]; probability: number }[] {
  const all: { counts: number[]; probability: number }[] = []
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j + i <= n; j++) {
      const k = n - i - j
      const ways = factorial(n) / (factorial(i) * factorial(j) * factorial(k))
      all.push({ counts: [i, j, k], probability: ways * p[0]! ** i * p[1]! ** j * p[2]! ** k })
    }
  }
  return all
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}

/** Exact expectation after two blocks of 4 + 3 requests. */
function expectation(
  make: () => HistogramEProcess,
  baseline: readonly number[],
  candidate: readonly number[],
): number {
  let sum = 0
  const blocks = spreads(4, baseline).flatMap((b) =>
    spreads(3, candidate).map((c) => ({
      block: { baseline: b.counts, candidate: c.counts },
      probability: b.probability * c.probability,
    })),
  )
  for (const first of blocks) {
    for (const second of blocks) {
      const e = make()
      e.update(first.block)
      e.update(second.block)
      sum += first.probability * second.probability * Math.exp(e.logE)
    }
  }
  return sum
}

describe('the expectation of the e-value, by enumeration', () => {
  test('harm: at most 1 when the candidate is as fast or faster at every bound', () => {
    const baseline = [0.5, 0.3, 0.2]
    for (const candidate of [baseline, [0.6, 0.25, 0.15], [0.5, 0.5, 0]]) {
      const value = expectation(() => harmLatency({ buckets: 3 }), baseline, candidate)
      expect(value, `candidate ${candidate.join()}`).toBeLessThanOrEqual(1 + 1e-12)
    }
    expect(
      expectation(() => harmLatency({ buckets: 3 }), baseline, [0.1, 0.4, 0.5]),
    ).toBeGreaterThan(1.1)
  })

  test('safety: at most 1 when one bound is slower by the margin, even if the other is faster', () => {
    const baseline = [0.5, 0.3, 0.2]
    // odds of exceeding the second bound: 0.25 in the baseline, 0.5 in the candidate
    const slow: [number[], number[]] = [baseline, [2 / 3 - 0.01, 0.01, 1 / 3]]
    // the least share that counts: 1 % in the candidate, half of the odds of it in the baseline
    const rare: [number[], number[]] = [
      [0.5, 0.5 - 1 / 199, 1 / 199],
      [0.7, 0.29, 0.01],
    ]
    for (const [before, after] of [slow, rare]) {
      const value = expectation(() => safetyLatency({ buckets: 3, margin: 2 }), before, after)
      expect(value, `candidate ${after.join()}`).toBeLessThanOrEqual(1 + 1e-12)
    }
  })
})

const bounds = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

function histogram(count: number, draw: () => number): Float64Array {
  const counts = new Float64Array(bounds.length + 1)
  for (let i = 0; i < count; i++) {
    const value = draw()
    const bucket = bounds.findIndex((bound) => value <= bound)
    counts[bucket < 0 ? bounds.length : bucket]! += 1
  }
  return counts
}

/** Median minute of the alarm over runs; Infinity where half of them never alarm. 50 requests a minute and side. */
function medianMinute(
  make: () => HistogramEProcess,
  slow: (v: number, u: number) => number,
): number {
  const random = createRandom(4)
  const draw = (): number => random.lognormal(Math.log(80), 1)
  const minutes = Array.from({ length: 60 }, () => {
    const e = make()
    for (let minute = 1; minute <= 60; minute++) {
      e.update({
        baseline: histogram(50, draw),
        candidate: histogram(50, () => slow(draw(), random.uniform())),
      })
      if (e.logE >= Math.log(20)) return minute
    }
    return Infinity
  }).toSorted((a, b) => a - b)
  return minutes[30]!
}

const harm = (): HistogramEProcess => harmLatency({ buckets: bounds.length + 1 })
const safety = (): HistogramEProcess => safetyLatency({ buckets: bounds.length + 1, margin: 3 })

describe('power', () => {
  test('a slower distribution and a slower tail are found about as fast as the text says', () => {
    expect(medianMinute(harm, (v) => v * 1.25)).toBeLessThanOrEqual(20)
    expect(medianMinute(harm, (v) => v * 1.5)).toBeLessThanOrEqual(8)
    expect(medianMinute(harm, (v) => v * 2)).toBeLessThanOrEqual(3)
    expect(medianMinute(harm, (v, u) => (u < 0.03 ? v + 1500 : v))).toBeLessThanOrEqual(15)
  })

  test('faster is no alarm, and "not slower" is shown for an equal candidate', () => {
    expect(medianMinute(harm, (v) => v * 0.7)).toBe(Infinity)
    expect(medianMinute(safety, (v) => v)).toBeLessThanOrEqual(60)
    expect(medianMinute(safety, (v) => v * 3)).toBe(Infinity)
  })
})

describe('behaviour', () => {
  test('safety claims nothing while no bound divides the requests', () => {
    const e = safetyLatency({ buckets: 3, margin: 2 })
    for (let i = 0; i < 20; i++) {
      e.update({ baseline: [1000, 1, 0], candidate: [1000, 1, 0] })
    }
    expect(e.logE).toBeLessThanOrEqual(0)
    expect(e.maxLogE).toBe(0)
  })

  test('a new slow tail in the candidate is no proof of safety, though the baseline had next to none', () => {
    const e = safetyLatency({ buckets: 3, margin: 2 })
    const equal = safetyLatency({ buckets: 3, margin: 2 })
    for (let i = 0; i < 40; i++) {
      e.update({ baseline: [600, 400, 0], candidate: [600, 380, 20] })
      equal.update({ baseline: [600, 400, 0], candidate: [600, 400, 0] })
    }
    expect(e.maxLogE).toBeLessThan(Math.log(20))
    expect(equal.logE).toBeGreaterThan(Math.log(20))
  })

  test('an empty side changes nothing; wrong histograms are refused', () => {
    const e = harmLatency({ buckets: 3 })
    e.update({ baseline: [0, 0, 0], candidate: [0, 0, 9] })
    expect(e.logE).toBe(0)
    expect(() => e.update({ baseline: [1, 2], candidate: [1, 2, 3] })).toThrow(RangeError)
    expect(() => e.update({ baseline: [1, 2, -1], candidate: [1, 2, 3] })).toThrow(RangeError)
    expect(() => e.update({ baseline: [1, 2, Number.NaN], candidate: [1, 2, 3] })).toThrow(
      RangeError,
    )
    expect(e.logE).toBe(0)
    expect(() => harmLatency({ buckets: 1 })).toThrow(RangeError)
  })
})
