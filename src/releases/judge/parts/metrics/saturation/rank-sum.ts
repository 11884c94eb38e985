/**
 * The exact probability that a sample lies at least so high among the other one, if all values are exchangeable
 * (Mann & Whitney 1947; recursion over both sizes). Ties count for the other sample, so it is never too small.
 */
export function rankSumTail(sample: readonly number[], other: readonly number[]): number {
  const [m, n] = [sample.length, other.length]
  if (m === 0 || n === 0) return 1
  let above = 0
  for (const x of sample) for (const y of other) if (x > y) above += 1
  // share[j][u]: probability of u pairs above, for the first i values of the sample and j of the other
  let share = Array.from({ length: n + 1 }, () => Float64Array.of(1))
  for (let i = 1; i <= m; i++) {
    const next = [Float64Array.of(1)]
    for (let j = 1; j <= n; j++) {
      const [withSample, withOther] = [share[j]!, next[j - 1]!]
      const row = new Float64Array(i * j + 1)
      // the highest of all is the sample's: it is above all j; or the other's: it is above none
      withSample.forEach((p, u) => (row[u + j]! += (p * i) / (i + j)))
      withOther.forEach((p, u) => (row[u]! += (p * j) / (i + j)))
      next.push(row)
    }
    share = next
  }
  let tail = 0
  for (const p of share[n]!.subarray(above)) tail += p
  return Math.min(1, tail)
}

/** The least that `rankSumTail` can be: one over the ways to choose the sample. */
export function leastRankSumTail(sample: number, other: number): number {
  let ways = 1
  for (let i = 1; i <= sample; i++) ways *= (other + i) / i
  return 1 / ways
}
