import type { EvidenceRequirement, Finding } from '../verdict.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { PlanLook } from './plan/look-at-plan.ts'
import { measuredWorse } from './plan/measured-worse.ts'
import { stillNeeded } from './plan/still-needed.ts'
import { duration } from './numbers-in-words.ts'
import { operationOf } from './operation-of.ts'
import type { Policy } from './policy.ts'
import type { SafetyClaim } from './safety-claims.ts'

export interface PlanBasis {
  window: JudgeWindow
  policy: Policy
  seen: PlanLook
  /** Share of the traffic that was announced for the candidate; null where none was. */
  candidateShare: number | null
  /** The claims compare the two sides at the same time, so requests of both are still to come. */
  isConcurrent: boolean
  /** Requests of both sides are still arriving; else nobody can say when there will be enough. */
  isArriving: boolean
  /** What was found to be worse. */
  findings: readonly Finding[]
}

/**
 * What must be seen before the release is done: every safety claim, which `proceed` waits for, and what only `done` waits
 * for: the soak, all of the traffic, the hours of its days, levels that do not rise, and the first run of scheduled work.
 */
export function evidencePlan(
  claims: readonly SafetyClaim[],
  basis: PlanBasis,
): EvidenceRequirement[] {
  return [
    ...claims.map((claim) => claimRequirement(claim, basis)),
    ...soakRequirements(basis).map((each): EvidenceRequirement => ({ ...each, onlyForDone: true })),
  ]
}

function claimRequirement(
  claim: SafetyClaim,
  { window, policy, candidateShare, isConcurrent, isArriving, findings }: PlanBasis,
): EvidenceRequirement {
  const { requirement, met, progress, units } = claim
  if (met) return { requirement, state: 'met', progress: 1 }
  // a claim about the past itself does not come nearer with traffic
  if (!isConcurrent && units.candidate === 0) return { requirement, state: 'open', progress }
  const measured = measuredWorse(claim, policy)
  if (findings.some((finding) => speaksAgainst(finding, claim))) {
    if (measured !== undefined)
      return {
        requirement,
        state: 'open',
        progress,
        measured: { ...measured, requestsToFinding: 0 },
      }
    if (progress === 0) return { requirement, state: 'open', progress }
  }
  const needs = stillNeeded(claim, policy, candidateShare)
  // no traffic proves what moves by itself by more than the margin
  if (needs.requests === Infinity)
    return { requirement, state: 'open', progress, ...(measured && { measured }) }
  if (measured !== undefined) return { requirement, state: 'open', progress, needs, measured }
  if (claim.waitsForPast) {
    const more = needs.requests > 0 && { needs }
    return { requirement, state: 'open', progress, ...more, waitsForPast: true }
  }
  const watched = window.to - window.from
  const seen = units.candidate + (isConcurrent ? units.baseline : 0)
  if (seen === 0 || watched === 0 || !isArriving)
    return { requirement, state: 'open', progress, needs }
  const eta = isoTime(window.to + (needs.requests / seen) * watched)
  return { requirement, state: 'open', progress, needs, ...(eta !== undefined && { eta }) }
}

/** What is worse is not proven to be no worse by waiting. */
function speaksAgainst({ kind, cohort }: Finding, claim: SafetyClaim): boolean {
  if (kind !== claim.kind) return false
  const operation = operationOf(cohort)
  return claim.operation === null || operation === undefined || operation === claim.operation
}

function soakRequirements({ window, policy, seen }: PlanBasis): EvidenceRequirement[] {
  const soak = policy.soakHours * 3_600_000
  const watched = window.to - window.from
  const { full, hours, levels, jobs } = seen
  const plan: EvidenceRequirement[] = [
    timed(`watched for ${hoursInWords(policy.soakHours)}`, watched, soak, window.from + soak),
  ]
  if (full.needed > 0) {
    const requirement = `answers at least 95 % of the requests of both versions, for ${duration(full.needed / 1000)} on end`
    plan.push(timed(requirement, full.seen, full.needed, window.to + full.needed - full.seen))
  }
  if (hours.needed > 0) {
    const requirement =
      'lived through each hour of its soak in which the service usually has traffic'
    plan.push(timed(requirement, hours.lived, hours.needed, hours.next ?? window.to))
  }
  for (const { length, progress, met, isOver } of levels) {
    if (length === 0) continue
    const requirement = `over its first ${duration(length / 1000)}, failures of the later half stay below ${policy.safeFailureRatio} times, and the odds of a slow request below ${policy.safeLatencyOdds} times, those of the earlier half`
    const eta = isOver ? undefined : isoTime(window.from + length)
    plan.push(
      met
        ? { requirement, state: 'met', progress: 1 }
        : { requirement, state: 'open', progress, ...(eta !== undefined && { eta }) },
    )
  }
  for (const { operation, everyMinutes, due, fired } of jobs) {
    const requirement = `${operation}, which runs every ${duration(everyMinutes * 60)}, has run in the new version`
    const ahead = due - window.from
    const progress = ahead <= 0 ? 0 : Math.min(0.99, watched / ahead)
    const eta = due > window.to ? isoTime(due) : undefined
    plan.push(
      fired
        ? { requirement, state: 'met', progress: 1 }
        : { requirement, state: 'open', progress, ...(eta !== undefined && { eta }) },
    )
  }
  return plan
}

function timed(
  requirement: string,
  done: number,
  needed: number,
  eta: number,
): EvidenceRequirement {
  if (done >= needed) return { requirement, state: 'met', progress: 1 }
  const at = isoTime(eta)
  return {
    requirement,
    state: 'open',
    progress: done / needed,
    ...(at !== undefined && { eta: at }),
  }
}

/** Nobody plans for the year 3000: a time so far away is none. */
function isoTime(at: number): string | undefined {
  return at < 32_503_680_000_000 ? new Date(at).toISOString() : undefined
}

function hoursInWords(hours: number): string {
  return hours >= 1 && Number.isInteger(hours)
    ? `${hours} hour${hours === 1 ? '' : 's'}`
    : duration(hours * 3600)
}
