import type { DiscoveryMeasure } from '../compare/cohort-source.ts'
import type { ClassMeasure } from './sql-measures.ts'

/** Rows of a sample. */
export interface TakenRows {
  classes: Uint8Array | Uint16Array
  /** Zeros that the sampling bits begin with, at most 64. */
  zeros: Uint8Array
  /** Events that the row itself stands for. */
  events: Float64Array
  /** The same times the rate of its class. */
  weights: Float64Array
}

/** Zero bits below the lowest one. */
export const lowZeros = (word: number): number => (word === 0 ? 32 : 31 - Math.clz32(word & -word))

/** A measure's part of the rows that were taken for all measures. @param powers its own rates, by class */
export function thinnedMeasure(
  { name, kind, roles }: ClassMeasure,
  powers: Uint8Array,
  { classes, zeros, events, weights: tableWeights }: TakenRows,
): DiscoveryMeasure {
  const bad = new Uint8Array(classes.length)
  const weights = new Float64Array(classes.length)
  const rates = Float64Array.from(powers, (power) => 2 ** power)
  let differs = false
  for (let i = 0; i < classes.length; i++) {
    const code = classes[i]!
    const isTaken = roles[code] !== 255 && zeros[i]! >= powers[code]!
    bad[i] = isTaken ? roles[code]! : 255
    weights[i] = isTaken ? events[i]! * rates[code]! : tableWeights[i]!
    differs ||= weights[i] !== tableWeights[i]
  }
  return { name, kind, bad, ...(differs ? { weights } : {}) }
}
