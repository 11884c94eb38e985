import type { Customer } from './draw-customer.ts'
import { type Fault, faultyRelease, type ReleasePlan } from './release-plan.ts'

/** What a fault does to one visit. */
export type Harm = Pick<Fault, 'effect' | 'operation' | 'factor' | 'probability'> & {
  service: Fault['service'] | null
  callee: Fault['service'] | null
}

export const harmless: Harm = {
  effect: 'fails',
  service: null,
  operation: '',
  callee: null,
  factor: 1,
  probability: 0,
}

/**
 * What the planted fault can do to a visit at a time (ms since 1970).
 * @param isCandidate the new version of the faulty service answers it
 */
export function faultAt(
  plan: ReleasePlan,
  at: number,
  customer: Pick<Customer, 'isIn'>,
  isCandidate: boolean,
): Harm {
  const { fault } = plan
  const release = faultyRelease(plan)
  if (fault === null || release === null || at < release.start + fault.onset) return harmless
  if (!(isCandidate || fault.bothSides) || !customer.isIn(fault.cohort)) return harmless
  const { effect, service, operation, callee = null, probability } = fault
  return { effect, service, operation, callee, probability, factor: factorAt(plan, fault, at) }
}

/** How many times as long the requests take: a leak adds up. */
export function factorAt(plan: ReleasePlan, { effect, factor }: Fault, at: number): number {
  const release = faultyRelease(plan)
  if (effect !== 'leaks' || release === null) return factor
  const age = Math.min(1, Math.max(0, (at - release.start) / (plan.until - release.start)))
  return 1 + (factor - 1) * age
}
