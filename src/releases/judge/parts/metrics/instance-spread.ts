/** Bad requests and all requests of each process of the baseline, by block. */
export interface InstanceCells {
  total: readonly Float64Array[]
  bad: readonly Float64Array[]
}

/** How far requests are from independent trials with one rate. */
export interface InstanceSpread {
  /** Variance of bad requests relative to that of independent ones, at least 1: retries and bursts come in clusters. */
  clustering: number
  /** Standard deviation between processes of the logarithm of the odds: hosts, shards, caches differ. */
  deviation: number
}

/** What is assumed before anything is measured, and for how many measurements that counts. */
const prior = { clustering: 1.5, cells: 4, deviation: 0.15, instances: 2 }

/**
 * Measured on the baseline alone, so that a candidate whose failures cluster does not excuse itself. Clustering is Pearson's
 * chi-square over its degrees of freedom, with the rate of each block and of each process taken out (McCullagh & Nelder, 2nd
 * ed., section 4.5.2); with one process, of the differences between successive blocks. The deviation is that of DerSimonian &
 * Laird (1986). Both are drawn to what is assumed, the more so the less was seen.
 */
export function instanceSpread({ total, bad }: InstanceCells): InstanceSpread {
  const sums = total.map((blocks, i) => ({ n: sum(blocks), k: sum(bad[i]!) }))
  const active = sums.flatMap(({ n }, i) => (n > 0 ? [i] : []))
  const cells = { total: active.map((i) => total[i]!), bad: active.map((i) => bad[i]!) }
  const all = { n: sum(sums.map(({ n }) => n)), k: sum(sums.map(({ k }) => k)) }
  const [chiSquare, freedom] =
    all.k === 0 || all.k === all.n
      ? [0, 0]
      : active.length > 1
        ? betweenInstances(cells, all)
        : betweenBlocks(cells, all)
  const clustering = Math.max(
    1,
    (chiSquare + prior.cells * prior.clustering) / (freedom + prior.cells),
  )
  return {
    clustering,
    deviation: deviationOf(
      active.map((i) => sums[i]!),
      clustering,
    ),
  }
}

/**
 * The factor by which a margin grows because two fleets of that many processes differ by themselves, `score` standard
 * deviations out.
 */
export function fleetFactor(
  { deviation }: InstanceSpread,
  candidates: number,
  baselines: number,
  score: number,
): number {
  const fleets = 1 / Math.max(1, candidates) + 1 / Math.max(1, baselines)
  return Math.min(largestFactor, Math.exp(score * deviation * Math.sqrt(fleets)))
}

const largestFactor = 10

interface Totals {
  n: number
  k: number
}

function betweenInstances({ total, bad }: InstanceCells, all: Totals): [number, number] {
  const blocks = total[0]!.length
  const rates = total.map((cells, i) => sum(bad[i]!) / sum(cells) / (all.k / all.n))
  let chiSquare = 0
  let freedom = 1 - total.length
  for (let block = 0; block < blocks; block++) {
    const n = sum(total.map((cells) => cells[block]!))
    const k = sum(bad.map((cells) => cells[block]!))
    if (k === 0 || k === n) continue
    freedom -= 1
    total.forEach((cells, i) => {
      const requests = cells[block]!
      if (requests === 0) return
      const expected = Math.min(0.95 * requests, requests * (k / n) * rates[i]!)
      if (expected <= 0) return
      chiSquare += (bad[i]![block]! - expected) ** 2 / (expected * (1 - expected / requests))
      freedom += 1
    })
  }
  return freedom > 0 ? [chiSquare, freedom] : [0, 0]
}

function betweenBlocks({ total, bad }: InstanceCells, all: Totals): [number, number] {
  const rate = all.k / all.n
  let chiSquare = 0
  let freedom = 0
  let before: Totals | undefined
  total[0]?.forEach((n, block) => {
    if (n === 0) return
    const now = { n, k: bad[0]![block]! }
    if (before !== undefined) {
      const variance = rate * (1 - rate) * (1 / n + 1 / before.n)
      chiSquare += (now.k / n - before.k / before.n) ** 2 / variance
      freedom += 1
    }
    before = now
  })
  return [chiSquare, freedom]
}

function deviationOf(instances: readonly Totals[], clustering: number): number {
  const known = prior.deviation ** 2
  const points = instances.map(({ n, k }) => {
    const [failed, rest] = [k + 0.5, n - k + 0.5]
    const variance = clustering * (1 / failed + 1 / rest)
    return {
      value: Math.log(failed / rest),
      weight: 1 / variance,
      told: known / (known + variance),
    }
  })
  const weights = sum(points.map(({ weight }) => weight))
  if (points.length < 2) return prior.deviation
  const mean = sum(points.map(({ value, weight }) => value * weight)) / weights
  const q = sum(points.map(({ value, weight }) => weight * (value - mean) ** 2))
  const scale = weights - sum(points.map(({ weight }) => weight ** 2)) / weights
  const measured = Math.max(0, (q - (points.length - 1)) / scale)
  // a process with hardly any failures says nothing about how processes differ
  const told = Math.max(0, sum(points.map((point) => point.told)) - 1)
  return Math.sqrt((told * measured + prior.instances * known) / (told + prior.instances))
}

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}
