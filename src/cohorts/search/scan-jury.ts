/** Decides which of the cells that could matter are contenders. */
import { priorRows, restOddsRatio, shrunkRate } from '../likelihood-gain.ts'
import { descriptionCost, leastEffectRatio } from './description-cost.ts'
import { Ancestors, type PairTables } from './scan-ancestors.ts'
import type { CodedCondition, Contender } from './scan-contender.ts'
import type { ContenderKeeper } from './scan-keeper.ts'
import type { AxisRange } from './scan-node.ts'
import { cellScore, type CellScore, type Four } from './scan-score.ts'
import { standsOut } from '../stands-out.ts'
import type { ScanSpace } from './scan-space.ts'
import { usualSplit } from './usual-split.ts'

/** A cell must be worse than the rest of every wider cell by so many nats and so many times the odds. */
export const leastBeyondParent = 2.5

export class ScanJury {
  /** Beyond the rest of everything, with the lowest prior that a cell can have: its gains are upper bounds. */
  readonly outer: CellScore
  /** Rate of everything's baseline (volume: share on the candidate): the lowest prior. */
  readonly overall: number
  /** What counts pairs faster, where there is something. */
  tables: PairTables | null = null
  /** Nats of score and fit from which on a cell is looked at. */
  readonly leastScore: number
  readonly #space: ScanSpace
  readonly #keeper: ContenderKeeper
  #ancestors: Ancestors | undefined

  constructor(space: ScanSpace, keeper: ContenderKeeper) {
    this.leastScore = space.leastScore
    this.#space = space
    this.#keeper = keeper
    const { kind, all, restRatio } = space
    this.overall = kind === 'share' ? overallRate(all) : overallShare(all)
    this.outer = cellScore(kind, all, this.overall, restRatio)
  }

  /** Nats to describe a cell of these axes. */
  cost(axes: readonly number[]): number {
    const { axes: of, baseCost } = this.#space
    return descriptionCost(
      baseCost,
      axes.map((axis) => of[axis]!.cost),
    )
  }

  /** Scores cells within a node against the rest of the node. */
  inner(counts: Four): CellScore {
    const { kind, restRatio } = this.#space
    const [b0, b1, c0, c1] = counts as [number, number, number, number]
    const ratio = kind === 'share' ? restOddsRatio(c1, c0 + c1, b1, b0 + b1, restRatio) : 1
    const prior = Math.max(this.overall, shrunkRate(b1, b0 + b1, this.overall))
    return cellScore(kind, counts, prior, ratio)
  }

  /** "Everything", beyond "nothing changed". */
  root(): Contender[] {
    const { root, all, minimumBad, baseCost } = this.#space
    if (!root || all[3]! < minimumBad) return []
    const four: Contender['counts'] = [all[0]!, all[1]!, all[2]!, all[3]!]
    const nothing = cellScore('share', four, this.overall, 1)
    return [
      {
        conditions: [],
        score: nothing.evidence(...four) - baseCost,
        fit: nothing.fit(...four) - baseCost,
        cost: baseCost,
        prior: this.overall,
        counts: four,
      },
    ]
  }

  /**
   * Fewest bad rows with which a part of `counts` can gain `least` nats: at best it has no good ones, and its baseline's
   * rate is what the prior alone gives so many rows. Volume: the support asked for.
   */
  fewestBad([b0, b1]: Four, least: number): number {
    const { kind, minimumBad } = this.#space
    if (kind === 'volume') return minimumBad
    const each = Math.log((b0! + b1! + priorRows) / (priorRows * this.overall))
    // a hair less, for what logarithms round
    return Math.max(minimumBad, (least / each) * (1 - 1e-9))
  }

  /** A cell whose evidence may reach its cost; in ascending order of axes. Copies what it keeps. */
  judge(conditions: readonly AxisRange[], cost: number, cell: Four): void {
    const four = cell as [number, number, number, number]
    const least = this.#keeper.least(conditions.length)
    const { kind, all, restRatio, goodWeights } = this.#space
    const usual = goodWeights === null ? four : usualSplit(four, all, goodWeights)
    if (!this.#pays(this.outer, usual, cost, least)) return
    this.#ancestors ??= new Ancestors(this.#space, this.tables)
    const singles = this.#ancestors.singles(conditions)
    // a higher prior only lowers the gains: what does not pay beyond the single conditions need not be counted further
    const priorOfSingles = this.#priorBeyond(singles, this.overall)
    if (!this.#pays(cellScore(kind, all, priorOfSingles, restRatio), usual, cost, least)) return
    const more = this.#ancestors.more(conditions)
    const prior = this.#priorBeyond(more, priorOfSingles)
    const outer = cellScore(kind, all, prior, restRatio)
    if (more.length > 0 && !this.#pays(outer, usual, cost, least)) return
    const wider = [...singles, ...more]
    for (const counts of wider) if (!this.#differs(four, counts, prior)) return
    this.#keeper.add({
      conditions: this.#named(conditions),
      score: outer.evidence(...usual) - cost,
      fit: outer.fit(...usual) - cost,
      cost,
      prior,
      counts: [...four],
    })
  }

  #pays(
    score: CellScore,
    four: readonly [number, number, number, number],
    cost: number,
    least: number,
  ): boolean {
    if (score.evidence(...four) - cost < this.leastScore) return false
    const fit = score.fit(...four) - cost
    return fit >= this.leastScore && fit >= least
  }

  /**
   * Worse than the rest of a wider cell, whose own odds ratio is what is expected where its rest says little; or the part
   * in which the wider cell's failures lie, where too few rows of the baseline hide that.
   */
  #differs(four: readonly [number, number, number, number], counts: Four, prior: number): boolean {
    const { kind, restRatio } = this.#space
    const [b0, b1, c0, c1] = counts as [number, number, number, number]
    const ratio = kind === 'share' ? restOddsRatio(c1, c0 + c1, b1, b0 + b1, restRatio) : 1
    const score = cellScore(kind, counts, prior, ratio)
    if (score.evidence(...four) >= leastBeyondParent && score.differs(four, leastEffectRatio)) {
      return true
    }
    if (kind === 'volume') return false
    const nats = standsOut(Float64Array.from(four), Float64Array.from(counts), prior)
    return nats >= leastBeyondParent
  }

  #priorBeyond(cells: readonly Four[], lowest: number): number {
    return cells.reduce((most, counts) => Math.max(most, this.#priorOf(counts)), lowest)
  }

  #priorOf([b0, b1]: Four): number {
    if (this.#space.kind === 'volume') return this.overall
    return shrunkRate(b1!, b0! + b1!, this.overall)
  }

  #named(conditions: readonly AxisRange[]): CodedCondition[] {
    return conditions
      .map(({ axis, first, last }) => {
        const { attribute, kind } = this.#space.axes[axis]!
        return kind === 'absence' ? { attribute, first: 0, last: 0 } : { attribute, first, last }
      })
      .toSorted((a, b) => a.attribute - b.attribute)
  }
}

function overallRate(all: Four): number {
  return (all[1]! + 0.5) / (all[0]! + all[1]! + 1)
}

function overallShare(all: Four): number {
  return (all[3]! + 0.5) / (all[1]! + all[3]! + 1)
}
