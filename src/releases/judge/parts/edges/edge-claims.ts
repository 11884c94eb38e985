import { onlineWeight } from '../../../../stats/online-weights.ts'
import type { PartMemory } from '../../hypothesis.ts'
import { type EdgeRole, type EdgeSeries, edgeKey } from './edge.ts'
import { maxEdges } from './load-edges.ts'

/**
 * What is claimed of an edge:
 * - `failure-rate`: more of its units fail
 * - `latency`: they take longer
 * - `missing-call`: fewer requests make the call
 * - `repeated-calls`: requests that make it make it more often
 */
export const edgeMeasures = ['failure-rate', 'latency', 'missing-call', 'repeated-calls'] as const
export type EdgeMeasure = (typeof edgeMeasures)[number]

export interface EdgeClaim {
  series: EdgeSeries
  measure: EdgeMeasure
  /** Share of this part's error budget. */
  weight: number
}

/** An edge, or an operation, is worth claims once so many units of it were seen, both sides together. */
export const minUnits = 50
/** The first list is drawn up after so many units; they share most of the budget, what comes later the rest. */
const minFirstUnits = 300
const firstShare = 0.9
/** Operations beyond these have no claim that they have not vanished. */
const maxOperations = 64
/** Of all weights, for the operations that may vanish: they hold a release, and are few. */
export const vanishedShare = 0.2

const measuresOfRole: Record<EdgeRole, readonly EdgeMeasure[]> = {
  caller: ['failure-rate', 'latency'],
  reach: ['failure-rate'],
  call: edgeMeasures,
  beyond: ['failure-rate', 'latency'],
  below: ['missing-call'],
}

/** `reach` counts the answer alone, `beyond` and `caller` have one call each, and what `below` does is `beyond`'s. */
const measuresOf = ({ edge }: EdgeSeries): readonly EdgeMeasure[] => measuresOfRole[edge.role]

/** Names of the claims that the operations of the service do not vanish. */
export const vanishedId = (operation: string): string => JSON.stringify(['vanished', operation])

/**
 * Every claim has its weight from the look at which it was first seen to have enough traffic, both sides counted
 * together: what the sides differ in has no part in it. The busiest first; the weights of all looks sum to at most 1.
 * @param operations of the service, with their units on both sides
 * @returns the claims of this look, and what to remember
 */
export function edgeClaims(
  edges: readonly EdgeSeries[],
  operations: readonly { operation: string; units: number }[],
  known: PartMemory['claims'] = [],
): { claims: EdgeClaim[]; remembered: { id: string; weight: number }[] } {
  const weights = new Map(known.map(({ id, weight }) => [id, weight]))
  const isFirst = known.length === 0
  const units = operations.reduce((sum, each) => sum + each.units, 0)
  if (!isFirst || units >= minFirstUnits) {
    const served = operations.filter((each) => each.units >= minUnits).slice(0, maxOperations)
    const busy = edges.filter((each) => each.units >= minUnits)
    const ids = busy.flatMap((series) => measuresOf(series).map((one) => claimId(series, one)))
    addWeights(
      weights,
      served.map(({ operation }) => vanishedId(operation)),
      isFirst,
      vanishedShare,
    )
    addWeights(weights, ids, isFirst, 1 - vanishedShare)
  }
  const claims = edges.flatMap((series) =>
    measuresOf(series).flatMap((measure): EdgeClaim[] => {
      const weight = weights.get(claimId(series, measure))
      return weight === undefined ? [] : [{ series, measure, weight }]
    }),
  )
  return { claims, remembered: [...weights].map(([id, weight]) => ({ id, weight })) }
}

/** Adds those that are not known while there is room; `share` is what all of their kind ever get. */
function addWeights(
  weights: Map<string, number>,
  ids: readonly string[],
  isFirst: boolean,
  share: number,
): void {
  const room = maxOperations + edgeMeasures.length * maxEdges - weights.size
  const missing = ids.filter((id) => !weights.has(id)).slice(0, Math.max(0, room))
  const known = weights.size
  missing.forEach((id, i) => {
    const weight = isFirst
      ? firstShare / missing.length
      : (1 - firstShare) * onlineWeight(known + i + 1)
    weights.set(id, share * weight)
  })
}

export function claimId({ edge }: Pick<EdgeSeries, 'edge'>, measure: EdgeMeasure): string {
  return `${measure} ${edgeKey(edge)}`
}
