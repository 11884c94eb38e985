/** Sentences about a comparison, for people. */
import type { SideCounts } from '../cohorts/compare/cohort-source.ts'
import type { Comparison, Finding, GlobalChange, MixShift } from '../cohorts/compare/comparison.ts'
import { formatCount, formatShare } from './format-value.ts'

/** What is bad under a measure, and how it is called when it happens more often. */
export function badWord(measure: string): string {
  const level = /^slow (p\d+)$/.exec(measure)?.[1]
  if (level !== undefined) return `slower than the baseline's ${level}`
  return measure === 'rate' ? 'failed' : measure
}

export const isVolume = (measure: string): boolean => measure === 'volume' || measure === 'actual'

/** The change of everything under one measure: was, now, times with interval, counts. */
export function globalSentence(change: GlobalChange): string {
  const { measure, baseline, candidate } = change
  if (measure === 'actual') {
    return `Overall: expected ${formatCount(baseline.total)}, actual ${formatCount(candidate.total)}: ${times(change)}.`
  }
  if (measure === 'volume') {
    return `Overall: ${formatCount(baseline.total)} events → ${formatCount(candidate.total)}: ${times(change)}.`
  }
  // of nothing there is no multiple
  const factor = baseline.bad + candidate.bad === 0 ? '' : `: ${times(change)}`
  return `Overall, ${wasNow(baseline, candidate)} ${badWord(measure)} (${counts(baseline)} → ${counts(candidate)})${factor}.`
}

/** One finding: was, now, effect with interval, counts of both sides, share of the change that it explains. */
export function findingSentence({ measure, ...finding }: Finding): string {
  const { text, baseline, candidate, effect, shareOfExcess, slowdown } = finding
  const interval = `${number(effect.value)} (${lowToHigh(effect)})`
  const explains =
    shareOfExcess === null ? '' : `; ${formatShare(shareOfExcess)} of the whole change`
  if (isVolume(measure)) {
    const unit = measure === 'actual' ? '' : ' events'
    return `${text}: ${formatCount(baseline.total)} → ${formatCount(candidate.total)}${unit}, ${interval} times what the rest's change explains${explains}.`
  }
  const slower =
    slowdown === undefined
      ? ''
      : ` It takes ${number(slowdown.value)} (${number(slowdown.low)} to ${number(slowdown.high)}) times as long.`
  return `${text}: ${wasNow(baseline, candidate)} ${badWord(measure)} (${counts(baseline)} → ${counts(candidate)}), ${interval} times the odds beyond the rest's change${explains}.${slower}`
}

export function mixSentence(shift: MixShift): string {
  const { text, measure, baselineShare, candidateShare, baselineRate, restRate } = shift
  const points = shift.effectOnRate * 100
  const moved = `${points < 0 ? 'lowers' : 'raises'} the overall share by ${number(Math.abs(points))} points`
  return `${text} is ${formatShare(baselineShare)} → ${formatShare(candidateShare)} of the events. ${formatShare(baselineRate)} of it was ${badWord(measure)} before, of the rest ${formatShare(restRate)}: the shift alone ${moved}.`
}

/** What would have been found nine times in ten. */
export function powerSentences({ power, globals, complete, searched }: Comparison): string[] {
  const { smallestShare, smallestEffect } = power
  const sentences: string[] = []
  // it is that of shares: amounts and volumes have none
  if (globals.every(({ measure }) => isVolume(measure))) return []
  if (smallestShare !== null) {
    sentences.push(
      `A cohort of ${formatShare(smallestShare)} of the traffic that fails ten times as often as everything is found nine times in ten.`,
    )
  }
  if (smallestEffect !== null) {
    sentences.push(
      `In a cohort of 1 % of the traffic, ${number(smallestEffect)} times the odds are found nine times in ten.`,
    )
  }
  // of what was not searched, nothing can be said
  if (sentences.length > 0 || !complete || searched.attributes === 0) return sentences
  return [
    'There are too few events to find a cohort of 1 % of the traffic that fails, however often.',
  ]
}

export const rateOf = ({ bad, total }: SideCounts): number => (total === 0 ? 0 : bad / total)

/** Two digits; three near one, where they make the difference. */
export function number(value: number): string {
  if (value >= 1000) return formatCount(Number(value.toPrecision(2)))
  if (value >= 10) return value.toFixed(0)
  return value > 0.8 && value < 1.25 ? value.toFixed(2) : String(Number(value.toPrecision(2)))
}

export function counts({ bad, total }: SideCounts): string {
  return `${formatCount(bad)} of ${formatCount(total)}`
}

function wasNow(baseline: SideCounts, candidate: SideCounts): string {
  return `${share(baseline)} → ${share(candidate)}`
}

const share = (side: SideCounts): string =>
  side.total === 0 ? 'no events' : formatShare(rateOf(side))

function times({ ratio, low, high }: Pick<GlobalChange, 'ratio' | 'low' | 'high'>): string {
  return `${number(ratio)} times (interval ${lowToHigh({ low, high })})`
}

/** An end of 1e6 is open: the baseline has none at all. */
function lowToHigh({ low, high }: { low: number; high: number }): string {
  return `${number(low)}${high >= 1e6 ? ' or more' : ` to ${number(high)}`}`
}
