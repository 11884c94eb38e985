import { clopperPearson } from '../../stats/clopper-pearson.ts'
import type { ReleaseScore } from './score-release.ts'
import { type SimulatedKind, simulatedKinds } from './release-plan.ts'

/** A share with its 95 % interval; null without trials. */
export interface Measured {
  count: number
  of: number
  share: number | null
  low: number
  high: number
}

export interface Bar {
  name: string
  /** What is demanded, in words. */
  text: string
  measured: Measured
  /** Null where nothing was measured. */
  holds: boolean | null
}

export interface KindSummary {
  kind: SimulatedKind
  /** Releases that carry the fault, and those of them that a judge has no excuse to miss. */
  faulty: number
  detectable: Measured
  undetectable: Measured
  /** Of those found: held for a finding about the fault, not rolled back. */
  held: number
  named: number
  /** Seconds from onset to rollback, or to the finding that holds. */
  delay: { median: number; longest: number } | null
  /** Releases without a fault, and those of them that were rolled back. */
  healthy: Measured
  /** … that were held for a finding. */
  heldHealthy: number
}

export interface ReleasesSummary {
  bars: Bar[]
  precision: Measured
  recallOfAll: Measured
  recallOfDetectable: Measured
  /** … by rollback alone. */
  rolledBackOfDetectable: Measured
  kinds: KindSummary[]
  /** Faults that were not found, the detectable ones first. */
  misses: ReleaseScore[]
  falseAlarms: ReleaseScore[]
  wentOnBlind: ReleaseScore[]
}

const leastRecall = 0.98
const mostFalse = 0.01

/** The scores of a drill as shares, and whether the bars hold: on the figures as they are, not on their intervals. */
export function summarizeReleases(scores: readonly ReleaseScore[]): ReleasesSummary {
  const faulty = scores.filter(({ isFaulty }) => isFaulty)
  const healthy = scores.filter(({ isFaulty }) => !isFaulty)
  const detectable = faulty.filter(isDetectable)
  const misses = faulty
    .filter(({ outcome }) => outcome === 'missed')
    .toSorted((a, b) => Number(isDetectable(b)) - Number(isDetectable(a)))
  const falseAlarms = scores.filter(({ outcome }) => outcome === 'false alarm')
  const wentOnBlind = scores.filter(({ outcome }) => outcome === 'went on blind')
  const caught = faulty.filter(isCaught)
  const recall = measured(detectable.filter(isFound).length, detectable.length)
  const rolledBack = measured(
    healthy.filter(({ outcome }) => outcome === 'false alarm').length,
    healthy.length,
  )
  const told = measured(misses.filter(({ listed }) => listed !== null).length, misses.length)
  const losses = scores.filter(({ kind }) => kind === 'telemetry-loss')
  const blind = measured(wentOnBlind.length, losses.length)
  return {
    bars: [
      bar(
        'Detectable faults found',
        'at least 98 % rolled back, or held for a finding about them',
        recall,
        (share) => share >= leastRecall,
      ),
      bar('Healthy releases rolled back', 'at most 1 %', rolledBack, (share) => share <= mostFalse),
      bar('Misses among the blind spots of their verdict', 'all', told, (share) => share === 1),
      bar('Went on after telemetry had stopped', 'none', blind, (share) => share === 0),
    ],
    precision: measured(caught.length, caught.length + falseAlarms.length),
    recallOfAll: measured(faulty.filter(isFound).length, faulty.length),
    recallOfDetectable: recall,
    rolledBackOfDetectable: measured(detectable.filter(isCaught).length, detectable.length),
    kinds: simulatedKinds
      .map((kind) =>
        summarizeKind(
          kind,
          scores.filter((score) => score.kind === kind),
        ),
      )
      .filter(({ faulty, healthy }) => faulty + healthy.of > 0),
    misses,
    falseAlarms,
    wentOnBlind,
  }
}

function summarizeKind(kind: SimulatedKind, scores: readonly ReleaseScore[]): KindSummary {
  const faulty = scores.filter(({ isFaulty }) => isFaulty)
  const healthy = scores.filter(({ isFaulty }) => !isFaulty)
  const delays = faulty
    .flatMap(({ delaySeconds }) => (delaySeconds === null ? [] : [delaySeconds]))
    .toSorted((a, b) => a - b)
  const share = (some: readonly ReleaseScore[]): Measured =>
    measured(some.filter(isFound).length, some.length)
  return {
    kind,
    faulty: faulty.length,
    detectable: share(faulty.filter(isDetectable)),
    undetectable: share(faulty.filter((score) => !isDetectable(score))),
    held: faulty.filter(({ outcome }) => outcome === 'held').length,
    named: faulty.filter((score) => isFound(score) && score.isNamed).length,
    delay:
      delays.length === 0
        ? null
        : { median: delays[Math.floor((delays.length - 1) / 2)]!, longest: delays.at(-1)! },
    healthy: measured(
      healthy.filter(({ outcome }) => outcome === 'false alarm').length,
      healthy.length,
    ),
    heldHealthy: healthy.filter(
      ({ outcome, findings }) => outcome === 'clean' && findings.length > 0,
    ).length,
  }
}

const isDetectable = ({ expected }: ReleaseScore): boolean => expected?.isDetectable === true
const isCaught = ({ outcome }: ReleaseScore): boolean => outcome === 'caught'
const isFound = ({ outcome }: ReleaseScore): boolean => outcome === 'caught' || outcome === 'held'

function measured(count: number, of: number): Measured {
  if (of === 0) return { count, of, share: null, low: 0, high: 1 }
  return { count, of, share: count / of, ...clopperPearson(count, of, 0.95) }
}

function bar(name: string, text: string, figure: Measured, holds: (share: number) => boolean): Bar {
  const { share } = figure
  return { name, text, measured: figure, holds: share === null ? null : holds(share) }
}
