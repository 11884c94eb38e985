import { logGamma } from './special-functions.ts'

/** Seeded random numbers for simulations and replays. The same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number
  /** Whole number, uniform in [0, bound). */
  integer(bound: number): number
  normal(mean?: number, deviation?: number): number
  /** exp(normal(mu, sigma)) */
  lognormal(mu: number, sigma: number): number
  exponential(rate?: number): number
  poisson(mean: number): number
  binomial(trials: number, probability: number): number
}

/** A generator (sfc32 by Chris Doty-Humphrey, passes PractRand) from any whole number. */
export function createRandom(seed: number): Random {
  return new SmallFastRandom(seed)
}

class SmallFastRandom implements Random {
  #a: number
  #b: number
  #c: number
  #counter = 1
  #spareNormal: number | undefined

  constructor(seed: number) {
    this.#a = 0
    this.#b = seed | 0
    this.#c = Math.floor(seed / 2 ** 32) | 0
    for (let i = 0; i < 15; i++) this.#next()
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  uniform(): number {
    return ((this.#next() >>> 5) * 67_108_864 + (this.#next() >>> 6)) / 9_007_199_254_740_992
  }

  integer(bound: number): number {
    return Math.floor(this.uniform() * bound)
  }

  /** Marsaglia's polar method: two at a time. */
  normal(mean = 0, deviation = 1): number {
    const spare = this.#spareNormal
    if (spare !== undefined) {
      this.#spareNormal = undefined
      return mean + deviation * spare
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spareNormal = y * scale
      return mean + deviation * x * scale
    }
  }

  lognormal(mu: number, sigma: number): number {
    return Math.exp(this.normal(mu, sigma))
  }

  exponential(rate = 1): number {
    return -Math.log1p(-this.uniform()) / rate
  }

  /** Inversion below a mean of 10, Hormann's transformed rejection PTRS (1993) above. */
  poisson(mean: number): number {
    if (!(mean > 0)) return 0
    if (mean < 10) {
      let product = this.uniform()
      const limit = Math.exp(-mean)
      let count = 0
      while (product > limit) {
        product *= this.uniform()
        count++
      }
      return count
    }
    const b = 0.931 + 2.53 * Math.sqrt(mean)
    const a = -0.059 + 0.02483 * b
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    const squeeze = 0.9277 - 3.6224 / (b - 2)
    const logMean = Math.log(mean)
    for (;;) {
      const u = this.uniform() - 0.5
      const v = this.uniform()
      const distance = 0.5 - Math.abs(u)
      const count = Math.floor(((2 * a) / distance + b) * u + mean + 0.43)
      if (distance >= 0.07 && v <= squeeze) return count
      if (count < 0 || (distance < 0.013 && v > distance)) continue
      const left = Math.log((v * inverseAlpha) / (a / (distance * distance) + b))
      if (left <= count * logMean - mean - logGamma(count + 1)) return count
    }
  }

  /** Inversion below a mean of 10, Hormann's transformed rejection BTRS (1993) above. */
  binomial(trials: number, probability: number): number {
    if (!(trials > 0 && probability > 0)) return 0
    if (probability >= 1) return trials
    if (probability > 0.5) return trials - this.binomial(trials, 1 - probability)
    return trials * probability < 10
      ? this.#binomialByInversion(trials, probability)
      : this.#binomialByRejection(trials, probability)
  }

  #binomialByInversion(trials: number, probability: number): number {
    const odds = probability / (1 - probability)
    let density = Math.exp(trials * Math.log1p(-probability))
    let u = this.uniform()
    let count = 0
    while (u > density && count < trials) {
      u -= density
      count++
      density *= (odds * (trials - count + 1)) / count
    }
    return count
  }

  #binomialByRejection(trials: number, probability: number): number {
    const deviation = Math.sqrt(trials * probability * (1 - probability))
    const b = 1.15 + 2.53 * deviation
    const a = -0.0873 + 0.0248 * b + 0.01 * probability
    const centre = trials * probability + 0.5
    const squeeze = 0.92 - 4.2 / b
    const alpha = (2.83 + 5.1 / b) * deviation
    const logOdds = Math.log(probability / (1 - probability))
    const mode = Math.floor((trials + 1) * probability)
    const atMode = logGamma(mode + 1) + logGamma(trials - mode + 1)
    for (;;) {
      const u = this.uniform() - 0.5
      const v = this.uniform()
      const distance = 0.5 - Math.abs(u)
      const count = Math.floor(((2 * a) / distance + b) * u + centre)
      if (count < 0 || count > trials) continue
      if (distance >= 0.07 && v <= squeeze) return count
      const left = Math.log((v * alpha) / (a / (distance * distance) + b))
      const right =
        atMode - logGamma(count + 1) - logGamma(trials - count + 1) + (count - mode) * logOdds
      if (left <= right) return count
    }
  }
}
