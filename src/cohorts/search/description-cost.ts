/** What it costs to name a cohort, and what it must show to be looked at: the scan and the selection agree on both. */
import type { ScanAttribute } from './scan-contender.ts'

/** Nats for each condition after the first: chance must not add one. */
export const conditionHurdle = 2
/** A coarse interval may gain when its ends are moved, so a slightly negative score is kept. */
export const leastScore = -6
/** The same where what does not pay for its description may be worth a test on other rows. */
export const leastScoreInDoubt = -13
/** Within a parent, or beside a change of everything, a cohort must be this many times as bad as the rest. */
export const leastEffectRatio = 1.2

/** Nats for one condition: which attribute, and which value or interval of it. */
export function conditionCost(
  { valueCost, intervalCost }: Pick<ScanAttribute, 'valueCost' | 'intervalCost'>,
  attributes: number,
): number {
  return Math.log(attributes) + valueCost + intervalCost
}

/**
 * Nats to describe a cell: its conditions, in whatever order, and what chance must pay beyond naming them.
 * @param conditions `conditionCost` of each
 */
export function descriptionCost(baseCost: number, conditions: readonly number[]): number {
  let cost = baseCost
  for (const [index, condition] of conditions.entries()) {
    cost += condition - Math.log(index + 1)
    if (index > 0) cost += conditionHurdle
  }
  return cost
}

/** The part of `descriptionCost` that names nothing: what is suggested in doubt, and tested elsewhere, need not pay it. */
export function hurdleOf(order: number, baseCost: number): number {
  return baseCost + conditionHurdle * Math.max(0, order - 1)
}
