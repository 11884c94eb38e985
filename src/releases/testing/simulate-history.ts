/** Synthetic histories of a service and its watch, for the tests of the before/after comparison. */
import { createRandom, type Random } from '../../stats/random.ts'
import { defaultPolicy, type Policy } from '../judge/policy.ts'
import type { HistoryGrids } from '../judge/history/cut-pair.ts'
import {
  addBlock,
  countsOf,
  durationBuckets,
  emptyCounts,
  type HistoryCounts,
} from '../judge/history/history-counts.ts'
import { type HistoryPlan, historyPlan } from '../judge/history/history-plan.ts'
import { type HistoryJudgement, judgeHistory } from '../judge/history/judge-history.ts'
import { type PreparedHistory, prepareHistory } from '../judge/history/prepare-history.ts'
import { lateWindow } from '../judge/plan/late-windows.ts'

export interface Simulated {
  seed: number
  /** Base blocks of 5 s. */
  blocksBefore: number
  blocksAfter: number
  /** Requests of each base block, in the mean. */
  requests: number
  /** Failure probability at base block `t` (0 = start of the release). */
  failing: (t: number, random: Random) => number
  /** Probability of a slow request. */
  slow?: (t: number) => number
  /** Traffic at base block `t`, as a factor. */
  traffic?: (t: number) => number
  /** Requests of the second operation stop at this base block. */
  vanishesAt?: number
}

const baseMillis = 5000
const dayBlocks = 86_400_000 / baseMillis

interface SimulatedWatch {
  /** Base blocks until the alarm; null without one. */
  alarmAt: number | null
  last: HistoryJudgement | null
  isCalibrated: boolean
  margin: number
}

/** Judges a synthetic release after each base block, like a live watch. */
export function simulateWatch(
  simulated: Simulated,
  policy: Policy = defaultPolicy,
): SimulatedWatch {
  const look = watcher(baseCounts(simulated), policy)
  const watch: SimulatedWatch = { alarmAt: null, last: null, isCalibrated: false, margin: 0 }
  for (let t = 1; t <= simulated.blocksAfter; t++) {
    const seen = look(t)
    if (seen === null) continue
    watch.last = seen.judgement
    watch.isCalibrated = seen.prepared.calibration.isCalibrated
    watch.margin = seen.prepared.calibration.margins.failures
    if (watch.last.alarmed.length > 0) {
      watch.alarmAt = t
      break
    }
  }
  return watch
}

/** Base blocks until the comparison of the whole watch alarms, and until that of its later windows does. */
export interface SimulatedAlarms {
  whole: number | null
  late: number | null
}

/**
 * Judges a synthetic release, and each later window of its watch as if the release had begun with it.
 * The first look is at base block `from`, the next ones `every` so many later.
 */
export function simulateLateWatch(
  simulated: Simulated,
  { from, every }: { from: number; every: number },
): SimulatedAlarms {
  const policy = defaultPolicy
  const base = baseCounts(simulated)
  const alarms: SimulatedAlarms = { whole: null, late: null }
  const lookAtWhole = watcher(base, policy)
  let began = -1
  let lookAtLate: ReturnType<typeof watcher> = () => null
  for (let t = from; t <= simulated.blocksAfter; t += every) {
    if (alarms.whole === null && (lookAtWhole(t)?.judgement.alarmed.length ?? 0) > 0)
      alarms.whole = t
    const late = lateWindow(0, t * baseMillis)
    if (late === null || alarms.late !== null) continue
    const first = late.from / baseMillis
    if (first !== began) {
      const historyShare = policy.lateShare * late.share
      lookAtLate = watcher({ ...base, first: base.first - first }, { ...policy, historyShare })
    }
    began = first
    if (t > first && (lookAtLate(t - first)?.judgement.alarmed.length ?? 0) > 0) alarms.late = t
  }
  return alarms
}

/** Looks at what is known `t` base blocks after the start; what is the same for a scale is prepared once. */
function watcher(
  base: HistoryCounts,
  policy: Policy,
): (t: number) => { judgement: HistoryJudgement; prepared: PreparedHistory } | null {
  let prepared: PreparedHistory | null = null
  let scale = -1
  return (t) => {
    const window = { from: 0, to: t * baseMillis, blockMillis: baseMillis, blocks: t }
    const plan = historyPlan(window, baseMillis)
    if (plan.scale !== scale) prepared = prepareHistory(gridsOf(base, plan), plan, policy)
    scale = plan.scale
    if (prepared === null) return null
    const after = regrid(base, plan, 0, 0, plan.cutBlocks, plan.seenBlocks)
    return { judgement: judgeHistory({ ...prepared, plan }, after), prepared }
  }
}

function baseCounts(simulated: Simulated): HistoryCounts {
  const { seed, blocksBefore, blocksAfter, requests, failing, slow, traffic } = simulated
  const random = createRandom(seed)
  const counts = emptyCounts(-blocksBefore, blocksBefore + blocksAfter)
  counts.exposure.fill(1)
  for (let i = 0; i < counts.blocks; i++) {
    const t = i - blocksBefore
    const p = failing(t, random)
    for (const operation of ['GET /cart', 'POST /orders']) {
      const isGone = operation === 'POST /orders' && t >= (simulated.vanishesAt ?? Infinity)
      const n = isGone ? 0 : random.poisson((requests / 2) * (traffic?.(t) ?? 1))
      const sum = countsOf(counts, operation)
      const slowOnes = random.binomial(n, slow?.(t) ?? 0.1)
      sum.requests[i] = n
      sum.failed[i] = random.binomial(n, p)
      sum.durations[i * durationBuckets + 8] = slowOnes
      sum.durations[i * durationBuckets + 4] = n - slowOnes
    }
  }
  return counts
}

/** The grids that the loader would read. @internal */
export function gridsOf(base: HistoryCounts, plan: HistoryPlan): HistoryGrids {
  const grid = (days: number): HistoryCounts =>
    regrid(
      base,
      plan,
      days * dayBlocks,
      -plan.reachBlocks,
      plan.reachBlocks + (days && plan.cutBlocks),
    )
  return { now: grid(0), day: grid(1), week: grid(7), twoWeeks: grid(14) }
}

function regrid(
  base: HistoryCounts,
  plan: HistoryPlan,
  shift: number,
  first: number,
  blocks: number,
  seen = blocks,
): HistoryCounts {
  const counts = emptyCounts(first, blocks)
  const width = plan.blockMillis / baseMillis
  for (let i = 0; i < seen; i++) {
    for (let j = 0; j < width; j++) {
      addBlock(counts, first + i, base, (first + i) * width + j - shift)
    }
    counts.exposure[i] = 1
  }
  return counts
}
