import { harmLatency } from '../../src/stats/bucket-latency-test.ts'
import type { Random } from '../../src/stats/random.ts'
import { normalQuantile } from '../../src/stats/special-functions.ts'
import { mannWhitneyAlarms } from '../mann-whitney-judge.ts'
import { firstAlarm } from './first-alarm.ts'

const bounds = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]
export type Slow = (duration: number, random: Random) => number

/** Durations of 50 requests a minute on each side, log-normal with a median of 80 ms and sigma 0.8. */
export function latencyRun(
  random: Random,
  slow: Slow,
): { baseline: number[]; candidate: number[] }[] {
  const draw = (): number => random.lognormal(Math.log(80), 0.8)
  return Array.from({ length: 60 }, () => ({
    baseline: Array.from({ length: 50 }, draw),
    candidate: Array.from({ length: 50 }, () => slow(draw(), random)),
  }))
}

export function bucketJudge(run: ReturnType<typeof latencyRun>, alpha: number): number {
  const blocks = run.map(({ baseline, candidate }) => ({
    baseline: histogram(baseline),
    candidate: histogram(candidate),
  }))
  return firstAlarm(harmLatency({ buckets: bounds.length + 1 }), blocks, alpha)
}

function histogram(values: readonly number[]): Float64Array {
  const counts = new Float64Array(bounds.length + 1)
  for (const value of values) {
    const bucket = bounds.findIndex((bound) => value <= bound)
    counts[bucket < 0 ? bounds.length : bucket]! += 1
  }
  return counts
}

/** The z-test of two means, every minute on all durations so far. */
export function meansEveryMinute(run: ReturnType<typeof latencyRun>, alpha: number): number {
  const z = normalQuantile(1 - alpha)
  const sums = { baseline: [0, 0], candidate: [0, 0] }
  for (const [i, minute] of run.entries()) {
    for (const side of ['baseline', 'candidate'] as const) {
      for (const value of minute[side]) {
        sums[side][0]! += value
        sums[side][1]! += value ** 2
      }
    }
    const n = 50 * (i + 1)
    const variance = ([sum, squares]: number[]): number => squares! / n - (sum! / n) ** 2
    const error = Math.sqrt((variance(sums.baseline) + variance(sums.candidate)) / n)
    if ((sums.candidate[0]! - sums.baseline[0]!) / n > z * error) return i + 1
  }
  return Infinity
}

/** Mean durations of the minutes as two samples; one look, at the end. */
export function meansAtTheEnd(run: ReturnType<typeof latencyRun>): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const alarms = mannWhitneyAlarms(
    run.map(({ candidate }) => mean(candidate)),
    run.map(({ baseline }) => mean(baseline)),
  )
  return alarms ? run.length : Infinity
}

/** Time-uniform DKW bands (Howard & Ramdas 2022, A = 0.85, C for alpha/2 = 0.025) on a grid of 400 durations. */
export function dkwJudge(run: ReturnType<typeof latencyRun>): number {
  const cells = 400
  const cell = (value: number): number =>
    Math.max(0, Math.min(cells - 1, Math.floor((Math.log(value) + 2) * 30)))
  const counts = { baseline: new Float64Array(cells), candidate: new Float64Array(cells) }
  for (const [i, minute] of run.entries()) {
    for (const value of minute.baseline) counts.baseline[cell(value)]! += 1
    for (const value of minute.candidate) counts.candidate[cell(value)]! += 1
    const n = 50 * (i + 1)
    let difference = 0
    let largest = 0
    for (let j = 0; j < cells; j++) {
      difference += (counts.baseline[j]! - counts.candidate[j]!) / n
      largest = Math.max(largest, difference)
    }
    if (largest > 2 * 0.85 * Math.sqrt((Math.log1p(Math.log(n)) + 8.62) / n)) return i + 1
  }
  return Infinity
}
