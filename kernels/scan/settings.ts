/** What the scan was asked; set once. */

export let minimumBad: f64 = 0
export let restRatio: f64 = 1
/** Rate of everything's baseline: the lowest prior that a cell can have. */
export let overall: f64 = 0
/** Codes that an axis can have at most. */
export let largest: i32 = 0

/** Nats: above which a score is looked at, beyond a wider cell, and for each condition after the first. */
export let leastScore: f64 = 0
export let leastBeyondParent: f64 = 0
export let conditionHurdle: f64 = 0

export function setSettings(minimum: f64, ratio: f64, rate: f64, codes: i32): void {
  minimumBad = minimum
  restRatio = ratio
  overall = rate
  largest = codes
}

export function setHurdles(score: f64, beyondParent: f64, condition: f64): void {
  leastScore = score
  leastBeyondParent = beyondParent
  conditionHurdle = condition
}

/** i32 per class: 1 = its rows have weights of their own. f64 per class: what one count is worth. */
export const uneven: usize = memory.data(16)
export const worths: usize = memory.data(32, 8)

export function setClass(k: i32, hasWeights: i32, worth: f64): void {
  store<i32>(uneven + ((<usize>k) << 2), hasWeights)
  store<f64>(worths + ((<usize>k) << 3), worth)
}

export function isUneven(k: i32): bool {
  return load<i32>(uneven + ((<usize>k) << 2)) !== 0
}

export function worthOf(k: i32): f64 {
  return load<f64>(worths + ((<usize>k) << 3))
}
