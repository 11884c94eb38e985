/**
 * The error budget of the before/after comparison, on histories whose rates move by themselves. The level is 0.25 % over a
 * whole watch; two alarms in 120 watches at that level come in one run of 27, three in one of 270.
 */
import { expect, test } from 'vitest'
import { hour, minute, quietHistories } from '../../src/releases/testing/quiet-histories.ts'
import { simulateWatch } from '../../src/releases/testing/simulate-history.ts'

test.each(quietHistories)('%s raise no alarm beyond the level', (_, simulated) => {
  let alarms = 0
  for (let seed = 1001; seed <= 1120; seed++) {
    const watch = { ...simulated(), blocksAfter: 6 * minute }
    if (simulateWatch({ seed, ...watch }).alarmAt !== null) alarms++
  }
  expect(alarms).toBeLessThanOrEqual(2)
})

test('a daily cycle of failures and traffic raises no alarm at any hour', () => {
  const cycle = (t: number, phase: number): number =>
    Math.sin((2 * Math.PI * (t * 5 + phase * 3600)) / 86_400)
  const alarms = Array.from(
    { length: 24 },
    (_, seed) =>
      simulateWatch({
        seed,
        blocksBefore: 26 * hour,
        blocksAfter: hour,
        requests: 20,
        failing: (t) => 0.02 * Math.exp(cycle(t, seed)),
        traffic: (t) => Math.exp(cycle(t, seed + 6)),
      }).alarmAt,
  )
  expect(alarms.filter((at) => at !== null)).toEqual([])
})
