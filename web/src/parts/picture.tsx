import type { Release } from '../../../src/releases/release.ts'
import type { Distribution, Finding, FindingKind } from '../../../src/releases/verdict.ts'
import { DurationPicture } from './duration-picture.tsx'
import { RatePicture } from './rate-picture.tsx'

/** Names for the two sides, as a legend and a table head need them. */
export interface Sides {
  baseline: string
  candidate: string
}

/** Both sides of a finding, drawn. */
export function Picture(props: {
  release: Release
  finding: Finding
  distribution: Distribution | undefined
}) {
  const { release, finding, distribution } = props
  const { comparison, effect } = finding
  const drawn = distribution ?? ratesOf(finding)
  if (drawn === null) {
    return <p className="picture quiet">No distribution was kept for this finding.</p>
  }
  const sides =
    comparison === 'before-after'
      ? { baseline: 'before the release', candidate: 'since it began' }
      : {
          baseline: `${release.baselineVersion ?? 'before'} baseline`,
          candidate: `${release.version} candidate`,
        }
  return drawn.kind === 'duration' ? (
    <DurationPicture sides={sides} effect={effect} distribution={drawn} />
  ) : (
    <RatePicture sides={sides} measure={effect.measure} distribution={drawn} />
  )
}

/** Findings whose fraction is no share of the requests counted. */
const noShare: readonly FindingKind[] = ['missing-traffic', 'saturation']

/** Two shares and the requests that they are of say all that a picture of rates shows; null for anything else. */
function ratesOf({ kind, effect, evidence }: Finding): Distribution | null {
  const { unit, baseline, candidate } = effect
  if (unit !== 'fraction' || noShare.includes(kind)) return null
  if (baseline === null || candidate === null || Math.max(baseline, candidate) > 1) return null
  const side = (share: number, count: number) => {
    const bad = Math.round(share * count)
    return [count - bad, bad]
  }
  return {
    kind: 'rate',
    bounds: [],
    baseline: side(baseline, evidence.baselineCount),
    candidate: side(candidate, evidence.candidateCount),
  }
}
