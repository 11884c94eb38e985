/**
 * The weight of the k-th hypothesis (k = 1, 2, ...) when hypotheses arrive one by one and nobody knows how many will:
 * 1/(k(k+1)). All weights together sum to 1, so the weighted mean and weighted e-BH stay valid however many come.
 */
export function onlineWeight(k: number): number {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`The number of a hypothesis must be 1 or more, not ${k}.`)
  }
  return 1 / (k * (k + 1))
}
