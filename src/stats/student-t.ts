import { normalTail } from './normal-tail.ts'
import { regularizedIncompleteBeta } from './special-functions.ts'

/** P(T > t) of Student's t (Abramowitz & Stegun 26.7.1). `freedom` may be fractional or Infinity. */
export function studentTail(t: number, freedom: number): number {
  if (!(freedom > 0)) throw new RangeError(`Degrees of freedom must be positive, not ${freedom}.`)
  if (t < 0) return 1 - studentTail(-t, freedom)
  // from there on the difference from the normal distribution is below 1e-6 of the tail's logarithm
  if (freedom > 1e7) return normalTail(t)
  return regularizedIncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
}

/** The t with P(T > t) = tail, for a tail of at most one half. */
export function studentUpperQuantile(tail: number, freedom: number): number {
  let high = 2
  while (studentTail(high, freedom) > tail) high *= 2
  let low = 0
  for (let i = 0; i < 100 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2
    if (studentTail(middle, freedom) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}
