/**
 * When the two sides differ in who they are (more phones, another country), rates differ without any change in
 * behaviour. Weighting the baseline's rows to the candidate's mix first leaves only the change (population shift
 * before everything else: Lumos, KDD'20; weights by iterative proportional fitting, Deming and Stephan 1940).
 */
import type { CategoryValue, CohortTable } from './cohort-table.ts'
import { edgesUpTo } from './quantile-edges.ts'
import { binomialLogLikelihood } from './likelihood-gain.ts'
import { mixBins, type MixBins } from './mix-bins.ts'

/**
 * Weights for the rows of the baseline, after which it has the candidate's mix of the attributes that shifted (raking).
 * The weight of a row is `scale` times the product over the attributes of the factor of its value, rounded to a multiple
 * of 1/1024 (at least one); 1 for rows of the candidate. `factors: []` means that nothing shifted. Factors and `scale`
 * are multiples of 1/1024, so that sums over rows are exact, whatever the order of the rows.
 */
export interface MixBalance {
  scale: number
  factors: readonly MixFactor[]
}

export type MixFactor =
  /** Values that are not listed have the factor `other`. */
  | {
      attribute: string
      kind: 'category'
      values: readonly CategoryValue[]
      factors: readonly number[]
      other: number
    }
  /** Bin i holds edges[i - 1] <= value < edges[i]: one factor more than edges. `absent` is for rows without a number. */
  | {
      attribute: string
      kind: 'number'
      edges: readonly number[]
      factors: readonly number[]
      absent: number
    }

export const balanced: MixBalance = { scale: 1, factors: [] }

/** Evidence, in nats per value beyond the log of the number of values, that a share differs. */
const shiftEvidence = 8
const sweeps = 8
const greatestFactor = 8
/** Attributes that are balanced; each brings those that depend on it along. */
const maxFactors = 8

/**
 * The weights that give the baseline of a table the candidate's mix. Takes the attribute that shifted most with clear
 * evidence, balances it, looks again at the others under the new weights, until none shows a shift. Pure, and
 * independent of the order of the rows.
 * @param counts per row: 1 = the row counts; all do where left out
 */
export function mixBalance(table: CohortTable, counts?: Uint8Array): MixBalance {
  const bins = table.attributes.map((column) => mixBins(table, column))
  const own = ownWeights(table, counts)
  const sums = sumSides(table, own)
  if (sums.baseline === 0 || sums.candidate === 0) return balanced
  const values = bins.reduce((sum, { size }) => sum + size, 0)
  const sumsOf = bins.map((bin) => sumBins(table, bin, own))
  const targets = sumsOf.map(({ candidate }) => candidate)
  const shifted: { bin: MixBins; target: Float64Array; factors: Float64Array }[] = []
  const products = new Float64Array(table.rows).fill(1)
  const weights = Float64Array.from(own)
  const spent = new Set<number>()
  while (shifted.length < maxFactors) {
    const size = effectiveShare(table, weights)
    let most = shiftEvidence + Math.log(values)
    let next = -1
    for (const [index, bin] of bins.entries()) {
      if (spent.has(index)) continue
      const { baseline } = shifted.length === 0 ? sumsOf[index]! : sumBins(table, bin, weights)
      const gain = shiftGain(baseline, targets[index]!, size)
      if (gain > most) [most, next] = [gain, index]
    }
    if (next < 0) break
    spent.add(next)
    const bin = bins[next]!
    shifted.push({ bin, target: targets[next]!, factors: new Float64Array(bin.size).fill(1) })
    rake()
  }
  if (shifted.length === 0) return balanced
  return {
    scale: effectiveScale(),
    factors: shifted.map(({ bin, factors }) => bin.factor(factors)),
  }

  function rake(): void {
    for (let sweep = 0; sweep < (shifted.length === 1 ? 2 : sweeps); sweep++) {
      for (const { bin, target, factors } of shifted) {
        const current = sumBins(table, bin, weights).baseline
        const all = current.reduce((sum, each) => sum + each, 0)
        for (let code = 0; code < bin.size; code++) {
          if (current[code] === 0) continue
          const wanted = (factors[code]! * target[code]! * all) / (sums.candidate * current[code]!)
          factors[code] = rounded(Math.min(greatestFactor, Math.max(1 / greatestFactor, wanted)))
        }
        reweigh()
      }
    }
  }

  function reweigh(): void {
    products.fill(1)
    for (const { bin, factors } of shifted) {
      for (let row = 0; row < table.rows; row++) products[row]! *= factors[bin.codes[row]!]!
    }
    for (let row = 0; row < table.rows; row++) {
      if (table.candidate[row] === 0) weights[row] = own[row]! * rounded(products[row]!)
    }
  }

  /** Unequal weights carry less than their sum: the baseline counts for (sum w)^2 / sum w^2 rows (Kish). */
  function effectiveScale(): number {
    let sum = 0
    let squares = 0
    for (let row = 0; row < table.rows; row++) {
      if (table.candidate[row] === 1) continue
      const factor = rounded(products[row]!)
      sum += weights[row]!
      squares += weights[row]! * factor
    }
    return rounded(sum / squares)
  }
}

/** Per row: the weight by which a balance multiplies it. A table may be any; what it lacks is absent. */
export function balanceWeights(table: CohortTable, balance: MixBalance): Float64Array {
  const weights = new Float64Array(table.rows).fill(1)
  if (balance.factors.length === 0 && balance.scale === 1) return weights
  const products = new Float64Array(table.rows).fill(balance.scale)
  for (const factor of balance.factors) multiply(products, table, factor)
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 0) weights[row] = rounded(products[row]!)
  }
  return weights
}

function multiply(products: Float64Array, table: CohortTable, factor: MixFactor): void {
  const column = table.attributes.find(({ name }) => name === factor.attribute)
  if (factor.kind === 'number') {
    const values = column?.kind === 'number' ? column.values : null
    for (let row = 0; row < products.length; row++) {
      const value = values === null ? Number.NaN : values[row]!
      products[row]! *= Number.isNaN(value)
        ? factor.absent
        : factor.factors[edgesUpTo(factor.edges, value)]!
    }
    return
  }
  const byValue = new Map(factor.values.map((value, index) => [value, factor.factors[index]!]))
  const of = (value: CategoryValue): number => byValue.get(value) ?? factor.other
  if (column?.kind !== 'category') {
    const absent = of(null)
    for (let row = 0; row < products.length; row++) products[row]! *= absent
    return
  }
  const byCode = column.values.map((value, code) => of(code === 0 ? null : value))
  for (let row = 0; row < products.length; row++) products[row]! *= byCode[column.codes[row]!]!
}

/** To the nearest multiple of 1/1024, at least one. */
function rounded(value: number): number {
  return Math.max(1, Math.round(value * 1024)) / 1024
}

function ownWeights(table: CohortTable, counts: Uint8Array | undefined): Float64Array {
  const own = new Float64Array(table.rows)
  for (let row = 0; row < table.rows; row++) {
    if (counts === undefined || counts[row] === 1) own[row] = table.weights?.[row] ?? 1
  }
  return own
}

function sumSides(
  table: CohortTable,
  weights: Float64Array,
): { baseline: number; candidate: number } {
  const sums = { baseline: 0, candidate: 0 }
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1) sums.candidate += weights[row]!
    else sums.baseline += weights[row]!
  }
  return sums
}

function sumBins(
  table: CohortTable,
  { codes, size }: MixBins,
  weights: Float64Array,
): { baseline: Float64Array; candidate: Float64Array } {
  const sums = new Float64Array(2 * size)
  const { candidate } = table
  for (let row = 0; row < table.rows; row++) {
    sums[size * candidate[row]! + codes[row]!]! += weights[row]!
  }
  return { baseline: sums.subarray(0, size), candidate: sums.subarray(size) }
}

/** How many independent rows a unit of weight stands for, on the side where it is fewer; at most 1. */
function effectiveShare(table: CohortTable, weights: Float64Array): number {
  const sums = [0, 0] as [number, number]
  const squares = [0, 0] as [number, number]
  for (let row = 0; row < table.rows; row++) {
    const side = table.candidate[row] as 0 | 1
    sums[side] += weights[row]!
    squares[side] += weights[row]! ** 2
  }
  return Math.min(1, sums[0] / squares[0], sums[1] / squares[1])
}

/** Nats by which the value that shifted most has another share on the two sides. */
function shiftGain(baseline: Float64Array, candidate: Float64Array, size: number): number {
  const allBaseline = size * baseline.reduce((sum, each) => sum + each, 0)
  const allCandidate = size * candidate.reduce((sum, each) => sum + each, 0)
  let most = 0
  for (let code = 0; code < baseline.length; code++) {
    const a = size * baseline[code]!
    const b = size * candidate[code]!
    const gain =
      binomialLogLikelihood(a, allBaseline) +
      binomialLogLikelihood(b, allCandidate) -
      binomialLogLikelihood(a + b, allBaseline + allCandidate)
    if (gain > most) most = gain
  }
  return most
}
