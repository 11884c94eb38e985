/** Work that the past shows to run at regular times. */
export interface ScheduledJob {
  operation: string
  /** Usual time between two runs. */
  everyMinutes: number
  /** Runs that were seen. */
  runs: number
  /** Of the first run that should follow the release, ms since 1970. */
  due: number
}

/** Activity of an operation before the release. */
export interface OperationMinutes {
  operation: string
  /** Minutes since 1970 in which it began, ascending. */
  minutes: readonly number[]
}

const leastRuns = 3
/** Runs closer than this are one run that took its time. */
const sameRunMinutes = 2
/** What runs more often than this shows within minutes by itself. */
const leastMinutes = 5
/** With few runs, regular gaps may be chance: they must be more regular. */
const fewRuns = 5
const leastRegular = 0.8
/** A run may be left out now and then. */
const mostPeriods = 3

/**
 * The operations that run like clockwork: at least three runs with regular gaps, the last of them not long ago. What has
 * stopped before the release is not waited for.
 * @param start of the release, ms since 1970
 */
export function scheduledJobs(past: readonly OperationMinutes[], start: number): ScheduledJob[] {
  return past.flatMap(({ operation, minutes }) => {
    const runs = runsOf(minutes)
    const every = periodOf(runs)
    const last = runs.at(-1)
    if (every === null || last === undefined) return []
    const begun = start / 60_000
    if (begun - last > 2.5 * every) return []
    const periods = Math.max(1, Math.ceil((begun - last) / every))
    const due = (last + periods * every) * 60_000
    return [{ operation, everyMinutes: every, runs: runs.length, due }]
  })
}

function runsOf(minutes: readonly number[]): number[] {
  return minutes.filter((minute, i) => i === 0 || minute - minutes[i - 1]! > sameRunMinutes)
}

/** The usual gap between runs, in minutes; null where there is none. */
function periodOf(runs: readonly number[]): number | null {
  if (runs.length < leastRuns) return null
  const gaps = runs.slice(1).map((run, i) => run - runs[i]!)
  const median = gaps.toSorted((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)]!
  if (median < leastMinutes) return null
  const few = runs.length < fewRuns
  const tolerance = Math.max(1, (few ? 0.01 : 0.05) * median)
  const regular = gaps.filter((gap) => {
    const periods = Math.min(few ? 1 : mostPeriods, Math.max(1, Math.round(gap / median)))
    return Math.abs(gap - periods * median) <= tolerance
  })
  return regular.length >= (few ? 1 : leastRegular) * gaps.length ? median : null
}
