import { createHash } from 'node:crypto'
import type { BlindSpot, Verdict } from '../verdict.ts'

/**
 * Names blind spots and requirements: by kind and subject, so that the name stays while the numbers of a title move from
 * look to look.
 */
export function withIds(verdict: Verdict): Verdict {
  const taken = new Map<string, number>()
  const unique = (id: string): string => {
    const before = taken.get(id) ?? 0
    taken.set(id, before + 1)
    return before === 0 ? id : `${id}-${before + 1}`
  }
  return {
    ...verdict,
    blindSpots: verdict.blindSpots.map((spot) => ({
      ...spot,
      id: unique(hash([familyOf(spot.kind), spot.subject ?? withoutNumbers(spot.title)])),
    })),
    evidencePlan: verdict.evidencePlan.map((part) => ({
      ...part,
      id: unique(hash(['requirement', part.requirement])),
    })),
  }
}

/** Who accepted that nothing was seen of it accepts that little was. */
function familyOf(kind: BlindSpot['kind']): string {
  return kind === 'not-exercised' ? 'low-traffic' : kind
}

function withoutNumbers(title: string): string {
  return title.replaceAll(/\d[\d.,]*/g, '#').replaceAll(/# (?:s|min|h|days|%)(?=\W|$)/g, '#')
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8)
}
