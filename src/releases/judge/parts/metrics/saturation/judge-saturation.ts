import { addFixedWeights } from '../metric-claims.ts'
import type { Side } from '../metric-table.ts'
import { type GaugeRun, type GaugeTable, isPressure, type Measure } from './gauge-table.ts'
import { median, type Stretch, stretchOf } from './growth.ts'
import { leastRankSumTail, rankSumTail } from './rank-sum.ts'

/** A measure that grows, or lies higher, in the candidate's processes. */
export interface SaturationClaim {
  measure: Measure
  kind: 'slope' | 'level'
  /** Age of the candidate's processes up to which it was looked at, in ms; the later half of it is what was compared. */
  age: number
  /** The baseline's processes were as old, at another time; else they were that old or older. */
  isSameAge: boolean
  /** Medians: growth over the later half relative to the level, and levels in the measure's unit. */
  growth: Record<Side, number>
  level: Record<Side, number>
  processes: Record<Side, number>
  stretches: Record<Side, number>
  /** Probability of this by chance, and what it had to be below. */
  p: number
  bound: number
  /** Enough for `rollback`. */
  isAlarm: boolean
}

export interface SaturationJudgement {
  found: SaturationClaim[]
  /** Measures whose slopes, and whose levels, could be told from chance at all, of all that were old enough. */
  told: { slopes: number; levels: number; measures: number }
  /** Greatest age at which slopes were compared, in ms; null where nothing was old enough. */
  age: number | null
  processes: Record<Side, number>
  /** Age that processes must reach first. */
  firstAge: number
  weights: { id: string; weight: number }[]
}

/** Of this part's share for saturation: growth, and levels. */
const slopeShare = 2 / 3
/** The later half of a window is cut into so many stretches; each is one observation. */
const stretches = 4
/** Intervals of the gauges in one stretch of the first window. */
const leastIntervals = 5
/** Growth over the later half of a window that is nobody's business, and levels that are not. */
const growthMargin = 0.05
const levelMargin = 1.5
/** The growth of the last two stretches, of that of the first two: a leak goes on at 1, the logarithm of the age is at 0.7. */
const goesOn = 0.8
/** More observations of the baseline than this say nothing more. */
const maxReference = 60
const maxProcesses = 10

/**
 * Growth and levels of the candidate's processes against the baseline's. A fresh process grows while it warms up, so growth
 * is compared at the same age where the baseline's processes were seen at it, must go on through the window, and otherwise
 * only holds a release. Windows of age double; the k-th gets the share 1/(k(k+1)) of a measure's part of `alpha`, each is
 * tested once it is complete, on data that do not change any more: looking again costs nothing. Observations are compared by
 * ranks (`rank-sum.ts`), which assumes that without a change those of both sides are alike, not how they are distributed.
 */
export function judgeSaturation(
  table: GaugeTable,
  alpha: number,
  remembered: readonly { id: string; weight: number }[],
  /** ms since 1970 */
  window: { from: number; to: number },
): SaturationJudgement {
  const firstAge = 2 * stretches * leastIntervals * table.intervalMillis
  const measures = table.measures.filter(
    (measure) => sideOf(measure, 'candidate').length > 0 && sideOf(measure, 'baseline').length > 0,
  )
  const weights = new Map(remembered.map(({ id, weight }) => [id, weight]))
  const idOf = ({ label }: Measure): string => `slope|${label}`
  const windows = measures.map((measure) => latestWindow(measure, firstAge, table, window.to))
  const old = measures.filter((_, i) => windows[i] !== null)
  addFixedWeights(weights, old.map(idOf), 'slope|', 1)
  const found: SaturationClaim[] = []
  const told = { slopes: 0, levels: 0, measures: old.length }
  let age: number | null = null
  measures.forEach((measure, i) => {
    const k = windows[i]!
    const weight = weights.get(idOf(measure))
    if (k === null || weight === undefined) return
    const upTo = firstAge * 2 ** k
    age = Math.max(age ?? 0, upTo)
    const share = (alpha * weight) / ((k + 1) * (k + 2))
    for (const claim of [
      slopeClaim(measure, upTo, share * slopeShare, window),
      levelClaim(measure, upTo, share * (1 - slopeShare), window),
    ]) {
      if (claim === null) continue
      const { candidate, baseline } = claim.kind === 'slope' ? claim.stretches : claim.processes
      const isTold = leastRankSumTail(candidate, baseline) <= claim.bound
      if (claim.kind === 'slope') told.slopes += isTold ? 1 : 0
      else told.levels += isTold ? 1 : 0
      if (claim.p <= claim.bound) found.push(claim)
    }
  })
  const count = (side: Side): number =>
    new Set(measures.flatMap((measure) => sideOf(measure, side).map(({ instance }) => instance)))
      .size
  return {
    found,
    told,
    age,
    processes: { candidate: count('candidate'), baseline: count('baseline') },
    firstAge,
    weights: [...weights].map(([id, weight]) => ({ id, weight })),
  }
}

function sideOf({ runs }: Measure, side: Side): GaugeRun[] {
  return runs.filter((run) => run.side === side)
}

/** Number of the longest window that half of the candidate's processes have lived through; null where none has. */
function latestWindow(
  measure: Measure,
  firstAge: number,
  { binMillis }: GaugeTable,
  to: number,
): number | null {
  const ages = sideOf(measure, 'candidate')
    .flatMap(({ startedAt, at }) =>
      startedAt === null ? [] : [Math.min(to, at.at(-1)! + binMillis / 2) - startedAt],
    )
    .toSorted((a, b) => b - a)
  const reached = ages[Math.floor((ages.length - 1) / 2)]
  if (reached === undefined || reached < firstAge) return null
  return Math.floor(Math.log2(reached / firstAge))
}

/**
 * The stretches of the later half of the first `age` ms of a run; fewer where it was not seen. All are relative to the level
 * of the first, or a steady leak would seem to slow down as the level rises.
 */
function laterHalf(run: GaugeRun, age: number): Stretch[] {
  return run.startedAt === null ? [] : stretchesFrom(run, run.startedAt + age / 2, age)
}

function stretchesFrom(run: GaugeRun, from: number, age: number): Stretch[] {
  const length = age / 2 / stretches
  const own = Array.from({ length: stretches }, (_, i) =>
    stretchOf(run, from + i * length, from + (i + 1) * length, age / 2),
  ).filter((one) => one !== null)
  const reference = Math.max(1, Math.abs(own[0]?.level ?? 1))
  return own.map(({ growth, level }) => ({
    growth: (growth * Math.max(1, Math.abs(level))) / reference,
    level,
  }))
}

/** All stretches of a run of the same length, at that age or older: a process that has just begun grows anyway. */
function thatOldOrOlder(run: GaugeRun, age: number): Stretch[] {
  const length = age / 2 / stretches
  const last = run.at.at(-1) ?? 0
  const first = Math.max(run.at[0] ?? 0, (run.startedAt ?? -Infinity) + age / 2)
  const all = Array.from({ length: Math.max(0, Math.floor((last - first) / length)) }, (_, i) =>
    stretchOf(run, last - (i + 1) * length, last - i * length, age / 2),
  )
  return all.filter((one) => one !== null)
}

function slopeClaim(
  measure: Measure,
  age: number,
  bound: number,
  window: { from: number; to: number },
): SaturationClaim | null {
  const baseline = sideOf(measure, 'baseline').filter(({ at }) => at.length > 0)
  const lived = sideOf(measure, 'candidate')
    .map((run) => ({ run, own: laterHalf(run, age) }))
    .filter(({ own }) => own.length === stretches)
    .slice(0, maxProcesses)
  const runs = lived.map(({ own }) => own)
  // what grows as much in the baseline at the same time is load, not a leak
  const beyond = lived.map(({ run, own }) => beyondShared(run, own, baseline, age))
  const sameAge = baseline
    .map((run) => laterHalf(run, age))
    .filter((own) => own.length === stretches)
  const seen = runs.flat().length
  // where too few were seen at the same age to tell anything from chance, older ones have to do
  const isSameAge = leastRankSumTail(seen, Math.min(maxReference, sameAge.flat().length)) <= bound
  const reference = isSameAge ? sameAge : baseline.map((run) => thatOldOrOlder(run, age))
  const [own, other] = [runs.flat(), thinned(reference.flat())]
  if (own.length === 0 || other.length === 0) return null
  const growthOf = (some: readonly Stretch[]): number => median(some.map(({ growth }) => growth))
  const p = rankSumTail(
    beyond.flat().map((growth) => growth - growthMargin),
    other.map(({ growth }) => growth),
  )
  const early = growthOf(runs.flatMap((run) => run.slice(0, stretches / 2)))
  const late = growthOf(runs.flatMap((run) => run.slice(stretches / 2)))
  const growing = beyond.filter((growth) => median(growth) > growthMargin).length
  const isLeak = late > growthMargin && late >= goesOn * early && growing >= 0.75 * runs.length
  return {
    measure,
    kind: 'slope',
    age,
    isSameAge,
    growth: { candidate: growthOf(own), baseline: growthOf(other) },
    level: levels(measure, own, window),
    processes: {
      candidate: runs.length,
      baseline: reference.filter(({ length }) => length > 0).length,
    },
    stretches: { candidate: own.length, baseline: other.length },
    p: isLeak ? p : 1,
    bound,
    isAlarm: isSameAge && runs.length >= 2 && isPressure(measure.name) && isLeak && p <= bound,
  }
}

/** What the stretches of a run of the candidate grow more than the baseline's processes do at the same time, if those grow. */
function beyondShared(
  run: GaugeRun,
  own: readonly Stretch[],
  baseline: readonly GaugeRun[],
  age: number,
): number[] {
  const beside = baseline
    .map((other) => stretchesFrom(other, run.startedAt! + age / 2, age))
    .filter(({ length }) => length === stretches)
  return own.map(({ growth }, i) =>
    beside.length === 0
      ? growth
      : growth - Math.max(0, median(beside.map((other) => other[i]!.growth))),
  )
}

/** One observation a process: what a level is does not change from stretch to stretch. */
function levelClaim(
  measure: Measure,
  age: number,
  bound: number,
  window: { from: number; to: number },
): SaturationClaim | null {
  const levelOf = (run: readonly Stretch[]): number => median(run.map(({ level }) => level))
  const observed = (runs: readonly GaugeRun[]): number[] =>
    runs
      .map((run) => laterHalf(run, age))
      .filter(({ length }) => length > 0)
      .map(levelOf)
  const own = observed(sideOf(measure, 'candidate')).slice(0, 4 * maxProcesses)
  const baseline = sideOf(measure, 'baseline')
  const sameAge = observed(baseline)
  const beside = baseline.flatMap(({ at, value }) => {
    const now = [...value].filter((_, i) => at[i]! >= window.from)
    return now.length === 0 ? [] : [median(now)]
  })
  const isSameAge = sameAge.length >= 2
  const other = (isSameAge ? sameAge : beside).slice(0, maxReference)
  if (own.length === 0 || other.length === 0) return null
  const level = { candidate: median(own), baseline: median(other) }
  return {
    measure,
    kind: 'level',
    age,
    isSameAge,
    growth: { candidate: 0, baseline: 0 },
    level,
    processes: { candidate: own.length, baseline: other.length },
    stretches: { candidate: own.length, baseline: other.length },
    p: rankSumTail(
      own,
      other.map((value) => value * levelMargin),
    ),
    bound,
    // more memory or more waiting in a process that gets more traffic is not yet harm
    isAlarm: false,
  }
}

function levels(
  measure: Measure,
  own: readonly Stretch[],
  { from }: { from: number },
): Record<Side, number> {
  const beside = sideOf(measure, 'baseline').flatMap(({ at, value }) =>
    [...value].filter((_, i) => at[i]! >= from),
  )
  return {
    candidate: median(own.map(({ level }) => level)),
    baseline: beside.length === 0 ? 0 : median(beside),
  }
}

/** Evenly chosen, so that every process and time has its part. */
function thinned<T>(all: readonly T[]): T[] {
  if (all.length <= maxReference) return [...all]
  return Array.from(
    { length: maxReference },
    (_, i) => all[Math.floor((i * all.length) / maxReference)]!,
  )
}
