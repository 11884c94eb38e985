import { count } from '../releases/judge/numbers-in-words.ts'
import type { SelfCheck } from '../releases/verdict.ts'
import { formatCount, formatShare, formatTime } from './format-value.ts'

/** The figures of the latest drill that a verdict carries, with what they rest on. */
export function selfCheckSentence({ at, placebos, drills }: SelfCheck): string {
  if (placebos.runs === 0 && drills.planted === 0) {
    return 'No drill has been run yet: how often this judge misses a fault, or sees one where there is none, is not measured here.'
  }
  const { interval, promised } = placebos
  const sure =
    interval === undefined
      ? ''
      : ` (95 % interval ${formatShare(interval.low)} to ${formatShare(interval.high)}${promised === undefined ? '' : `, promised at most ${formatShare(promised)}`})`
  const { detectable, foundDetectable } = drills
  const clear =
    detectable === undefined || foundDetectable === undefined
      ? ''
      : `, ${foundDetectable} of the ${detectable} that it should find`
  const smallest =
    drills.smallestFound === null
      ? ''
      : `, the smallest of them ${formatCount(drills.smallestFound)} times`
  const when = at === undefined ? '' : ` Drilled ${formatTime(at)}.`
  return `${count(placebos.alarms, 'alarm')} in ${count(placebos.runs, 'placebo release')}${sure}; ${formatCount(drills.found)} of ${formatCount(drills.planted)} planted faults found${clear}${smallest}.${when}`
}
