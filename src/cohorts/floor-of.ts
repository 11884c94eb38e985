import { firstMultiple, lastMultiple, roundSteps } from './round-number.ts'

/** A round number at or below every value: "present", said as a range. */
export function floorOf(values: Float64Array): number | null {
  let least = Infinity
  for (const value of values) if (value < least) least = value
  if (least >= 0) return 0
  for (const step of roundSteps(10 ** 15, 1e-9)) {
    const below = lastMultiple(2 * least, least, step) ?? firstMultiple(2 * least, least, step)
    if (below !== null && Number.isFinite(below)) return below
  }
  return Number.isFinite(least) ? least : null
}
