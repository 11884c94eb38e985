/** Histories in which nothing is released and rates move by themselves, for the tests of the before/after comparison. */
import type { Random } from '../../stats/random.ts'
import type { Simulated } from './simulate-history.ts'

/** In base blocks of 5 s. */
export const minute = 12
export const hour = 60 * minute

type QuietHistory = Omit<Simulated, 'seed' | 'blocksAfter'>

/** Failure probabilities whose logarithm walks, and returns slowly to what it was. */
function walking(step: number): Simulated['failing'] {
  let drift = 0
  return (_, random) => {
    drift = 0.995 * drift + random.normal(0, step)
    return Math.min(0.5, 0.01 * Math.exp(drift))
  }
}

/** Ten times as many failures for 20 s, now and then. */
export function bursts(perBlock: number): Simulated['failing'] {
  let left = 0
  return (_, random: Random) => {
    if (left > 0) left--
    else if (random.uniform() < perBlock) left = 4
    return left > 0 ? 0.1 : 0.01
  }
}

export const quiet = { blocksBefore: hour, requests: 100, failing: () => 0.01 }

export const quietHistories: readonly [string, () => QuietHistory][] = [
  ['constant rates', () => quiet],
  ['hardly any failures', () => ({ ...quiet, failing: () => 0.0005 })],
  ['constant rates for a minute', () => ({ ...quiet, blocksBefore: minute })],
  ['drifting rates', () => ({ ...quiet, failing: walking(0.05) })],
  ['bursts', () => ({ ...quiet, failing: bursts(0.03) })],
  ['requests that double', () => ({ ...quiet, traffic: (t) => (t < 0 ? 1 : 2) })],
]
