import type { CoverageGap } from '../coverage.ts'
import type { Basis } from '../history/merge-history.ts'
import type { BlindSpot, Comparison, Finding } from '../../verdict.ts'
import type { PartLook } from './evidence-part.ts'
import type { PartsLook } from './look-at-parts.ts'

export interface MergedBasis extends Basis {
  spots: BlindSpot[]
  /** Why a part keeps the release from going on, as the end of a headline. */
  withheld: string | null
  /** Requests of both sides that a part judged in place of the traces. */
  counted: { candidate: number; baseline: number } | null
}

/** The parts beside what the service's own requests show: what any of them finds, misses or withholds counts. */
export function mergeParts(basis: Basis, { looks }: PartsLook): MergedBasis {
  const parts = [...looks.values()]
  const covered = (side: CoverageGap['side']): boolean =>
    side !== 'neither' && parts.some(({ covers }) => covers?.[side] === true)
  const traffic = parts.find((part) => part.traffic !== undefined)?.traffic ?? null
  const claims = parts.flatMap((part) => part.claims)
  return {
    ...basis,
    comparison: traffic === null ? basis.comparison : countedBy(traffic, basis.comparison),
    findings: withExplained(
      [...basis.findings, ...parts.flatMap(({ findings }) => findings)],
      parts,
    ),
    gaps: basis.gaps.filter(({ side }) => !covered(side)),
    // without traces of both sides, nothing could ever be proven by them
    claims: traffic === null ? [...basis.claims, ...claims] : claims,
    counted: traffic,
    spots: parts.flatMap(({ spots }) => spots),
    withheld: parts.find(({ withheld }) => withheld !== null)?.withheld ?? null,
  }
}

function countedBy(
  { candidate, baseline, window }: NonNullable<PartLook['traffic']>,
  comparison: Comparison,
): Comparison {
  return {
    ...comparison,
    baselineKind: 'concurrent',
    baselineWindow: window,
    candidateWindow: window,
    candidateShare: candidate / (candidate + baseline),
  }
}

/** What a part says that a finding accounts for is listed under that. */
function withExplained(findings: Finding[], parts: readonly PartLook[]): Finding[] {
  const known = new Set(findings.map(({ id }) => id))
  return findings.map((finding) => {
    const more = parts
      .flatMap(({ explained }) => explained?.get(finding.id) ?? [])
      .filter((id) => known.has(id) && !finding.explains.includes(id))
    return more.length === 0 ? finding : { ...finding, explains: [...finding.explains, ...more] }
  })
}
