import type { Basis } from '../history/merge-history.ts'
import type { BlindSpot } from '../../verdict.ts'
import type { PartsLook } from './look-at-parts.ts'

export interface MergedBasis extends Basis {
  spots: BlindSpot[]
  /** Why a part keeps the release from going on, as the end of a headline. */
  withheld: string | null
}

/** The parts beside what the service's own requests show: what any of them finds, misses or withholds counts. */
export function mergeParts(basis: Basis, { looks }: PartsLook): MergedBasis {
  const parts = [...looks.values()]
  const covered = (side: 'candidate' | 'baseline'): boolean =>
    parts.some(({ covers }) => covers?.[side] === true)
  return {
    ...basis,
    findings: [...basis.findings, ...parts.flatMap(({ findings }) => findings)],
    gaps: basis.gaps.filter(({ side }) => !covered(side)),
    claims: [...basis.claims, ...parts.flatMap(({ claims }) => claims)],
    spots: parts.flatMap(({ spots }) => spots),
    withheld: parts.find(({ withheld }) => withheld !== null)?.withheld ?? null,
  }
}
