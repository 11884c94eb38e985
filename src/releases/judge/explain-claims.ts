import { cohortMask } from '../../cohorts/cohort-table.ts'
import type { Cohort } from '../../cohorts/cohort.ts'
import { cohortKey } from '../../cohorts/format-cohort.ts'
import type { Evaluated } from './evaluate-harm.ts'
import { badOf } from './evaluate-harm.ts'
import { notCounted, slowBounds, slowRows } from './measures.ts'
import type { Hypothesis } from './hypothesis.ts'
import { refineCohort } from './refine-cohort.ts'
import { simplifyCohort } from './simplify-cohort.ts'
import type { UnitTable } from './unit-table.ts'

/** A confirmed claim as it is shown. */
export interface ShownClaim {
  claim: Evaluated
  /** The cohort of the claim with the ends of its ranges moved, and without conditions that the others imply. */
  cohort: Cohort
  /** Per row: in the cohort. */
  mask: Uint8Array
  /** Per row: bad in the sense of the claim. */
  bad: Uint8Array
}

/** A claim that stands on its own, and the broader fixed claims that it accounts for. */
export interface ExplainedClaim extends ShownClaim {
  explains: ShownClaim[]
}

/** A claim needs this much likelihood gain (nats) on what the accepted ones leave over, to stand on its own. */
const minResidualGain = 8

/**
 * Keeps one description of each thing that went wrong. Greedy by description length (cohorts.md §5.4): the claim that
 * explains most, or the narrower one within it in which its bad rows concentrate (two narrow faults together always weigh
 * more than one), is accepted, its rows are set aside, and the others must show on the rest that they say something new.
 * What is left of them is either dropped (another description of the same rows) or, for claims about a whole operation
 * or the service, listed as explained.
 */
export function explainClaims(table: UnitTable, confirmed: readonly Evaluated[]): ExplainedClaim[] {
  const open = confirmed.map((claim): ShownClaim => {
    const bad = shownBad(table, claim.hypothesis)
    // two halves of a range that were suggested one after the other are one cohort once their ends are moved
    const cohort = simplifyCohort(table, refineCohort(table, claim.hypothesis.cohort, bad))
    return { claim, cohort, mask: cohortMask(table, cohort), bad }
  })
  const accepted: ExplainedClaim[] = []
  const setAside = new Map<string, Uint8Array>()
  const asideOf = (kind: string): Uint8Array => {
    const known = setAside.get(kind) ?? new Uint8Array(table.rows)
    setAside.set(kind, known)
    return known
  }
  while (open.length > 0) {
    const gains = open.map(({ claim, mask, bad }) =>
      likelihoodGain(table, mask, bad, asideOf(claim.hypothesis.kind)),
    )
    const most = gains.reduce((top, gain, i) => (gain > gains[top]! ? i : top), 0)
    if (accepted.length > 0 && gains[most]! < minResidualGain) break
    const narrow = narrowest(table, open, most, asideOf(open[most]!.claim.hypothesis.kind))
    const best = strongest(open, narrow)
    const [chosen] = open.splice(best, 1) as [ShownClaim]
    const { claim, mask } = chosen
    accepted.push({ ...chosen, explains: [] })
    const aside = asideOf(claim.hypothesis.kind)
    for (let row = 0; row < table.rows; row++) if (mask[row] === 1) aside[row] = 1
  }
  for (const rest of open) {
    const { claim, mask, bad } = rest
    if (claim.hypothesis.origin !== 'fixed') continue
    const explaining = accepted
      .filter((other) => other.claim.hypothesis.kind === claim.hypothesis.kind)
      .map((other) => ({ other, shared: sharedBad(table, mask, other.mask, bad) }))
      .toSorted((a, b) => b.shared - a.shared)[0]
    explaining?.other.explains.push(rest)
  }
  return accepted
}

/** Of the claims of one kind that are about the same cohort, the one with most evidence. */
function strongest(open: readonly ShownClaim[], start: number): number {
  const { claim, cohort } = open[start]!
  const key = cohortKey(cohort)
  return open.reduce((best, other, i) => {
    const same =
      other.claim.hypothesis.kind === claim.hypothesis.kind && cohortKey(other.cohort) === key
    return same && other.claim.maxLogE > open[best]!.claim.maxLogE ? i : best
  }, start)
}

/** Descends from a claim to the narrower claims of its kind for as long as its bad rows are denser there. */
function narrowest(
  table: UnitTable,
  open: readonly ShownClaim[],
  start: number,
  aside: Uint8Array,
): number {
  let at = start
  for (;;) {
    const broad = open[at]!
    let best = at
    let most = minResidualGain
    open.forEach((narrow, i) => {
      if (narrow.claim.hypothesis.kind !== broad.claim.hypothesis.kind) return
      const gain = concentration(table, broad, narrow.mask, aside)
      if (gain < most) return
      best = i
      most = gain
    })
    if (best === at) return at
    at = best
  }
}

/**
 * log-likelihood of two bad shares of the candidate, one inside `mask` and a lower one in the rest of the broad claim,
 * over one for both; 0 where the mask is not a part of the claim.
 */
function concentration(
  table: UnitTable,
  broad: ShownClaim,
  mask: Uint8Array,
  aside: Uint8Array,
): number {
  const bad = [0, 0] as [number, number]
  const all = [0, 0] as [number, number]
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 1 && broad.mask[row] === 0) return 0
    if (table.candidate[row] === 0 || broad.mask[row] === 0 || aside[row] === 1) continue
    if (broad.bad[row] === notCounted) continue
    const inside = mask[row] as 0 | 1
    all[inside] += 1
    bad[inside] += broad.bad[row]!
  }
  if (bad[1] * all[0] <= bad[0] * all[1]) return 0
  const logLikelihood = (k: number, n: number): number =>
    k === 0 || k === n ? 0 : k * Math.log(k / n) + (n - k) * Math.log(1 - k / n)
  return (
    logLikelihood(bad[0], all[0]) +
    logLikelihood(bad[1], all[1]) -
    logLikelihood(bad[0] + bad[1], all[0] + all[1])
  )
}

/** log-likelihood of the candidate's bad share inside the mask, over the baseline's, on rows not set aside. */
function likelihoodGain(
  table: UnitTable,
  mask: Uint8Array,
  bad: Uint8Array,
  aside: Uint8Array,
): number {
  let [bc, nc, bb, nb] = [0, 0, 0, 0]
  for (let row = 0; row < table.rows; row++) {
    if (mask[row] === 0 || aside[row] === 1 || bad[row] === notCounted) continue
    if (table.candidate[row] === 1) {
      nc += 1
      bc += bad[row]!
    } else {
      nb += 1
      bb += bad[row]!
    }
  }
  if (nc === 0) return 0
  const p1 = bc / nc
  const p0 = (bb + 0.5) / (nb + 1)
  if (p1 <= p0) return 0
  const term = (k: number, p: number, q: number): number => (k === 0 ? 0 : k * Math.log(p / q))
  return term(bc, p1, p0) + term(nc - bc, 1 - p1, 1 - p0)
}

/** Bad candidate rows that lie in both masks. */
function sharedBad(table: UnitTable, a: Uint8Array, b: Uint8Array, bad: Uint8Array): number {
  let shared = 0
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1 && a[row] === 1 && b[row] === 1 && bad[row] === 1) shared += 1
  }
  return shared
}

/** Which rows are bad; for a claim about all durations of an operation, those slower than nine in ten of the baseline. */
function shownBad(table: UnitTable, hypothesis: Hypothesis): Uint8Array {
  return hypothesis.test === 'buckets'
    ? slowRows(table, slowBounds(table, 0.9, 20))
    : badOf(table, hypothesis)
}
