/**
 * The largest share that still agrees with `hits` of `trials`: the one-sided 95 % upper bound of Clopper and Pearson
 * (1934), by bisection on the binomial distribution.
 */
export function upperBound(hits: number, trials: number): number {
  if (trials <= 0 || hits >= trials) return 1
  let low = hits / trials
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (atMost(hits, trials, middle) > 0.05) low = middle
    else high = middle
  }
  return high
}

/** P(X <= hits) of a binomial; the terms are kept as logarithms because they get very small. */
function atMost(hits: number, trials: number, share: number): number {
  let term = trials * Math.log1p(-share)
  let total = Math.exp(term)
  for (let k = 1; k <= hits; k++) {
    term += Math.log((trials - k + 1) / k) + Math.log(share) - Math.log1p(-share)
    total += Math.exp(term)
  }
  return total
}
