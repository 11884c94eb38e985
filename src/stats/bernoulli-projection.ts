/** Failure probabilities of the two sides. */
export interface RatePair {
  baseline: number
  candidate: number
}

/**
 * The pair on the curve "odds ratio = margin" that is nearest to `rates` in Kullback-Leibler divergence, weighted by the
 * requests of a block: the maximum-likelihood fit, so the expected failures of both pairs agree. With margin 1 it is the
 * pooled rate. A quadratic in the baseline's odds y: nC y/(1+y) + nT m y/(1+m y) = nC qC + nT qT.
 */
export function projectOntoOddsRatio(
  rates: RatePair,
  baselineTotal: number,
  candidateTotal: number,
  margin: number,
): RatePair {
  const bad = baselineTotal * rates.baseline + candidateTotal * rates.candidate
  const a = margin * (baselineTotal + candidateTotal - bad)
  const b = baselineTotal + candidateTotal * margin - bad * (1 + margin)
  const root = Math.sqrt(b * b + 4 * a * bad)
  const odds = b > 0 ? (2 * bad) / (b + root) : (root - b) / (2 * a)
  return { baseline: odds / (1 + odds), candidate: (margin * odds) / (1 + margin * odds) }
}

/**
 * The pair on the line "candidate - baseline = delta" that is nearest to `rates` (both strictly between 0 and 1) in
 * Kullback-Leibler divergence, weighted by the requests of a block. By bisection: the divergence is convex on the line.
 */
export function projectOntoDifference(
  rates: RatePair,
  baselineTotal: number,
  candidateTotal: number,
  delta: number,
): RatePair {
  const first = rates.baseline
  const second = rates.candidate - delta
  // the nearest point lies between the nearest ones of each side alone
  let low = Math.max(Math.min(first, second), 0, -delta)
  let high = Math.min(Math.max(first, second), 1, 1 - delta)
  for (let i = 0; i < 60 && high - low > 1e-15; i++) {
    const p = (low + high) / 2
    const shifted = p + delta
    const slope =
      (baselineTotal * (p - rates.baseline)) / (p * (1 - p)) +
      (candidateTotal * (shifted - rates.candidate)) / (shifted * (1 - shifted))
    if (slope < 0) low = p
    else high = p
  }
  const baseline = (low + high) / 2
  return { baseline, candidate: baseline + delta }
}

/** log of the likelihood ratio of `rates` against `null` for `bad` of `total` requests of one side. */
export function logLikelihoodRatio(
  bad: number,
  total: number,
  rate: number,
  nullRate: number,
): number {
  const good = total - bad
  return (
    (bad === 0 ? 0 : bad * Math.log(rate / nullRate)) +
    (good === 0 ? 0 : good * (Math.log1p(-rate) - Math.log1p(-nullRate)))
  )
}

/** The probability whose odds are `ratio` times those of `rate`. */
export function multiplyOdds(rate: number, ratio: number): number {
  return (ratio * rate) / (1 - rate + ratio * rate)
}
