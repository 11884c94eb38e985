/** The few special functions that the tests need. */

const halfLogTwoPi = 0.9189385332046728

/**
 * log Gamma(x) for x > 0: Stirling's series from 10 on (error below 1e-15 relative), the recurrence below
 * (Abramowitz & Stegun 6.1.41 and 6.1.15).
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : Number.NaN
  if (x === 1 || x === 2) return 0
  let shift = 1
  let z = x
  while (z < 10) {
    shift *= z
    z += 1
  }
  const inverse = 1 / z
  const square = inverse * inverse
  const series =
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square *
            (1 / 1260 -
              square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360 - square / 156))))))
  const stirling = (z - 0.5) * Math.log(z) - z + halfLogTwoPi + series
  return shift === 1 ? stirling : stirling - Math.log(shift)
}

/** log n! of the counts that a block of time usually holds. */
const logFactorials = Float64Array.from({ length: 4096 }, (_, n) => logGamma(n + 1))

function logFactorial(n: number): number {
  return logFactorials[n] ?? logGamma(n + 1)
}

/** log of the number of ways to choose k of n, 0 <= k <= n. */
export function logChoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** log B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (DLMF 8.17.22). */
export function regularizedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // the fraction converges fast below the mean only
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedIncompleteBeta(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny)
  let result = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d, tiny)
    c = nonZero(1 + even / c, tiny)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d, tiny)
    c = nonZero(1 + odd / c, tiny)
    const step = d * c
    result *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return front * result
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** The x with I_x(a, b) = probability, by bisection. */
export function inverseIncompleteBeta(probability: number, a: number, b: number): number {
  let low = 0
  let high = 1
  for (let i = 0; i < 100 && high - low > 1e-16; i++) {
    const middle = (low + high) / 2
    if (regularizedIncompleteBeta(middle, a, b) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The quantile of the standard normal distribution (Wichura, algorithm AS 241, PPND16; relative error about 1e-16). */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(centralA, r)) / polynomial(centralB, r)
  }
  const tail = q < 0 ? probability : 1 - probability
  if (!(tail > 0)) return tail === 0 ? Math.sign(q) * Infinity : Number.NaN
  const r = Math.sqrt(-Math.log(tail))
  const value =
    r <= 5
      ? polynomial(middleA, r - 1.6) / polynomial(middleB, r - 1.6)
      : polynomial(farA, r - 5) / polynomial(farB, r - 5)
  return q < 0 ? -value : value
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]!
  return value
}

const centralA = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
]
const centralB = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852546,
]
const middleA = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
]
const middleB = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
  0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
]
const farA = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
  0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
]
const farB = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
]
