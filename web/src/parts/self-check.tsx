import type { Verdict } from '../../../src/releases/verdict.ts'
import { formatCount, formatCountOf, formatRatio, formatShare } from '../format/number.ts'
import { formatAgo, formatSpan } from '../format/time.ts'
import { keepUnits } from '../format/keep-units.ts'
import { upperBound } from '../format/upper-bound.ts'
import { Section } from './section.tsx'
import { SelfCheckCurve } from './self-check-curve.tsx'

type SelfCheck = Verdict['selfCheck']

/** How often this judge is wrong, as measured on this service's own traffic. */
export function SelfCheck({ selfCheck, now }: { selfCheck: SelfCheck; now: number }) {
  const { drills, placebos, at, curve } = selfCheck
  return (
    <Section id="self-check" title="Self-check" note="How often this judge itself is wrong.">
      {placebos.tooMany === true && (
        <div className="caution">
          <p>
            <strong>This judge alarms too often here.</strong> Nothing had been released in those
            cuts of the past, so a rollback may be one of those alarms.
          </p>
        </div>
      )}
      {drills.tooFew === true && (
        <div className="caution">
          <p>
            <strong>This judge misses too much here.</strong> It found fewer of the planted
            regressions than it should, so it may miss a fault of this release, too.
          </p>
        </div>
      )}
      <p>{keepUnits(describeDrills(drills))}</p>
      <p>{keepUnits(describePlacebos(placebos))}</p>
      {at !== undefined && (
        <p className="quiet">
          Measured {formatAgo(Date.parse(at), now)} on this service’s own past.
        </p>
      )}
      {curve !== undefined && drills.planted > 0 && <SelfCheckCurve path={curve} />}
    </Section>
  )
}

function describeDrills({ planted, found, ...drills }: SelfCheck['drills']): string {
  if (planted === 0)
    return 'No drill has been run yet: how often this judge misses is not measured.'
  const { smallestFound, smallestCohort, detectable, foundDetectable, medianSeconds } = drills
  const smallest = describeSmallest(smallestFound, smallestCohort ?? null)
  if (detectable === undefined || foundDetectable === undefined) {
    return `Found ${formatCount(found)} of ${formatCountOf(planted, 'planted regression')}: it misses at most ${formatShare(upperBound(planted - found, planted))} of such (95 % bound).${smallest}`
  }
  const after = typeof medianSeconds === 'number' ? ` after ${formatSpan(medianSeconds)}` : ''
  const missed = formatShare(upperBound(detectable - foundDetectable, detectable))
  const large =
    detectable === 0
      ? ' None of them was large enough to be sure of.'
      : ` Of ${formatCount(detectable)} that were large enough it found ${formatCount(foundDetectable)}: it misses at most ${missed} of such (95 % bound).`
  return `Found ${formatCount(found)} of ${formatCountOf(planted, 'planted regression')}${after}.${large}${smallest}`
}

function describeSmallest(effect: number | null, cohort: number | null): string {
  if (effect === null) return ''
  const where =
    cohort === null ? '' : `, the smallest cohort ${formatShare(cohort)} of the requests`
  return ` The smallest one found was ${formatRatio(effect)}${where}.`
}

function describePlacebos({ runs, alarms, interval, promised }: SelfCheck['placebos']): string {
  if (runs === 0) {
    return 'No placebo release has been run yet: how often this judge raises a false alarm is not measured.'
  }
  const raised = `Raised an alarm in ${formatCount(alarms)} of ${formatCountOf(runs, 'placebo release')}, in which nothing had changed`
  const promise = promised === undefined ? '' : ` Promised: at most ${formatShare(promised)}.`
  return interval === undefined
    ? `${raised}: false alarms in at most ${formatShare(upperBound(alarms, runs))} (95 % bound).${promise}`
    : `${raised}: false alarms in ${formatShare(interval.low)} to ${formatShare(interval.high)} (95 % interval).${promise}`
}
