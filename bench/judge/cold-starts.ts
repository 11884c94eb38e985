/** Releases that change nothing, whose instances start cold. */
import type { Random } from '../../src/stats/random.ts'
import { newWatchState, type WatchState } from '../../src/releases/judge/hypothesis.ts'
import { judgeUnits } from '../../src/releases/judge/judge-units.ts'
import { concurrentPolicy, defaultPolicy } from '../../src/releases/judge/policy.ts'
import { tableUntil } from '../../src/releases/judge/table-until.ts'
import type { UnitTable } from '../../src/releases/judge/unit-table.ts'
import { markWarmUp } from '../../src/releases/judge/warm-up.ts'
import { tableOf, type UnitRow } from '../../src/releases/testing/table-of.ts'

export interface ColdStart {
  /** Seconds in which the excess of a fresh instance's durations, four times at first, falls to 37 %. */
  decay: number
  /** Seconds between the starts of the candidate's three instances. */
  apart: number
  /** Units carry `service.instance.id`. */
  isNamed: boolean
  /** Multiplies the candidate's durations for good; default 1. */
  slower?: number
}

const seconds = 300
const perSecond = 12
const blockSeconds = 5
const lookSeconds = 20
const instances = 3

/** Five minutes of three warm instances of the baseline beside three fresh ones of the candidate, half of the traffic each. */
export function coldStart(
  random: Random,
  { decay, apart, isNamed, slower = 1 }: ColdStart,
): UnitTable {
  const units = Array.from({ length: seconds * perSecond }, (_, i): UnitRow => {
    const at = i / perSecond
    const candidate = random.uniform() < 0.5
    // those that have not started yet serve nothing
    const started =
      candidate && apart > 0 ? Math.min(instances, 1 + Math.floor(at / apart)) : instances
    const instance = random.integer(started)
    const excess = candidate ? 4 * Math.exp(-(at - instance * apart) / decay) : 0
    const operation = random.uniform() < 0.7 ? 'GET /cart' : 'POST /orders'
    const name = `${candidate ? 'new' : 'old'}-${instance}`
    return {
      at: at * 1000,
      candidate,
      discovery: random.uniform() < 0.5,
      operation,
      duration: random.lognormal(Math.log(30), 0.5) * (1 + excess) * (candidate ? slower : 1),
      failed: random.uniform() < 0.005,
      attributes: {
        'app.plan': ['free', 'plus', 'business'][random.integer(3)]!,
        ...(isNamed ? { 'service.instance.id': name } : {}),
      },
    }
  })
  return tableOf(units)
}

/** Seconds until the comparison of both versions alarms, looking every 20 s, or Infinity. */
export function coldAlarm(all: UnitTable, warmUpSeconds: number): number {
  const policy = concurrentPolicy(defaultPolicy)
  let state: WatchState = newWatchState()
  for (let to = lookSeconds; to <= seconds; to += lookSeconds) {
    const blockMillis = blockSeconds * 1000
    const window = { from: 0, to: to * 1000, blockMillis, blocks: to / blockSeconds }
    const table = markWarmUp(tableUntil(all, window.to), window, warmUpSeconds)
    const at = new Date(window.to).toISOString()
    ;({ state } = judgeUnits(table, 'checkout', window, state, policy, at))
    if (state.alarmedAt !== null) return to
  }
  return Infinity
}
