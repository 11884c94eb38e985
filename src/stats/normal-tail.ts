import { normalQuantile } from './special-functions.ts'

const halfLogTwoPi = 0.9189385332046728

/**
 * P(Z > z) of a standard normal Z: the series of Abramowitz & Stegun 26.2.11 near the middle, the continued fraction
 * 26.2.14 in the tail. Relative error about 1e-14.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp(-0.5 * z * z - halfLogTwoPi)
  if (z < 2.5) {
    let term = z
    let sum = z
    for (let odd = 3; term > 1e-17 * sum; odd += 2) {
      term *= (z * z) / odd
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let k = 120; k >= 1; k--) fraction = z + k / fraction
  return density / fraction
}

/** The z with P(Z > z) = exp(logTail); also where exp would be 0 (Mills' ratio, iterated). */
export function normalFromLogTail(logTail: number): number {
  if (logTail > -600) return -normalQuantile(Math.exp(logTail))
  let z = Math.sqrt(-2 * logTail)
  for (let i = 0; i < 20; i++) z = Math.sqrt(2 * (-logTail - halfLogTwoPi - Math.log(z)))
  return z
}
