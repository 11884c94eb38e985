import { rareShareTest } from '../../stats/rare-share-test.ts'
import { count, percent } from '../judge/numbers-in-words.ts'
import type { Exposures } from './exposures.ts'
import type { Incident, Resolution } from './incident.ts'

/** What is still broken fails at a third of its former rate at least (judge.md §6.8). */
const brokenShare = 1 / 3
/** The chance to call resolved what is still broken, however often somebody asks. */
const alpha = 0.05
/** Less than this share of the incident's traffic is none that exercises it. */
const littleTraffic = 0.02

export interface ResolutionInput {
  incident: Incident
  seen: Exposures
  /** Minutes in which they were seen. */
  minutes: number
}

/**
 * Whether an incident is over: only when the e-process against "still broken" has reached its bound on requests that
 * match. Fewer requests, or none, are no sign of that. Pure.
 */
export function resolutionOf({
  incident,
  seen,
  minutes,
}: ResolutionInput): Pick<
  Resolution,
  'state' | 'headline' | 'exposures' | 'failures' | 'evidence' | 'needs' | 'unlike'
> {
  const { exposures, failures, hours } = seen
  const { signature, service, match, startedAt, openedAt } = incident
  const brokenRate = signature.rateAtLeast * brokenShare
  const logE = rareShareTest(failures, exposures, brokenRate)
  const needs = cleanNeeded(failures, exposures, brokenRate)
  const usual = signature.exposuresPerMinute * minutes
  const isExercised = exposures > 0 && exposures >= littleTraffic * usual
  const state = needs === 0 ? 'resolved' : isExercised ? 'not-yet' : 'not-exercised'
  const seenWords = `${failures} of ${count(exposures, 'matching request')} failed, against ${percent(signature.rate)} in the incident`
  const more = `${count(needs, 'more matching request')} without a failure ${needs === 1 ? 'is' : 'are'} needed`
  const headlines = {
    resolved: `Resolved: ${seenWords}.`,
    'not-yet': `Not yet: ${seenWords}; ${more}.`,
    'not-exercised': `Not exercised: ${exposures === 0 ? `no request of ${service}` : `only ${count(exposures, 'request')} of ${service}`} since then matched ${match}, so it is not known whether it would still fail; ${more}.`,
  }
  const unlike: string[] = []
  if (state !== 'not-exercised' && exposures < usual / 3) {
    unlike.push(
      `There were ${perMinute(exposures / minutes)} matching requests a minute, against ${perMinute(signature.exposuresPerMinute)} in the incident: what fails under load only has had no chance to show.`,
    )
  }
  const lived = new Set(hours)
  if (exposures > 0 && !hoursBetween(startedAt, openedAt).some((hour) => lived.has(hour)))
    unlike.push('No request came at the hour of the day of the incident.')
  return {
    state,
    headline: headlines[state],
    exposures,
    failures,
    needs,
    unlike,
    evidence: { eValue: Math.exp(Math.min(logE, 700)), bound: 1 / alpha, brokenRate },
  }
}

/** How many more requests without a failure bring the evidence to its bound; found by doubling and halving. */
function cleanNeeded(failures: number, exposures: number, brokenRate: number): number {
  const suffices = (more: number): boolean =>
    rareShareTest(failures, exposures + more, brokenRate) >= Math.log(1 / alpha)
  if (suffices(0)) return 0
  let high = 1
  while (!suffices(high) && high < 2 ** 40) high *= 2
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (suffices(middle)) high = middle
    else low = middle
  }
  return high
}

/** Hours of the day, UTC. */
function hoursBetween(from: string, to: string): number[] {
  const first = Math.floor(Date.parse(from) / 3_600_000)
  const last = Math.min(Math.floor(Date.parse(to) / 3_600_000), first + 23)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) % 24)
}

function perMinute(rate: number): string {
  return rate >= 10 ? Math.round(rate).toLocaleString('en-US') : rate.toPrecision(2)
}
