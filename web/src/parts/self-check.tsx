import type { Verdict } from '../../../src/releases/verdict.ts'
import { formatCount, formatCountOf, formatRatio, formatShare } from '../format/number.ts'
import { upperBound } from '../format/upper-bound.ts'
import { Section } from './section.tsx'

/** How often this judge is wrong, as measured on this service's own traffic. */
export function SelfCheck({ selfCheck }: { selfCheck: Verdict['selfCheck'] }) {
  return (
    <Section id="self-check" title="Self-check" note="How often this judge itself is wrong.">
      <p>{describeDrills(selfCheck.drills)}</p>
      <p>{describePlacebos(selfCheck.placebos)}</p>
    </Section>
  )
}

function describeDrills({ planted, found, smallestFound }: Verdict['selfCheck']['drills']): string {
  if (planted === 0)
    return 'No drill has been run yet: how often this judge misses is not measured.'
  const missed = planted - found
  const smallest =
    smallestFound === null ? '' : ` The smallest one found was ${formatRatio(smallestFound)}.`
  return `Found ${formatCount(found)} of ${formatCountOf(planted, 'planted regression')}: it misses at most ${formatShare(upperBound(missed, planted))} of such (95 % bound).${smallest}`
}

function describePlacebos({ runs, alarms }: Verdict['selfCheck']['placebos']): string {
  if (runs === 0) {
    return 'No placebo release has been run yet: how often this judge raises a false alarm is not measured.'
  }
  return `Raised an alarm in ${formatCount(alarms)} of ${formatCountOf(runs, 'placebo release')}, in which nothing had changed: false alarms in at most ${formatShare(upperBound(alarms, runs))} (95 % bound).`
}
