import type { Release } from '../../../src/releases/release.ts'
import type { Distribution, Effect } from '../../../src/releases/verdict.ts'
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
  effect: Effect
  distribution: Distribution | undefined
}) {
  const { release, effect, distribution } = props
  if (distribution === undefined) {
    return <p className="picture quiet">No distribution was kept for this finding.</p>
  }
  const sides = {
    baseline: `${release.baselineVersion ?? 'before'} baseline`,
    candidate: `${release.version} candidate`,
  }
  return distribution.kind === 'duration' ? (
    <DurationPicture sides={sides} effect={effect} distribution={distribution} />
  ) : (
    <RatePicture sides={sides} measure={effect.measure} distribution={distribution} />
  )
}
