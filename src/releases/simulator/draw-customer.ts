import type { Random } from '../../stats/random.ts'
import type { ReleasePlan, SimulatedCohort } from './release-plan.ts'
import { customerTraits } from './shop.ts'

export interface Customer {
  attributes: Readonly<Record<string, string | number>>
  /** How much more often their requests fail, and how much longer they take, with any version. */
  failing: number
  slow: number
  isIn(cohort: SimulatedCohort): boolean
}

const customers = 3000

/** Some come far more often than others. */
export function drawCustomerNumber(random: Random): number {
  return Math.floor(customers * random.uniform() ** 2)
}

/** Who comes at a time (ms since 1970). A campaign brings more of a cohort; some customers come far more often. */
export function drawCustomer(
  { campaign, burden }: ReleasePlan,
  at: number,
  random: Random,
): Customer {
  const traits: Record<string, string> = {}
  for (const [name, shares] of Object.entries(customerTraits)) {
    const wanted = campaign !== undefined && at >= campaign.at ? campaign.cohort[name] : undefined
    const weights = Object.entries(shares).map(
      ([value, share]) => [value, value === wanted ? share * campaign!.times : share] as const,
    )
    let left = random.uniform() * weights.reduce((sum, [, weight]) => sum + weight, 0)
    traits[name] = weights.find(([, weight]) => (left -= weight) < 0)?.[0] ?? weights.at(-1)![0]
  }
  const isIn = (cohort: SimulatedCohort): boolean =>
    Object.entries(cohort).every(([name, value]) => traits[name] === value)
  const isBurdened = burden !== undefined && isIn(burden.cohort)
  return {
    attributes: {
      ...traits,
      'app.basket': 1 + random.poisson(2),
      'user.id': `u${drawCustomerNumber(random)}`,
    },
    failing: isBurdened ? burden.failing : 1,
    slow: isBurdened ? burden.slow : 1,
    isIn,
  }
}
