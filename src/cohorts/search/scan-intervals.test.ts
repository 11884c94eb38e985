import { expect, test } from 'vitest'
import { createRandom } from '../../stats/random.ts'
import { BestCell } from './scan-best-cell.ts'
import { IntervalSearch } from './scan-intervals.ts'
import { cellScore } from './scan-score.ts'

const bins = 40
const wanted = 15

/** Counts [code * 4 + class] with one interval where the candidate is worse (volume: where it has more or less). */
function slice(kind: 'share' | 'volume', seed: number): Float64Array {
  const random = createRandom(seed)
  const counts = new Float64Array((bins + 1) * 4)
  const first = 1 + random.integer(bins)
  const last = Math.min(bins, first + random.integer(15))
  const times = 1.3 * 8 ** random.uniform()
  const rows = 20 + random.integer(200)
  for (let bin = 1; bin <= bins; bin++) {
    const inside = bin >= first && bin <= last
    const rate = 0.02 + 0.1 * random.uniform()
    const factor = kind === 'volume' && seed % 2 === 0 ? 1 / times : times
    const mean = rows * rate
    if (kind === 'share') counts[bin * 4] = random.poisson(rows)
    counts[bin * 4 + 1] = random.poisson(kind === 'share' ? mean : rows)
    if (kind === 'share') counts[bin * 4 + 2] = random.poisson(rows)
    counts[bin * 4 + 3] = random.poisson((kind === 'share' ? mean : rows) * (inside ? factor : 1))
  }
  return counts
}

function bestOf(kind: 'share' | 'volume', counts: Float64Array, least: number | null): number {
  const search = new IntervalSearch(kind)
  search.resize(bins)
  for (const k of [0, 1, 2, 3]) search.load(k, counts, 4 + k, 4, 1)
  const score = cellScore(kind, search.all, 0.07, 1)
  const best = new BestCell(score, score, wanted)
  const found = search.search(best, false, least, 4)
  if (found === null) return 0
  const four = [0, 0, 0, 0] as [number, number, number, number]
  for (let at = found.first * 4; at < (found.last + 1) * 4; at++) four[at % 4]! += counts[at]!
  expect(four).toEqual(best.four)
  return score.fit(...four)
}

test.each(['share', 'volume'] as const)(
  '%s: maximum sums find as good an interval as trying all pairs of ends',
  (kind) => {
    let [slices, equal, worst] = [0, 0, 1]
    for (let seed = 1; seed <= 300; seed++) {
      const counts = slice(kind, seed)
      const all = bestOf(kind, counts, null)
      if (all < 1.5 * wanted) continue
      const part = bestOf(kind, counts, wanted) / all
      slices += 1
      if (part > 0.999) equal += 1
      worst = Math.min(worst, part)
    }
    expect(slices).toBeGreaterThan(100)
    expect(equal / slices).toBeGreaterThan(0.6)
    expect(worst).toBeGreaterThan(0.4)
  },
)

test('the interval of all bins counts only where rows lie outside', () => {
  const counts = new Float64Array(12)
  counts.set([0, 0, 0, 0, 100, 1, 20, 30, 100, 1, 20, 30])
  const score = cellScore('share', [2000, 20, 2000, 60], 0.02, 1)
  const search = new IntervalSearch('share')
  search.resize(2)
  for (const k of [0, 1, 2, 3]) search.load(k, counts, 4 + k, 4, 1)
  expect(search.search(new BestCell(score, score, 5), true, null, 4)).toEqual({ first: 1, last: 2 })
  expect(search.search(new BestCell(score, score, 5), false, null, 4)).toEqual({
    first: 1,
    last: 1,
  })
})
