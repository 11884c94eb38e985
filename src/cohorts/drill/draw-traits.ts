import type { Random } from '../../stats/random.ts'
import type { PlantKind } from './planted-events.ts'

/** How a set of planted events came about, beside its cohorts. */
export interface Traits {
  candidateShare: number
  /** Bad share of an ordinary event. */
  baseRate: number
  /** Whether a user is on one side with all events, or each event falls by itself. */
  split: 'user' | 'event'
  /** Fewest events of a user, of 1 to 50. */
  leastEvents: number
  /** Standard deviation of the users' own log odds of failing. */
  userSpread: number
  /** Share of the users whose events nearly all fail, on whichever side they are. */
  brokenUsers: number
  /** Odds ratio of failures of everything on the candidate's side. */
  globalOdds: number
  /** By how many standard deviations everything takes longer on the candidate's side. */
  globalDelay: number
  /** Logistic where everything takes longer: one odds ratio then holds at each quantile. */
  noise: 'normal' | 'logistic'
  /** Odds of the candidate's side for events of a kind that always failed more: a trap; 1 = no shift. */
  mixShift: number
}

/** No shifted mix where volumes are compared: it would be a true finding there. */
export function drawTraits(random: Random, kinds: readonly PlantKind[], healthy: boolean): Traits {
  const [share, rate, split, spread, broken, odds, delay, mix] = Array.from({ length: 8 }, () =>
    random.uniform(),
  ) as [number, number, number, number, number, number, number, number]
  const changed = !healthy && odds < 0.3
  const delayed = !healthy && delay < 0.2
  return {
    candidateShare: share < 0.5 ? 0.5 : 0.05 * 10 ** (2 * (share - 0.5)),
    baseRate: 0.0007 * 40 ** rate,
    split: split < 0.5 ? 'user' : 'event',
    leastEvents: 1,
    userSpread: 1.2 * spread,
    brokenUsers: broken < 0.3 ? 0.0005 : 0,
    globalOdds: changed ? 1.1 + 3 * odds : 1,
    globalDelay: delayed ? 0.1 + 2 * delay : 0,
    noise: delayed ? 'logistic' : 'normal',
    mixShift: !healthy && mix < 0.3 && !kinds.includes('volume') ? 1.5 + 5 * mix : 1,
  }
}
