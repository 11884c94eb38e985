/** The contenders of a scan, with their counts kept up to date as rows are explained. */
import { baselineBad, candidateBad, type ClassCounts } from '../cell-counts.ts'
import type { CodedAttribute } from '../coded-attributes.ts'
import type { MeasureKind } from '../compare/cohort-source.ts'
import type { CellGain } from '../gain-beyond-rest.ts'
import { shrunkRate } from '../likelihood-gain.ts'
import { conditionCost, descriptionCost, hurdleOf, leastScore } from './description-cost.ts'
import type { DoubtBounds } from './doubt-bounds.ts'
import { countClasses, type Description } from './exact-cohort.ts'
import { keepCoded, type MemberIndex } from './exact-members.ts'
import type { CodedCondition, Contender } from './scan-contender.ts'
import type { Gains } from './search-gains.ts'
import { hasSupport, sidesOf } from './select-effects.ts'

export interface OpenContender {
  contender: Contender
  /** Weighted, of the rows alive. */
  four: ClassCounts
  fit: number
}

export interface DoubtScope {
  kind: MeasureKind
  minimumBad: number
  /** Weighted counts of all that is alive. */
  all: ClassCounts
  baseCost: number
  /** Nats of evidence less those of the name, that must be exceeded. */
  leastWorth: number
  doubt: DoubtBounds
}

/** What bears the evidence. */
export function badIn(kind: MeasureKind, four: ArrayLike<number>): number {
  return four[candidateBad]! + (kind === 'volume' ? four[baselineBad]! : 0)
}

export class OpenContenders {
  readonly #open: OpenContender[]
  readonly #index: MemberIndex

  constructor(contenders: readonly Contender[], index: MemberIndex) {
    this.#open = contenders.map((contender) => ({
      contender,
      four: Float64Array.from(contender.counts),
      fit: contender.fit,
    }))
    this.#index = index
  }

  /** Takes rows away that have just been explained (positions, no longer alive). */
  explain(gone: Uint32Array): void {
    const { population } = this.#index
    const inside = new Uint32Array(gone.length)
    for (const { contender, four } of this.#open) {
      const { conditions } = contender
      if (this.#index.cost(conditions) < gone.length) {
        four.set(countClasses(population, this.#index.coded(conditions)))
        continue
      }
      inside.set(gone)
      let { length } = gone
      for (const { attribute, first, last } of conditions)
        length = keepCoded(inside, length, population.codes[attribute]!, first, last)
      const explained = countClasses(population, inside.subarray(0, length))
      for (let k = 0; k < 4; k++) four[k]! -= explained[k]!
    }
  }

  /** The best fits, best first. */
  best(
    most: number,
    fitOf: CellGain,
    { kind, minimumBad, all }: { kind: MeasureKind; minimumBad: number; all: ClassCounts },
  ): OpenContender[] {
    const fitting: OpenContender[] = []
    for (const open of this.#open) {
      if (open.contender.conditions.length === 0) continue
      if (!hasSupport(kind, open.four, all, minimumBad)) continue
      open.fit = fitOf(open.four, open.contender.prior) - open.contender.cost
      if (open.fit >= leastScore) fitting.push(open)
    }
    // the sort is stable, and the scan's order is total
    return fitting.toSorted((a, b) => b.fit - a.fit).slice(0, most)
  }

  /**
   * What may yet be worth a test on other rows, best first: evidence less the cost of the name alone is above `leastWorth`.
   * Not the edges of what is explained already.
   */
  inDoubt(
    { evidence, fit }: Gains,
    { kind, minimumBad, all, baseCost, leastWorth, doubt }: DoubtScope,
  ): OpenContender[] {
    const worth = new Map<OpenContender, number>()
    for (const open of this.#open) {
      const { contender, four } = open
      const { conditions, prior, cost, counts } = contender
      if (conditions.length === 0 || !hasSupport(kind, four, all, minimumBad)) continue
      if (badIn(kind, four) * 2 < badIn(kind, counts)) continue
      const paid = cost - hurdleOf(conditions.length, baseCost)
      const nats = Math.min(evidence(four, prior), fit(four, prior))
      if (nats >= doubt.leastEvidence && nats - paid > leastWorth) worth.set(open, nats - paid)
    }
    return [...worth.keys()].toSorted((a, b) => worth.get(b)! - worth.get(a)!)
  }

  /** "Everything", where the scan had it. */
  root(): Contender | undefined {
    return this.#open.find(({ contender }) => contender.conditions.length === 0)?.contender
  }
}

export interface CostScope {
  kind: MeasureKind
  baseCost: number
  attributes: readonly CodedAttribute[]
  index: MemberIndex
  all: ClassCounts
  /** The baseline's rates of single conditions, as they are found out. */
  rates: Map<string, number>
}

/** The wider description without one of the conditions, for each of them. */
export function parentsOf({ conditions }: Description, scope: CostScope): Description[] {
  return conditions.map((_, skip) => {
    const others = conditions.toSpliced(skip, 1)
    return { conditions: others, cost: costOf(others, scope), prior: priorOf(others, scope) }
  })
}

/** As the scan counts it: which attributes, in whatever order, which values, and a hurdle for each condition more. */
function costOf(
  conditions: readonly CodedCondition[],
  { attributes, baseCost }: CostScope,
): number {
  return descriptionCost(
    baseCost,
    conditions.map(({ attribute }) => conditionCost(attributes[attribute]!, attributes.length)),
  )
}

/** The baseline's rate, the highest of everything's and of each condition's alone. */
function priorOf(conditions: readonly CodedCondition[], scope: CostScope): number {
  const { baseBad, baseTotal } = sidesOf(scope.all)
  if (scope.kind === 'volume') {
    return scope.all[candidateBad]! / (scope.all[candidateBad]! + baseBad)
  }
  const overall = (baseBad + 0.5) / (baseTotal + 1)
  if (conditions.length < 2) return overall
  return conditions.reduce(
    (highest, condition) => Math.max(highest, rateOf(condition, overall, scope)),
    overall,
  )
}

function rateOf(condition: CodedCondition, overall: number, { index, rates }: CostScope): number {
  const key = `${condition.attribute} ${condition.first} ${condition.last}`
  let rate = rates.get(key)
  if (rate === undefined) {
    const four = countClasses(index.population, index.coded([condition]))
    const { baseBad, baseTotal } = sidesOf(four)
    rate = shrunkRate(baseBad, baseTotal, overall)
    rates.set(key, rate)
  }
  return rate
}
