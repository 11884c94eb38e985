import type { Release } from '../../release.ts'
import type { Comparison, Finding } from '../../verdict.ts'
import type { CoverageGap } from '../coverage.ts'
import type { SafetyClaim } from '../safety-claims.ts'
import type { HistoryLook } from './look-at-history.ts'
import { isSamePlace } from '../same-place.ts'

/** What a look concludes from, of the concurrent comparison alone or of both. */
export interface Basis {
  findings: Finding[]
  gaps: CoverageGap[]
  claims: SafetyClaim[]
  comparison: Comparison
  /** Requests of the time before where they are the baseline; null where the baseline is concurrent. */
  requestsBefore: number | null
}

/**
 * The before/after comparison beside the concurrent one, and in its place where no old version answers (any more): then a
 * missing baseline is no gap, and what `proceed` needs is proven against the time before.
 */
export function mergeHistory(
  { strategy }: Release,
  concurrent: Omit<Basis, 'requestsBefore'>,
  history: HistoryLook | null,
): Basis {
  if (history === null) {
    const comparison = { ...concurrent.comparison, history: null }
    return { ...concurrent, comparison, requestsBefore: null }
  }
  const comparison = { ...concurrent.comparison, history: history.comparison }
  const findings = mergeFindings(concurrent.findings, history.findings)
  const { claims } = concurrent
  const isAlone = concurrent.gaps.some(({ side }) => side === 'baseline')
  const gaps = concurrent.gaps.filter(({ side }) => side !== 'baseline')
  const isProven = claims.length > 0 && claims.every(({ met }) => met)
  // with the candidate gone as well, nothing is compared with anything
  const candidateGone = gaps.some(({ side }) => side === 'candidate')
  if (!isAlone || candidateGone) {
    return { ...concurrent, findings, comparison, requestsBefore: null }
  }
  if (isProven) return { ...concurrent, findings, gaps, comparison, requestsBefore: null }
  return {
    findings,
    gaps,
    claims: history.claims,
    comparison: {
      ...comparison,
      baselineKind: strategy === 'blue-green' ? 'blue-green' : 'before-after',
      baselineWindow: history.comparison.window,
    },
    requestsBefore: history.referenceRequests,
  }
}

/** A rise of the whole that a finding beside it describes more exactly is listed under that. */
function mergeFindings(concurrent: readonly Finding[], history: readonly Finding[]): Finding[] {
  const explained = new Set(concurrent.flatMap(({ explains }) => explains))
  const taken = new Set<string>()
  const merged = concurrent.map((finding) => {
    if (explained.has(finding.id)) return finding
    const own = history.filter((other) => !taken.has(other.id) && isSamePlace(finding, other))
    for (const { id } of own) taken.add(id)
    return { ...finding, explains: [...finding.explains, ...own.map(({ id }) => id)] }
  })
  return [...merged, ...history]
}
