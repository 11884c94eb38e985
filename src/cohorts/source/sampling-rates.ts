import type { ClassMeasure } from './sql-measures.ts'
import { classCount } from './sql-rows.ts'

/** One in 2^power of the rows, by class and by measure: the rows of a measure lie within those of their class. */
export interface SamplingRates {
  /** Per class: the finest that one of its measures takes. */
  powers: Uint8Array
  /** Per measure, per class. */
  byMeasure: readonly Uint8Array[]
}

const mostRows = 500_000

/**
 * How much of each class of rows to look at: for each measure about `wanted` bad rows and `wanted` others, of both sides
 * together; where one side has fewer than half of that, all of it.
 * @param sizes rows of the discovery half, by class
 */
export function samplingRates(
  sizes: ArrayLike<number>,
  measures: readonly ClassMeasure[],
  wanted = 60_000,
): SamplingRates {
  const byMeasure = measures.map((measure) => measurePowers(sizes, measure, wanted))
  const powers = new Uint8Array(classCount).fill(255)
  for (let code = 0; code < classCount; code++) {
    for (const [i, { roles }] of measures.entries())
      if (roles[code] !== 255) powers[code] = Math.min(powers[code]!, byMeasure[i]![code]!)
    // no measure counts it
    if (powers[code] === 255) powers[code] = 40
  }
  let rows = 0
  for (let code = 0; code < classCount; code++) rows += sizes[code]! / 2 ** powers[code]!
  return rows > mostRows ? samplingRates(sizes, measures, wanted * 0.8) : { powers, byMeasure }
}

function measurePowers(
  sizes: ArrayLike<number>,
  { roles, kind }: ClassMeasure,
  wanted: number,
): Uint8Array {
  const powers = new Uint8Array(classCount)
  for (const role of [0, 1]) {
    const size = [0, 0]
    for (let code = 0; code < classCount; code++)
      if (roles[code] === role) size[code & 1]! += sizes[code]!
    // every row of a volume is bad
    const budget = kind === 'volume' ? 2 * wanted : wanted
    for (const side of [0, 1]) {
      const room = Math.max(budget / 2, budget - size[1 - side]!)
      const power = Math.max(0, Math.round(Math.log2(size[side]! / room)))
      for (let code = side; code < classCount; code += 2)
        if (roles[code] === role) powers[code] = power
    }
  }
  return powers
}
