/** Every conjunction, one after the other, by filtering all rows: slow, and nothing of the scan's own code. */
import type { Population } from '../../cell-counts.ts'
import { gainBeyondRest } from '../../gain-beyond-rest.ts'
import {
  binomialLogLikelihood,
  candidateGain,
  likelihoodGain,
  restOddsRatio,
  shrunkRate,
} from '../../likelihood-gain.ts'
import { standsOut } from '../../stands-out.ts'
import type { CodedCondition, Contender, ScanAttribute, ScanSettings } from '../scan-contender.ts'

type Four = Contender['counts']

/** All that may be reported, best fit first; with all intervals of every number, on its own bins. */
export function scanOracle(
  population: Population,
  attributes: readonly ScanAttribute[],
  settings: ScanSettings,
): Contender[] {
  const { kind, baseCost, minimumBad, restRatio } = settings
  const counted = countAll(population, attributes, settings)
  const count = (conditions: readonly CodedCondition[]): Four =>
    counted.get(keyOf(conditions))!.counts
  const all = count([])
  const overall =
    kind === 'share'
      ? (all[1] + 0.5) / (all[0] + all[1] + 1)
      : (all[3] + 0.5) / (all[1] + all[3] + 1)

  const found: Contender[] = []
  for (const { conditions, counts } of counted.values()) {
    if (conditions.length === 0) continue
    const support = kind === 'share' ? counts[3] : Math.max(counts[1], counts[3])
    if (support < minimumBad) continue
    const order = conditions.length
    let cost = baseCost + 2 * (order - 1)
    for (const [index, { attribute }] of conditions.entries()) {
      const { valueCost, intervalCost } = attributes[attribute]!
      cost += Math.log(attributes.length) + valueCost + intervalCost - Math.log(index + 1)
    }
    const wider = subsets(conditions).map(count)
    const rates = wider.map(([b0, b1]) => shrunkRate(b1, b0 + b1, overall))
    const prior = kind === 'share' ? Math.max(overall, ...rates) : overall
    const gains = kind === 'share' ? shareGains(all, restRatio) : splitGains(all)
    const score = gains.evidence(counts, prior) - cost
    const fit = gains.fit(counts, prior) - cost
    if (score < -6 || fit < -6) continue
    const differs = wider.every((within) => {
      const [b0, b1, c0, c1] = within
      const ratio = restOddsRatio(c1, c0 + c1, b1, b0 + b1, restRatio)
      const inside = kind === 'share' ? shareGains(within, ratio) : splitGains(within)
      if (inside.evidence(counts, prior) >= 2.5 && inside.effect(counts, prior) >= 1.2) return true
      if (kind === 'volume') return false
      return standsOut(Float64Array.from(counts), Float64Array.from(within), prior) >= 2.5
    })
    if (differs) found.push({ conditions, score, fit, cost, prior, counts })
  }
  return found.toSorted((a, b) => b.fit - a.fit)
}

interface Gains {
  evidence: (four: Four, prior: number) => number
  fit: (four: Four, prior: number) => number
  effect: (four: Four, prior: number) => number
}

function shareGains(all: Four, restRatio: number): Gains {
  const given = Float64Array.from(all)
  const evidence = gainBeyondRest(likelihoodGain, given, restRatio)
  const fit = gainBeyondRest(candidateGain, given, restRatio)
  return {
    evidence: (four, prior) => evidence(Float64Array.from(four), prior),
    fit: (four, prior) => fit(Float64Array.from(four), prior),
    effect: ([b0, b1, c0, c1], prior) => {
      const rest = all.map((count, k) => count - [b0, b1, c0, c1][k]!)
      const [r0, r1, r2, r3] = rest as [number, number, number, number]
      const ratio = restOddsRatio(r3, r2 + r3, r1, r0 + r1, restRatio)
      const rate = shrunkRate(b1, b0 + b1, prior)
      return c1 / (c0 + 0.5) / ((ratio * rate) / (1 - rate))
    },
  }
}

function splitGains([, base, , candidate]: Four): Gains {
  const overall = (candidate + 0.5) / (base + candidate + 1)
  const shareOfRest = (b: number, c: number): number =>
    (candidate - c + overall) / (base + candidate - b - c + 1)
  return {
    evidence: ([, b, , c]) =>
      binomialLogLikelihood(c, b + c) +
      binomialLogLikelihood(candidate - c, base + candidate - b - c) -
      binomialLogLikelihood(candidate, base + candidate),
    fit: ([, b, , c]) => {
      return binomialLogLikelihood(c, b + c) - c * Math.log(overall) - b * Math.log(1 - overall)
    },
    effect: ([, b, , c]) => {
      const share = shareOfRest(b, c)
      const ratio = (c + 0.5) / ((b + 0.5) * (share / (1 - share)))
      return Math.max(ratio, 1 / ratio)
    },
  }
}

interface Counted {
  /** In ascending order of attributes. */
  conditions: readonly CodedCondition[]
  counts: Four
}

function keyOf(conditions: readonly CodedCondition[]): string {
  return conditions.map(({ attribute, first, last }) => `${attribute}:${first}-${last}`).join()
}

/** Every conjunction of up to `maxOrder` conditions that has any rows. */
function countAll(
  { classes, codes, weights }: Population,
  attributes: readonly ScanAttribute[],
  { kind, maxOrder }: ScanSettings,
): Map<string, Counted> {
  const counted = new Map<string, Counted>()
  const visit = (
    conditions: readonly CodedCondition[],
    rows: readonly number[],
    from: number,
  ): void => {
    const counts: [number, number, number, number] = [0, 0, 0, 0]
    for (const row of rows) {
      const code = classes[row]!
      counts[kind === 'volume' ? code | 1 : code]! += weights?.[row] ?? 1
    }
    counted.set(keyOf(conditions), { conditions, counts })
    if (conditions.length === maxOrder) return
    for (let attribute = from; attribute < attributes.length; attribute++) {
      const { size, ordered, other } = attributes[attribute]!
      const column = codes[attribute]!
      for (let first = 0; first < size; first++) {
        if (first === other) continue
        const longest = ordered && first > 0 ? size - 1 : first
        for (let last = first; last <= longest; last++) {
          const inside = rows.filter((row) => column[row]! >= first && column[row]! <= last)
          if (inside.length === 0) continue
          visit([...conditions, { attribute, first, last }], inside, attribute + 1)
        }
      }
    }
  }
  visit([], [...classes.keys()], 0)
  return counted
}

/** The single conditions, the pairs, and all but one, where they are fewer than all. */
function subsets(conditions: readonly CodedCondition[]): (readonly CodedCondition[])[] {
  const sets: (readonly CodedCondition[])[] = []
  for (let mask = 1; mask < 2 ** conditions.length - 1; mask++) {
    const set = conditions.filter((_, index) => (mask >> index) % 2 === 1)
    if (set.length <= 2 || set.length === conditions.length - 1) sets.push(set)
  }
  return sets
}
