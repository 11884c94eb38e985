import type { Release } from '../release.ts'
import type { CoverageGap } from './coverage.ts'
import type {
  BlindSpot,
  Comparison,
  EvidenceRequirement,
  Finding,
  NotExcluded,
  Phase,
  VerdictKind,
} from '../verdict.ts'
import { measuredWords, orFailures } from './plan/measured-words.ts'
import { hardestClaim } from './plan/not-excluded.ts'
import { count, duration, roughly, times } from './numbers-in-words.ts'
import type { SafetyClaim } from './safety-claims.ts'

export interface DecisionInput {
  release: Release
  /** The evidence of harm crossed its bound, now or earlier. */
  alarmed: boolean
  /** … of the time since the release began against the time before it, which the split of the traffic does not touch. */
  historyAlarmed?: boolean
  findings: readonly Finding[]
  gaps: readonly CoverageGap[]
  claims: readonly SafetyClaim[]
  plan: readonly EvidenceRequirement[]
  comparison: Comparison
  blindSpots: readonly BlindSpot[]
  /** Of the claim that is furthest from proof. */
  notExcluded?: NotExcluded
  /** Why its changed configuration forbids that it goes on, as the end of a headline. */
  withheld?: string | null
  /** Units of both sides. */
  requests: { baseline: number; candidate: number }
  superseded: boolean
  /** Milliseconds since the epoch. */
  now: number
}

export interface Decision {
  verdict: VerdictKind
  phase: Phase
  headline: string
}

/**
 * The three-way verdict (judge.md §6.5): `rollback` on proof of harm, `proceed` on proof of every safety claim with
 * nothing open, `hold` on everything else. A mismatch of the populations voids their comparison, whatever it shows.
 */
export function decide(input: DecisionInput): Decision {
  const verdict = verdictOf(input)
  return { verdict, phase: phaseOf(input, verdict), headline: headlineOf(input, verdict) }
}

function verdictOf(input: DecisionInput): VerdictKind {
  const { alarmed, historyAlarmed = false, gaps, claims, findings, comparison, withheld } = input
  if (comparison.sampleRatioMismatch.mismatch && !historyAlarmed) return 'hold'
  if (alarmed) return 'rollback'
  const proven = claims.length > 0 && claims.every(({ met }) => met)
  const equal = comparison.populationShift.length === 0
  const isOpen = gaps.length > 0 || findings.length > 0 || typeof withheld === 'string'
  return proven && equal && !isOpen ? 'proceed' : 'hold'
}

function phaseOf({ superseded, plan, gaps }: DecisionInput, verdict: VerdictKind): Phase {
  if (superseded) return 'superseded'
  // the candidate fell silent while the baseline goes on: somebody has rolled it back
  const candidateGone =
    gaps.length === 1 && gaps[0]!.side === 'candidate' && gaps[0]!.spot.kind === 'telemetry-gap'
  if (verdict === 'rollback') return candidateGone ? 'rolled-back' : 'watching'
  return verdict === 'proceed' && plan.every(({ state }) => state === 'met') ? 'done' : 'watching'
}

function headlineOf(input: DecisionInput, verdict: VerdictKind): string {
  const { release, findings, gaps, claims, comparison, blindSpots, requests } = input
  const name = `${release.service} ${release.version}`
  const standing = findings.filter(
    ({ id }) => !findings.some(({ explains }) => explains.includes(id)),
  )
  if (verdict === 'rollback') {
    const more = standing.length - 1
    const first = standing[0]?.title ?? 'The evidence of harm crossed its bound.'
    return `Roll back ${name}: ${first}${more > 0 ? ` And ${count(more, 'more finding')}.` : ''}`
  }
  const seen = `${requests.candidate.toLocaleString('en-US')} candidate and ${requests.baseline.toLocaleString('en-US')} ${baselineWords(comparison)}`
  if (verdict === 'proceed') {
    return `${name} may go on: no harm found in ${seen}, and all ${claims.length} claims that need proof are proven. ${count(blindSpots.length, 'blind spot')} remain${blindSpots.length === 1 ? 's' : ''}.`
  }
  if (comparison.sampleRatioMismatch.mismatch) {
    return `Hold ${name}: the two sides did not get the traffic they should have, so nothing can be concluded from comparing them.`
  }
  if (gaps.length > 0) return `Hold ${name}: ${gaps[0]!.spot.title}.`
  if (standing.length > 0) {
    const [{ title, attributedTo }] = standing as [Finding, ...Finding[]]
    return `Hold ${name}: ${title}${attributedTo === undefined ? '' : ` ${attributedTo.reasoning}`}`
  }
  if (typeof input.withheld === 'string') return `Hold ${name}: ${input.withheld}.`
  const open = claims.filter(({ met }) => !met)
  if (open.length === 0 && comparison.populationShift.length > 0) {
    const shift = comparison.populationShift[0]!
    return `Hold ${name}: no harm found, but the two sides are not the same mix of traffic (${shift.attribute} = ${shift.value}).`
  }
  if (open.length === 0)
    return `Hold ${name}: there is not enough traffic yet to put any claim to the test.`
  const hardest = hardestClaim(claims)!
  return `Hold ${name}: no harm found in ${seen}, but ${open.length} of ${count(claims.length, 'claim')} ${open.length === 1 ? 'is' : 'are'} not proven yet${timeNeeded(input)}. Furthest from proof: ${hardest.requirement} (${Math.round(hardest.progress * 100)} %).${notExcludedWords(input)}`
}

/** The effect that is not excluded yet, and what it takes; empty where nobody can say. */
function notExcludedWords({ notExcluded, claims, plan, release }: DecisionInput): string {
  if (notExcluded === undefined) return ''
  const { what, ratio } = notExcluded
  const rise =
    ratio === null
      ? ` No rise of the ${what} is excluded yet, however large.`
      : ` A rise of the ${what} to ${times(ratio)} times is not excluded yet.`
  const claim = hardestClaim(claims)!
  const hardest = plan[claims.indexOf(claim)]
  if (hardest?.measured !== undefined) return `${rise} Measured so far: ${measuredWords(hardest)}.`
  const needs = hardest?.needs
  if (needs === undefined) return rise
  return `${rise} About ${roughly(needs.requests, 'more request')}${orFailures(needs)} of ${claim.operation ?? release.service}, both sides together, would do, if nothing is wrong.`
}

function baselineWords({ baselineKind }: Comparison): string {
  const isEarlier = baselineKind === 'before-after' || baselineKind === 'blue-green'
  return isEarlier ? 'earlier requests' : 'baseline requests'
}

/** The latest ETA of the open claims, in words; nothing where one of them has none. */
function timeNeeded({ plan, claims, now }: DecisionInput): string {
  const etas = plan.slice(0, claims.length).filter(({ state }) => state === 'open')
  if (etas.some(({ eta }) => eta === undefined)) return ''
  const latest = Math.max(...etas.map(({ eta }) => Date.parse(eta!)))
  if (!Number.isFinite(latest)) return ''
  // a look is some seconds behind: what it takes may have come already
  return `, about ${duration(Math.max(1, (latest - now) / 1000))} more at this traffic`
}
