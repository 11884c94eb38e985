/**
 * What goes to the confirmation half. The search saw a sample, and each level of latency by itself; of what it suggests,
 * all rows of its half are counted. They say at which level a cohort shows best, which of its descriptions fits, and what
 * was chance. The other half has no part in that, so that its tests mean what they say; and each cohort that is not tested
 * twice, or in vain, leaves the others a higher threshold.
 */
import { baselineBad, baselineGood, type ClassCounts } from '../cell-counts.ts'
import type { Cohort } from '../cohort.ts'
import { cohortKey } from '../format-cohort.ts'
import { isProductive, type Described } from '../is-productive.ts'
import { conditionHurdle } from '../search/description-cost.ts'
import { type Gains, gainsBeyondRest } from '../search/search-gains.ts'
import type { AllCounts } from './count-all.ts'
import type { Suggested } from './discover.ts'
import { implies } from './implies.ts'
import { questionOf } from './question-of.ts'

export interface SettleScope {
  counts: AllCounts
  /** Whether `counts` has a cohort; of suggested ones it does. */
  isCounted: (cohort: Cohort) => boolean
  /** Nats that it costs to name a cohort. */
  nameCost: (cohort: Cohort) => number
  /** Evidence less the cost of the name that is worth a test. */
  leastWorth: number
}

/** Nats of evidence that a wider cohort must have without the narrower one to keep its place. */
const remainderEvidence = 3
/** Nats by which other words for a cohort must fit better. */
const leastBetter = 3

/** In their order; of several that come to the same, the first stands. */
export function settleSuggestions(
  suggested: readonly Suggested[],
  scope: SettleScope,
): Suggested[] {
  const settled = new Settling(together(suggested), scope).all()
  return together(settled)
}

/** A cohort once for each question, with the alternatives of all that suggest it. */
function together(suggested: readonly Suggested[]): Suggested[] {
  const known = new Map<string, Suggested>()
  for (const one of suggested) {
    const same = known.get(keyOf(one))
    const alternatives = [...(same?.alternatives ?? []), ...one.alternatives]
    const others = [...(same?.others ?? []), ...(one.others ?? one.alternatives)]
    known.set(keyOf(one), { ...(same ?? one), alternatives, others })
  }
  return [...known.values()].map((one) => ({
    ...one,
    alternatives: othersThan(one.cohort, one.alternatives),
  }))
}

function othersThan(cohort: Cohort, others: readonly Cohort[]): Cohort[] {
  const known = new Map(others.map((other) => [cohortKey(other), other]))
  known.delete(cohortKey(cohort))
  return [...known.values()]
}

function keyOf({ measure, cohort }: Suggested): string {
  return `${questionOf(measure)} ${cohortKey(cohort)}`
}

class Settling {
  readonly #suggested: readonly Suggested[]
  readonly #keys: ReadonlySet<string>
  readonly #scope: SettleScope
  readonly #gains = new Map<string, { gains: Gains; prior: number; all: ClassCounts }>()

  constructor(suggested: readonly Suggested[], scope: SettleScope) {
    this.#suggested = suggested
    this.#keys = new Set(suggested.map(keyOf))
    this.#scope = scope
  }

  all(): Suggested[] {
    return this.#suggested.flatMap((one) => {
      const { kind } = this.#scope.counts.measures.find(({ name }) => name === one.measure)!
      if (kind !== 'share' || one.cohort.length === 0) return [one]
      const settled = this.#settle(one)
      return settled === null ? [] : [settled]
    })
  }

  #settle(one: Suggested): Suggested | null {
    const measure = this.#bestLevel(one)
    const worth =
      this.#evidence(measure, this.#four(measure, one.cohort)) - this.#scope.nameCost(one.cohort)
    if (worth <= this.#scope.leastWorth) return null
    const cohort = this.#bestDescription({ ...one, measure })
    const alternatives = othersThan(cohort, [one.cohort, ...one.alternatives])
    return { measure, cohort, alternatives }
  }

  /** Of the levels that ask the same question, the one with most evidence. */
  #bestLevel({ measure, cohort }: Suggested): string {
    const nats = (name: string): number => this.#evidence(name, this.#four(name, cohort))
    let best = { name: measure, nats: nats(measure) }
    for (const { name } of this.#scope.counts.measures) {
      if (questionOf(name) !== questionOf(measure) || name === measure) continue
      if (nats(name) > best.nats) best = { name, nats: nats(name) }
    }
    return best.name
  }

  #bestDescription({ measure, cohort, alternatives, others }: Suggested): Cohort {
    let best = cohort
    for (const other of others ?? alternatives) {
      // what is suggested itself speaks for itself
      if (other.length === 0 || !this.#scope.isCounted(other)) continue
      if (this.#keys.has(keyOf({ measure, cohort: other, alternatives: [] }))) continue
      if (this.#isBetter(measure, other, best)) best = other
    }
    return best
  }

  #isBetter(measure: string, other: Cohort, best: Cohort): boolean {
    const { all } = this.#all(measure)
    const [next, now] = [this.#described(measure, other), this.#described(measure, best)]
    if (implies(other, best)) {
      const left = now.four.map((count, k) => Math.max(0, count - next.four[k]!))
      return (
        isProductive(next, now, 'share', all) && this.#evidence(measure, left) < remainderEvidence
      )
    }
    if (implies(best, other)) return !isProductive(now, next, 'share', all)
    return this.#fit(measure, next) > this.#fit(measure, now) + leastBetter
  }

  #described(measure: string, cohort: Cohort): Described {
    const cost = this.#scope.nameCost(cohort) + conditionHurdle * (cohort.length - 1)
    return {
      four: this.#four(measure, cohort),
      contender: { cost, prior: this.#all(measure).prior },
    }
  }

  #fit(measure: string, { four, contender }: Described): number {
    return this.#all(measure).gains.fit(four, contender.prior) - contender.cost
  }

  #evidence(measure: string, four: ClassCounts): number {
    const { gains, prior } = this.#all(measure)
    return gains.evidence(four, prior)
  }

  #all(measure: string): { gains: Gains; prior: number; all: ClassCounts } {
    const known = this.#gains.get(measure)
    if (known !== undefined) return known
    const all = this.#four(measure, [])
    const prior = (all[baselineBad]! + 0.5) / (all[baselineBad]! + all[baselineGood]! + 1)
    const found = { gains: gainsBeyondRest('share', all, 1), prior, all }
    this.#gains.set(measure, found)
    return found
  }

  #four(measure: string, cohort: Cohort): ClassCounts {
    const { baseline, candidate } = this.#scope.counts.of(cohort, measure).discovery
    return Float64Array.of(
      baseline.total - baseline.bad,
      baseline.bad,
      candidate.total - candidate.bad,
      candidate.bad,
    )
  }
}
