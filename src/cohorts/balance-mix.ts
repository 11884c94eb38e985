/**
 * When the two sides differ in who they are (more phones, another country), rates differ without any change in
 * behaviour. Weighting the baseline's rows to the candidate's mix first leaves only the change (population shift
 * before everything else: Lumos, KDD'20; weights by iterative proportional fitting, Deming and Stephan 1940).
 */
import { countRows, emptyCounts, type Population } from './cell-counts.ts'
import type { CodedAttribute } from './coded-attributes.ts'
import { binomialLogLikelihood } from './likelihood-gain.ts'

/** Evidence, in nats per value beyond the log of the number of values, that a share differs. */
const shiftEvidence = 8
const sweeps = 6
const greatestWeight = 8

/** The population with weights on its baseline rows; unchanged where no mix differs beyond chance. */
export function balanceMix(
  population: Population,
  attributes: readonly CodedAttribute[],
): Population {
  const counts = emptyCounts(attributes, [])
  countRows(counts, population, attributes, 1)
  const { classes, codes } = population
  const [a, b, c, d] = counts.all
  const baseline = a! + b!
  const candidate = c! + d!
  if (baseline === 0 || candidate === 0) return population
  const values = attributes.reduce((sum, { size }) => sum + size, 0)
  const shifted = attributes.flatMap((_, index) =>
    isShifted(counts.singles[index]!, baseline, candidate, Math.log(values)) ? [index] : [],
  )
  if (shifted.length === 0) return population

  const weights = new Float64Array(classes.length).fill(1)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const index of shifted) {
      const size = attributes[index]!.size
      const column = codes[index]!
      const target = new Float64Array(size)
      const current = new Float64Array(size)
      for (let row = 0; row < classes.length; row++) {
        if (classes[row]! >= 2) target[column[row]!]! += baseline / candidate
        else current[column[row]!]! += weights[row]!
      }
      for (let row = 0; row < classes.length; row++) {
        if (classes[row]! >= 2) continue
        const code = column[row]!
        const wanted = weights[row]! * (target[code]! / current[code]!)
        weights[row] = Math.min(greatestWeight, Math.max(1 / greatestWeight, wanted))
      }
    }
  }
  scaleToEffectiveSize(weights, classes)
  return { ...population, weights }
}

function isShifted(
  single: Float64Array,
  baseline: number,
  candidate: number,
  logValues: number,
): boolean {
  const all = baseline + candidate
  for (let at = 0; at < single.length; at += 4) {
    const inBaseline = single[at]! + single[at + 1]!
    const inCandidate = single[at + 2]! + single[at + 3]!
    const gain =
      binomialLogLikelihood(inBaseline, baseline) +
      binomialLogLikelihood(inCandidate, candidate) -
      binomialLogLikelihood(inBaseline + inCandidate, all)
    if (gain > shiftEvidence + logValues) return true
  }
  return false
}

/** Unequal weights carry less than their sum: the baseline counts for (sum w)^2 / sum w^2 rows (Kish). */
function scaleToEffectiveSize(weights: Float64Array, classes: Uint8Array): void {
  let sum = 0
  let squares = 0
  for (let row = 0; row < classes.length; row++) {
    if (classes[row]! >= 2) continue
    sum += weights[row]!
    squares += weights[row]! ** 2
  }
  const scale = sum / squares
  for (let row = 0; row < classes.length; row++) if (classes[row]! < 2) weights[row]! *= scale
}
