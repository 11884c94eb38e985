import { expect, test } from 'vitest'
import { bursts, hour, minute, quiet, quietHistories } from '../../testing/quiet-histories.ts'
import { type Simulated, simulateWatch } from '../../testing/simulate-history.ts'

const watch = { ...quiet, blocksAfter: 6 * minute }

/** Alarms of so many watches that differ in their seed alone. */
function alarms(runs: number, simulated: Omit<Simulated, 'seed'>): number {
  let count = 0
  for (let seed = 1; seed <= runs; seed++) {
    if (simulateWatch({ seed, ...simulated }).alarmAt !== null) count++
  }
  return count
}

// 200 watches of each: test/long/judge-history-calibration.test.ts
test.each(quietHistories)('without a release that harms, %s raise no alarm', (_, simulated) => {
  expect(alarms(6, { ...simulated(), blocksAfter: 2 * minute })).toBe(0)
})

test('a jump of failures is found within a minute, with a minute of history', () => {
  const delays: number[] = []
  for (let seed = 1; seed <= 40; seed++) {
    const { alarmAt, isCalibrated, last } = simulateWatch({
      seed,
      blocksBefore: minute,
      blocksAfter: minute,
      requests: 100,
      failing: (t) => (t < 0 ? 0.005 : 0.2),
    })
    expect(isCalibrated).toBe(false)
    delays.push(alarmAt ?? Infinity)
    expect(last!.confirmed[0]!.claim.kind).toBe('failure-rate')
  }
  delays.sort((a, b) => a - b)
  // blocks of 5 s
  expect(delays[20]).toBeLessThanOrEqual(2)
  expect(delays[39]).toBeLessThanOrEqual(4)
})

test('a long quiet history finds what a short one may not claim', () => {
  const found = (blocksBefore: number): number =>
    alarms(10, {
      ...watch,
      requests: 300,
      blocksBefore,
      failing: (t) => (t < 0 ? 0.01 : 0.025),
    })
  expect(found(12 * hour)).toBeGreaterThanOrEqual(9)
  expect(found(minute)).toBe(0)
})

test('without calibration a rise of few requests in a hundred is nothing, however many times it is', () => {
  const rise = { ...watch, requests: 1500, blocksBefore: minute }
  expect(alarms(10, { ...rise, failing: (t) => (t < 0 ? 0.0005 : 0.005) })).toBe(0)
  expect(alarms(10, { ...rise, failing: (t) => (t < 0 ? 0.0005 : 0.06) })).toBe(10)
})

test('the more failures came and went by themselves, the larger a rise must be', () => {
  const margin = (failing: Simulated['failing']): number =>
    simulateWatch({ seed: 5, ...watch, blocksAfter: minute, failing }).margin
  expect(margin(() => 0.01)).toBeLessThan(2.5)
  expect(margin(bursts(0.03))).toBeGreaterThan(5)
})

test('slow requests alarm too, by operation', () => {
  const { alarmAt, last } = simulateWatch({
    seed: 3,
    ...watch,
    failing: () => 0.01,
    slow: (t) => (t < 0 ? 0.1 : 0.7),
  })
  expect(alarmAt).not.toBeNull()
  expect(last!.confirmed.map(({ claim }) => claim.kind)).toContain('latency')
})

test('an operation that nobody gets any more is a finding, not an alarm', () => {
  const { alarmAt, last } = simulateWatch({ seed: 4, ...watch, failing: () => 0.01, vanishesAt: 0 })
  expect(alarmAt).toBeNull()
  const gone = last!.confirmed.map(({ claim }) => [claim.kind, claim.operation])
  expect(gone).toContainEqual(['missing-traffic', 'POST /orders'])
})

test('a quiet service, whose short cuts hold too few requests, is judged all the same', () => {
  const { isCalibrated, margin } = simulateWatch({
    ...watch,
    seed: 1,
    requests: 10,
    blocksBefore: 12 * hour,
    blocksAfter: minute,
  })
  expect(isCalibrated).toBe(true)
  expect(margin).toBeLessThan(5)
})

test('without a request before the release there is nothing to compare with', () => {
  const { last } = simulateWatch({ seed: 1, ...watch, blocksBefore: 0, failing: () => 0.5 })
  expect(last).toBeNull()
})
