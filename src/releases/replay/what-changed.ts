import { spotKey } from '../verdict-change.ts'
import type { Finding, Verdict } from '../verdict.ts'

/** How two verdicts on the same release differ, in words; of the first one, what it began with. */
export function whatChanged(previous: Verdict | undefined, next: Verdict): string[] {
  if (previous === undefined) return ['first look']
  const changes: string[] = []
  if (previous.verdict !== next.verdict)
    changes.push(`verdict: ${previous.verdict} → ${next.verdict}`)
  if (previous.phase !== next.phase) changes.push(`phase: ${previous.phase} → ${next.phase}`)
  const [before, after] = [previous.release.baselineVersion, next.release.baselineVersion]
  if (before !== after) changes.push(`baseline: ${before ?? 'none'} → ${after ?? 'none'}`)
  const ids = (findings: readonly Finding[]): Set<string> => new Set(findings.map(({ id }) => id))
  const [known, standing] = [ids(previous.findings), ids(next.findings)]
  for (const { id, title } of next.findings)
    if (!known.has(id)) changes.push(`new finding: ${title}`)
  for (const { id, title } of previous.findings)
    if (!standing.has(id)) changes.push(`no longer a finding: ${title}`)
  changes.push(...changedSpots(previous, next), ...changedPlan(previous, next))
  return changes.length === 0 ? ['facts of the release'] : changes
}

/** Blind spots as `isVerdictChange` tells them apart. */
function changedSpots(previous: Verdict, next: Verdict): string[] {
  const titles = ({ blindSpots }: Verdict): Map<string, string> =>
    new Map(blindSpots.toReversed().map((spot) => [spotKey(spot), spot.title]))
  const [before, after] = [titles(previous), titles(next)]
  return [
    ...[...after]
      .filter(([key]) => !before.has(key))
      .map(([, title]) => `new blind spot: ${title}`),
    ...[...before]
      .filter(([key]) => !after.has(key))
      .map(([, title]) => `no longer a blind spot: ${title}`),
  ]
}

function changedPlan(previous: Verdict, next: Verdict): string[] {
  const states = new Map(
    previous.evidencePlan.map(({ requirement, state }) => [requirement, state]),
  )
  const changes = next.evidencePlan
    .filter(({ requirement, state }) => states.get(requirement) !== state)
    .map(({ requirement, state }) => {
      if (state === 'met') return `proven: ${requirement}`
      return `${states.has(requirement) ? 'open again' : 'to be proven'}: ${requirement}`
    })
  const wanted = new Set(next.evidencePlan.map(({ requirement }) => requirement))
  const dropped = previous.evidencePlan.filter(({ requirement }) => !wanted.has(requirement))
  return [...changes, ...dropped.map(({ requirement }) => `not asked for any more: ${requirement}`)]
}
