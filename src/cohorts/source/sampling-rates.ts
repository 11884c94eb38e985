import type { MeasureKind } from '../compare/cohort-source.ts'
import type { ClassMeasure } from './sql-measures.ts'

/** One in 2^power of the rows, by class and by measure: the rows of a measure lie within those of their class. */
export interface SamplingRates {
  /** Per class: the finest that one of its measures takes. */
  powers: Uint8Array
  /** Per measure, per class. */
  byMeasure: readonly Uint8Array[]
}

const mostRows = 500_000
/** Of a class that no measure counts. */
const none = 40

/** Rows of a half from which on a measure is worth no more than its least budget; below, inversely more. */
const smallHalf = 500_000

/** Attributes of which a search reads its full budget of rows. */
const usualAttributes = 24

/**
 * Part of the budget for so many attributes: conjunctions of three grow with the third power of their number, and the
 * rows that are read must make up for some of that.
 */
export function budgetShare(attributes: number): number {
  return Math.min(1, usualAttributes / Math.max(1, attributes))
}

/**
 * How much of each class of rows to look at: for each measure so many bad rows and so many others, of both sides
 * together; where one side has fewer than half of that, all of it. The side of a class is its lowest bit.
 * @param sizes rows of the discovery half, by class
 * @param share of the budget, see `budgetShare`
 */
export function samplingRates(
  sizes: ArrayLike<number>,
  measures: readonly ClassMeasure[],
  share = 1,
): SamplingRates {
  const byMeasure = measures.map((measure) => measurePowers(sizes, measure, share))
  const powers = new Uint8Array(sizes.length).fill(255)
  let rows = 0
  for (let code = 0; code < sizes.length; code++) {
    for (const [i, { roles }] of measures.entries())
      if (roles[code] !== 255) powers[code] = Math.min(powers[code]!, byMeasure[i]![code]!)
    if (powers[code] === 255) powers[code] = none
    rows += sizes[code]! / 2 ** powers[code]!
  }
  return rows > mostRows ? samplingRates(sizes, measures, share * 0.8) : { powers, byMeasure }
}

function measurePowers(
  sizes: ArrayLike<number>,
  { name, kind, roles }: ClassMeasure,
  share: number,
): Uint8Array {
  const powers = new Uint8Array(sizes.length)
  const others: [number, number] = [0, 0]
  const bad: [number, number] = [0, 0]
  for (let code = 0; code < sizes.length; code++) {
    if (roles[code] === 0) others[code & 1]! += sizes[code]!
    if (roles[code] === 1) bad[code & 1]! += sizes[code]!
  }
  const half = bad[0] + bad[1] + others[0] + others[1]
  const budget = rowBudget(name, kind, bad[0] + bad[1], half)
  for (const [role, of, wanted] of [
    [0, others, budget.others * share],
    // a bad row left out is evidence lost, of a good one others say as much
    [1, bad, budget.bad * (kind === 'volume' ? share : Math.sqrt(share))],
  ] as const) {
    for (const side of [0, 1]) {
      const room = Math.max(wanted / 2, wanted - of[1 - side]!)
      const power = Math.max(0, Math.round(Math.log2(of[side]! / room)))
      for (let code = side; code < sizes.length; code += 2)
        if (roles[code] === role) powers[code] = power
    }
  }
  return powers
}

/**
 * Rows that a measure is worth, of both sides together. What is frequently bad shows itself in fewer rows; where few are
 * bad, more than three others to each of them add next to nothing. A small half is read whole, or nearly: there a cohort
 * has no evidence to spare, and a row left out is evidence lost.
 * @param bad rows that are
 * @param half rows of the half that count for the measure
 */
function rowBudget(
  name: string,
  kind: MeasureKind,
  bad: number,
  half: number,
): { bad: number; others: number } {
  // every row of a volume is bad
  if (kind === 'volume') return { bad: 120_000, others: 0 }
  const isSmall = half < 0.9 * smallHalf
  // half of all rows are above p50: those of a large half say the same twice
  const least =
    name === 'slow p50' ? (isSmall ? 25_000 : 18_000) : name === 'slow p90' ? 30_000 : 40_000
  const most = least * Math.max(1, smallHalf / Math.max(1, half))
  return { bad: most, others: Math.min(most, Math.max(20_000, 3 * bad)) }
}
