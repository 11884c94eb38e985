/** Scores every value, every interval, and every pair of them, from counts alone. */
import {
  baselineBad,
  baselineGood,
  candidateBad,
  type CellCounts,
  type ClassCounts,
  type PairCounts,
} from './cell-counts.ts'
import type { CodedAttribute } from './coded-attributes.ts'
import { gainBeyondNothing, gainBeyondRest } from './gain-beyond-rest.ts'
import { candidateGain, likelihoodGain, shrunkRate } from './likelihood-gain.ts'
import { scanBins, type BinScan } from './scan-bins.ts'
import { scanRectangles } from './scan-rectangles.ts'

/** Codes `first` to `last` of an attribute (its index). */
export interface CodedCondition {
  attribute: number
  first: number
  last: number
}

/** A cell worth a closer look. */
export interface Contender {
  conditions: readonly CodedCondition[]
  /** Evidence: `likelihoodGain` minus cost, in nats. Positive: worth reporting. */
  score: number
  /** Fit: `candidateGain` minus cost. The description with the highest is the one to report. */
  fit: number
  cost: number
  /** Rate towards which the baseline's rate is shrunk: the highest among the parents. */
  prior: number
}

export interface ScanSettings {
  attributes: readonly CodedAttribute[]
  minimumBad: number
  /** Odds ratio expected of the rest where it says little itself: 1, or the parent's within a parent. */
  restRatio: number
  /** Nats that every cell costs, for what is chosen before any condition. */
  baseCost: number
  /** Whether "everything" is a cell. */
  root: boolean
  /** Attribute that may not be named (the parent's), or -1. */
  excluded: number
}

/** Nats for having a second condition at all: chance must not add one. */
export const conditionHurdle = 2

/** Contenders kept of one attribute set. */
const keptPerSet = 2
/** A coarse interval may gain when its ends are moved, so a slightly negative score is kept. */
const leastScore = -6

/** Best first; at most two of each set of attributes. */
export function scanCells(counts: CellCounts, settings: ScanSettings): Contender[] {
  const { attributes, baseCost } = settings
  const { all } = counts
  const overall = overallRate(all)
  const contenders: Contender[] = []
  if (settings.root && all[candidateBad]! >= settings.minimumBad) {
    contenders.push({
      conditions: [],
      score: gainBeyondNothing(likelihoodGain)(all, overall) - baseCost,
      fit: gainBeyondNothing(candidateGain)(all, overall) - baseCost,
      cost: baseCost,
      prior: overall,
    })
  }
  for (const [index, attribute] of attributes.entries()) {
    if (index === settings.excluded) continue
    const cell = counts.singles[index]!
    const keep = topContenders(counts.all, settings.restRatio)
    const cost = costOfOne(index, settings)
    if (attribute.ordered) {
      const scan: BinScan = { counts: cell, offset: 0, stride: 4, bins: attribute.size - 1 }
      scanBins(scan, settings.minimumBad, (first, last, four) =>
        keep.add(four, overall, cost, [{ attribute: index, first, last }]),
      )
    }
    const codes = attribute.ordered ? 1 : attribute.size
    for (let code = 0; code < codes; code++) {
      if (code === attribute.other) continue
      const four = cell.subarray(code * 4, code * 4 + 4)
      if (four[candidateBad]! < settings.minimumBad) continue
      keep.add(four, overall, cost, [{ attribute: index, first: code, last: code }])
    }
    contenders.push(...keep.list)
  }
  for (const pair of counts.pairs) contenders.push(...scanPair(pair, counts, settings, overall))
  return contenders.toSorted((a, b) => b.fit - a.fit)
}

function scanPair(
  pair: PairCounts,
  counts: CellCounts,
  settings: ScanSettings,
  overall: number,
): Contender[] {
  const { attributes, minimumBad } = settings
  const first = attributes[pair.first]!
  const second = attributes[pair.second]!
  const rateOfFirst = rangeRate(counts.singles[pair.first]!, overall)
  const rateOfSecond = rangeRate(counts.singles[pair.second]!, overall)
  const keep = topContenders(counts.all, settings.restRatio)
  const cost =
    costOfOne(pair.first, settings) +
    costOfOne(pair.second, settings) -
    settings.baseCost -
    Math.log(2) +
    conditionHurdle

  const consider = (
    firstFrom: number,
    firstTo: number,
    secondFrom: number,
    secondTo: number,
    four: ClassCounts,
  ): void => {
    const prior = Math.max(
      rateOfFirst(firstFrom, firstTo),
      rateOfSecond(secondFrom, secondTo),
      overall,
    )
    keep.add(four, prior, cost, [
      { attribute: pair.first, first: firstFrom, last: firstTo },
      { attribute: pair.second, first: secondFrom, last: secondTo },
    ])
  }

  // single values of the first (a number's only one is "absent") with everything of the second
  for (let code = 0; code < (first.ordered ? 1 : first.size); code++) {
    if (code === first.other) continue
    const offset = code * second.size * 4
    if (second.ordered) {
      scanBins(
        { counts: pair.counts, offset, stride: 4, bins: second.size - 1 },
        minimumBad,
        (from, to, four) => consider(code, code, from, to, four),
      )
    }
    for (let other = 0; other < (second.ordered ? 1 : second.size); other++) {
      if (other === second.other) continue
      const at = offset + other * 4
      if (pair.counts[at + candidateBad]! < minimumBad) continue
      consider(code, code, other, other, pair.counts.subarray(at, at + 4))
    }
  }
  if (first.ordered) {
    // single values of the second with intervals of the first
    for (let code = 0; code < (second.ordered ? 1 : second.size); code++) {
      if (code === second.other) continue
      const scan = {
        counts: pair.counts,
        offset: code * 4,
        stride: second.size * 4,
        bins: first.size - 1,
      }
      scanBins(scan, minimumBad, (from, to, four) => consider(from, to, code, code, four))
    }
    if (second.ordered) scanRectangles(pair.counts, first.size, second.size, minimumBad, consider)
  }
  return keep.list
}

/** Nats for naming one condition on an attribute. */
function costOfOne(index: number, { attributes, baseCost }: ScanSettings): number {
  const { valueCost, intervalCost } = attributes[index]!
  return baseCost + Math.log(attributes.length) + valueCost + intervalCost
}

/** The wider cells without one of the conditions; "everything" only where it is a cell. */
export function parentsOf(
  contender: Contender,
  counts: CellCounts,
  settings: ScanSettings,
): Contender[] {
  const unscored = { score: 0, fit: 0, prior: overallRate(counts.all) }
  if (contender.conditions.length === 1) {
    return settings.root ? [{ ...unscored, conditions: [], cost: settings.baseCost }] : []
  }
  return contender.conditions.map((condition) => {
    const cost = costOfOne(condition.attribute, settings)
    return { ...unscored, conditions: [condition], cost }
  })
}

function overallRate(all: ClassCounts): number {
  return (all[baselineBad]! + 0.5) / (all[baselineBad]! + all[baselineGood]! + 1)
}

/** The baseline's rate over a run of codes, shrunk to the overall one. */
function rangeRate(single: Float64Array, overall: number): (from: number, to: number) => number {
  const size = single.length / 4
  const bad = new Float64Array(size + 1)
  const total = new Float64Array(size + 1)
  for (let code = 0; code < size; code++) {
    bad[code + 1] = bad[code]! + single[code * 4 + baselineBad]!
    total[code + 1] =
      total[code]! + single[code * 4 + baselineBad]! + single[code * 4 + baselineGood]!
  }
  return (from, to) => shrunkRate(bad[to + 1]! - bad[from]!, total[to + 1]! - total[from]!, overall)
}

function topContenders(
  all: ClassCounts,
  restRatio: number,
): {
  list: Contender[]
  add: (four: ClassCounts, prior: number, cost: number, conditions: CodedCondition[]) => void
} {
  const fitOf = gainBeyondRest(candidateGain, all, restRatio)
  const gainOf = gainBeyondRest(likelihoodGain, all, restRatio)
  const list: Contender[] = []
  return {
    list,
    add: (four, prior, cost, conditions) => {
      const fit = fitOf(four, prior) - cost
      if (fit < leastScore) return
      if (list.length === keptPerSet && fit <= list[keptPerSet - 1]!.fit) return
      const score = gainOf(four, prior) - cost
      if (score < leastScore) return
      if (list.length === keptPerSet) list.pop()
      list.push({ conditions, score, fit, cost, prior })
      list.sort((a, b) => b.fit - a.fit)
    },
  }
}
