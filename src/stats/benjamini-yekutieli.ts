/**
 * q-values that control the false discovery rate under any dependence between the tests (Benjamini & Yekutieli 2001,
 * theorem 1.3): q_(i) = min over j >= i of p_(j) m (1 + 1/2 + ... + 1/m) / j, at most 1. In the order of the input. What
 * is no number says nothing, and counts as p = 1.
 */
export function benjaminiYekutieli(given: readonly number[]): number[] {
  const pValues = given.map((p) => (Number.isNaN(p) ? 1 : p))
  const m = pValues.length
  let harmonic = 0
  for (let i = 1; i <= m; i++) harmonic += 1 / i
  const order = pValues
    .map((_, index) => index)
    .toSorted((a, b) => pValues[a]! - pValues[b]! || a - b)
  const q = pValues.map(() => 1)
  let least = 1
  for (let rank = m; rank >= 1; rank--) {
    const index = order[rank - 1]!
    least = Math.min(least, (pValues[index]! * m * harmonic) / rank)
    q[index] = least
  }
  return q
}
