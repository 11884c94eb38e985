import { checkProbability } from './check-probability.ts'
import { inverseIncompleteBeta } from './special-functions.ts'

/**
 * Exact interval of a probability from `successes` in `trials` (Clopper & Pearson 1934), for rates that were measured once,
 * with a number of trials fixed before: simulations, placebos, drills.
 *
 * @param level coverage, for example 0.95
 */
export function clopperPearson(
  successes: number,
  trials: number,
  level: number,
): { low: number; high: number } {
  checkProbability('The level', level)
  if (!(successes >= 0 && successes <= trials)) {
    throw new RangeError(`Impossible counts: ${successes} of ${trials}.`)
  }
  const tail = (1 - level) / 2
  return {
    low: successes === 0 ? 0 : inverseIncompleteBeta(tail, successes, trials - successes + 1),
    high:
      successes === trials ? 1 : inverseIncompleteBeta(1 - tail, successes + 1, trials - successes),
  }
}
