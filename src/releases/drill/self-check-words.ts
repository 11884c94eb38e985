import { count, duration, percent, times } from '../judge/numbers-in-words.ts'
import type { BlindSpot, Finding, Verdict, VerdictKind } from '../verdict.ts'
import type { PartFigures, PlaceboKind, SelfCheckRun } from './self-check.ts'

/** What a verdict tells of the latest drill; zeros where there was none. */
export function verdictSelfCheck(run: SelfCheckRun | null): Verdict['selfCheck'] {
  if (run === null) {
    return {
      placebos: { runs: 0, alarms: 0 },
      drills: { planted: 0, found: 0, smallestFound: null },
    }
  }
  const { placebos, drills, service, environment, at } = run
  const query = new URLSearchParams({ service, environment })
  return {
    at,
    placebos: {
      runs: placebos.runs,
      alarms: placebos.alarms,
      interval: placebos.interval,
      promised: placebos.promised,
      tooMany: placebos.tooMany,
    },
    drills: {
      planted: drills.planted,
      found: drills.found,
      smallestFound: drills.smallestFound,
      detectable: drills.detectable,
      foundDetectable: drills.foundDetectable,
      smallestCohort: drills.smallestCohort,
      medianSeconds: drills.medianSeconds,
      tooFew: drills.tooFew,
    },
    curve: `/api/self-check?${query.toString()}`,
  }
}

/** What the drills leave open about the judge itself. */
export function selfCheckSpots(run: SelfCheckRun | null, service: string): BlindSpot[] {
  if (run === null || run.placebos.runs + run.drills.planted === 0) {
    return [
      {
        kind: 'self-check',
        subject: 'never drilled',
        title: `The judge has never been drilled on the past of ${service}`,
        detail:
          'How often it sees a fault there where there is none, and how small a fault it finds, is not measured. It drills itself once a day; "aftergreen drill" does so now.',
      },
    ]
  }
  const { drills, notCovered = [] } = run
  const spots: BlindSpot[] = []
  const alarms = tooManyAlarms(run)
  if (alarms !== null) {
    spots.push({
      kind: 'self-check',
      subject: 'false alarms',
      title: `The judge alarms too often on the past of ${service}: ${alarms}`,
      detail: `Nothing had been released there. What it calls harm may come and go by itself. Claims of those alarms: ${run.placebos.claims
        .slice(0, 3)
        .map(({ claim }) => claim)
        .join('; ')}.`,
    })
  }
  const parts = drills.parts ?? []
  if (drills.tooFew) {
    const missed = parts.find(({ tooFew }) => tooFew)
    const isOwn = drills.interval.high < leastFound || missed === undefined
    const { foundDetectable, detectable, interval } = isOwn ? drills : missed
    const where = isOwn ? '' : ` of its ${partWords[missed.part]}`
    spots.push({
      kind: 'self-check',
      subject: 'missed regressions',
      title: `The judge found only ${foundDetectable} of ${count(detectable, 'planted regression')}${where} in the past of ${service} that it should find`,
      detail: `With 95 % confidence it finds at most ${percent(interval.high)} of those instead of 80 %. A fault of this release may be missed, too.`,
    })
  }
  if (notCovered.length > 0) {
    const missing = notCovered.map(({ kind }) => coverWords[kind]).join(' and ')
    spots.push({
      kind: 'self-check',
      subject: 'not covered',
      title: `The self-check of ${service} does not cover ${missing}`,
      detail: `How often false alarms come from there is not measured. ${notCovered.map(({ why }) => why).join(' ')}`,
    })
  }
  return spots
}

const leastFound = 0.8

const partWords = {
  edges: 'edges',
  metrics: 'metrics',
  time: 'comparison with the time before',
  late: 'later time',
} as const

const coverWords: Record<PlaceboKind, string> = {
  split: 'its requests',
  instances: 'differences between its instances',
  edges: 'its edges',
  metrics: 'its metrics',
  time: 'the comparison with the time before',
  late: 'the comparison of later parts of a watch',
}

/**
 * A sentence for the headline of a verdict that rests on findings; null where there is nothing to doubt. Only placebos of
 * the comparison that the findings come from count.
 */
export function selfCheckDoubt(
  run: SelfCheckRun | null,
  verdict: VerdictKind,
  findings: readonly Pick<Finding, 'comparison'>[],
): string | null {
  if (run === null || findings.length === 0 || verdict === 'proceed') return null
  const isHistory = findings.every(({ comparison }) => comparison === 'before-after')
  const alarms = tooManyAlarms(
    run,
    isHistory ? ['time', 'late'] : ['split', 'instances', 'edges', 'metrics'],
  )
  return alarms === null ? null : `Doubt it: this judge alarms too often here (${alarms}).`
}

function tooManyAlarms({ placebos }: SelfCheckRun, of?: readonly PlaceboKind[]): string | null {
  const figures =
    of === undefined
      ? [placebos, ...Object.values(placebos.kinds)]
      : of.flatMap((kind) => placebos.kinds[kind] ?? [])
  const [worst] = figures
    .filter(({ tooMany }) => tooMany)
    .toSorted((a, b) => b.interval.low / b.promised - a.interval.low / a.promised)
  if (worst === undefined) return null
  return `${worst.alarms} of ${count(worst.runs, 'placebo')}, at least ${percent(worst.interval.low)} with 95 % confidence instead of ${percent(worst.promised)}`
}

/** A run in one sentence. */
export function selfCheckSentence(run: SelfCheckRun): string {
  const { placebos, drills } = run
  const { low, high } = placebos.interval
  const alarms =
    placebos.runs === 0
      ? 'no placebo was judged'
      : `${count(placebos.alarms, 'false alarm')} in ${count(placebos.runs, 'placebo')} (95 % interval of the rate: ${percent(low)} to ${percent(high)})`
  const smallest =
    drills.smallestFound === null
      ? ''
      : `, the smallest ${times(drills.smallestFound)} times the baseline`
  const after = drills.medianSeconds === null ? '' : `, after ${duration(drills.medianSeconds)}`
  const parts = drills.parts ?? []
  const sum = (of: (part: PartFigures) => number): number =>
    parts.reduce((all, part) => all + of(part), 0)
  const beside =
    parts.length === 0
      ? ''
      : ` Of edges, metrics, faults of all versions and late ones ${sum(({ found }) => found)} of ${sum(({ planted }) => planted)}.`
  return `${alarms}; ${drills.found} of ${count(drills.planted, 'planted regression')} found${smallest}${after}, ${drills.foundDetectable} of ${drills.detectable} that it should find.${beside}`
}
