import type { Finding } from '../verdict.ts'
import type { PrecedingChange } from './release-configuration.ts'
import type { ReleaseChanges } from './release-changes.ts'

/** On one finding. */
const mostLinked = 10

/**
 * Names the changes that came before each finding. What could differ between the sides comes first, since most findings
 * are differences between them, and of these what belongs to the service itself. Pure.
 */
export function linkChanges(
  findings: readonly Finding[],
  changes: ReleaseChanges | null,
  service: string,
): Finding[] {
  if (changes === null || changes.changed.length === 0) return [...findings]
  const ranked = changes.changed
    .map((change, at) => ({ change, at, rank: rankOf(change, service) }))
    .toSorted((a, b) => a.rank - b.rank || a.at - b.at)
    .map(({ change }) => change)
  return findings.map((finding) => {
    const firstSeen = Date.parse(finding.evidence.firstSeen)
    const precededBy = ranked
      .filter(({ at }) => Date.parse(at) <= firstSeen)
      .slice(0, mostLinked)
      .map(({ key, component, class: seen, at }): PrecedingChange => ({
        kind: 'config',
        key,
        component,
        class: seen,
        at,
      }))
    return precededBy.length === 0 ? finding : { ...finding, precededBy }
  })
}

function rankOf(change: ReleaseChanges['changed'][number], service: string): number {
  const shared = change.class === 'common-mode' ? 2 : 0
  return shared + (change.component === service || change.component === '' ? 0 : 1)
}
