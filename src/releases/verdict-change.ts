import { withholding } from './sign-off/blockers.ts'
import type { BlindSpot, Verdict } from './verdict.ts'

/**
 * Whether a verdict says something else than the one before: another word, phase or claim. New numbers for the same
 * claims are not a change; the latest ones are always at hand without a ledger entry each.
 */
export function isVerdictChange(previous: Verdict | undefined, next: Verdict): boolean {
  return previous === undefined || fingerprint(previous) !== fingerprint(next)
}

function fingerprint(verdict: Verdict): string {
  return JSON.stringify([
    verdict.verdict,
    verdict.phase,
    verdict.findings.map(({ id }) => id).toSorted(),
    [...new Set(verdict.blindSpots.map(spotKey))].toSorted(),
    verdict.evidencePlan.map(({ requirement, state }) => [requirement, state]),
    verdict.release,
    verdict.configuration?.changed.map(({ key, component, class: seen }) => [key, component, seen]),
  ])
}

/** What keeps a release from going on by itself; of the rest the kind: which value has too little traffic may alternate. */
export function spotKey({ kind, id, subject, title }: BlindSpot): string {
  return withholding.has(kind) ? `${kind} ${id ?? subject ?? title}` : kind
}
