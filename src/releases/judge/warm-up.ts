import { instanceCodes } from './instance-codes.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { UnitTable } from './unit-table.ts'

/**
 * The first seconds of an instance: its caches are empty, its code is not compiled, its connections are not open. Every
 * release begins with them, so slowness in them is no evidence against it. Failures in them are failures.
 */
export interface WarmUp {
  /** By row: 1 = served in the first seconds of its instance. */
  rows: Uint8Array
  seconds: number
  /**
   * The attributes that tell instances apart; null: the first seconds of each version, and of every step up in the
   * candidate's share of the traffic, count instead.
   */
  by: string | null
}

/** Instances that end before they are warm are no instances to wait for, where they serve this share of the units. */
const shortLivedShare = 0.5

/**
 * Marks the units that each instance served in its first seconds, on both sides alike. It depends on when units began and
 * on who served them, never on how they went, so a test without their durations keeps its guarantees.
 * @param settled what tells instances apart in this release (`settledWarmUp`); left out, it is chosen from these units
 */
export function markWarmUp(
  table: UnitTable,
  window: JudgeWindow,
  seconds: number,
  settled?: WarmUp['by'],
): UnitTable {
  if (seconds <= 0 || table.rows === 0) return table
  const millis = seconds * 1000
  for (const { by, codes } of settled === null ? [] : instanceCodes(table, settled)) {
    const lives = livesOf(table, codes)
    if (settled !== undefined || !areShortLived(table, lives, window, millis))
      return { ...table, warmUp: { rows: coldRows(table, lives, millis), seconds, by } }
  }
  const rows = coldRows(table, livesOf(table, table.candidate), millis)
  for (const at of stepsOfShare(table, window, millis)) {
    for (let row = 0; row < table.rows; row++)
      if (table.at[row]! >= at && table.at[row]! < at + stepShare * millis + millis) rows[row] = 1
  }
  return { ...table, warmUp: { rows, seconds, by: null } }
}

/** What tells instances apart is settled when the candidate has so many units, after so many times the warm-up. */
const settlingUnits = 200
const settlingTimes = 4

/**
 * What tells the instances of a release apart, once enough is seen to say so; undefined until then. From there on it stays:
 * otherwise a share of units that carry a name, or of instances that end early, that lies near its limit would give the
 * same units now as warm and now as not.
 */
export function settledWarmUp(
  { rows, candidate, warmUp }: UnitTable,
  { from, to }: JudgeWindow,
): WarmUp['by'] | undefined {
  if (warmUp === undefined || to - from < settlingTimes * warmUp.seconds * 1000) return undefined
  let units = 0
  for (let row = 0; row < rows; row++) units += candidate[row]!
  return units < settlingUnits ? undefined : warmUp.by
}

/** Shares are looked at over this part of the warm-up time. */
const stepShare = 0.5
/** The candidate's share has risen where it is so much higher than ever before, and more than chance explains. */
const leastRise = 1.15
const riseScore = 4
const leastOfStep = 50

/**
 * When more of the traffic went to the candidate than before, ms since 1970: then instances of it have started, although
 * none is named.
 */
function stepsOfShare(table: UnitTable, { from, to }: JudgeWindow, millis: number): number[] {
  const length = stepShare * millis
  const counts = Array.from(
    { length: Math.ceil((to - from) / length) },
    () => [0, 0] as [number, number],
  )
  for (let row = 0; row < table.rows; row++) {
    const step = counts[Math.floor((table.at[row]! - from) / length)]
    if (step !== undefined) step[table.candidate[row] as 0 | 1] += 1
  }
  let highest = Number.NaN
  return counts.flatMap(([baseline, candidate], step) => {
    const all = baseline + candidate
    if (candidate === 0 || all < leastOfStep) return []
    const share = candidate / all
    const score = (share - highest) / Math.sqrt((highest * (1 - highest)) / all)
    const isStep = share > leastRise * highest && score > riseScore
    highest = Number.isNaN(highest) ? share : Math.max(highest, share)
    return isStep ? [from + step * length] : []
  })
}

/** From when to when each of the numbered instances served, and the number of each row's. */
interface Lives {
  of: ArrayLike<number>
  first: Float64Array
  last: Float64Array
}

function coldRows(table: UnitTable, { of, first }: Lives, millis: number): Uint8Array {
  const rows = new Uint8Array(table.rows)
  for (let row = 0; row < table.rows; row++)
    if (table.at[row]! < first[of[row]!]! + millis) rows[row] = 1
  return rows
}

function livesOf({ rows, at }: UnitTable, group: ArrayLike<number>): Lives {
  let groups = 0
  for (let row = 0; row < rows; row++) groups = Math.max(groups, group[row]! + 1)
  const first = new Float64Array(groups).fill(Infinity)
  const last = new Float64Array(groups).fill(-Infinity)
  for (let row = 0; row < rows; row++) {
    const one = group[row]!
    if (at[row]! < first[one]!) first[one] = at[row]!
    if (at[row]! > last[one]!) last[one] = at[row]!
  }
  return { of: group, first, last }
}

/** Functions that live for a request each would be cold for ever. */
function areShortLived(
  table: UnitTable,
  { of, first, last }: Lives,
  window: JudgeWindow,
  millis: number,
): boolean {
  let ended = 0
  let gone = 0
  for (let row = 0; row < table.rows; row++) {
    const one = of[row]!
    // who was there a moment ago may live on
    if (last[one]! >= window.to - millis) continue
    ended += 1
    if (last[one]! - first[one]! < millis) gone += 1
  }
  return ended > 0 && gone > shortLivedShare * ended
}

/** A block with at least this share of such units says nothing of durations where units are not told apart. */
const warmingShare = 0.1

/**
 * The blocks of a grid in which many units of the candidate were served by instances that were not warm yet.
 * @param grid `from` in milliseconds since the epoch
 * @param among what the candidate's units are a share of: its own, or those of all versions
 */
export function warmingBlocks(
  { rows, at, candidate, warmUp }: UnitTable,
  { from, blockMillis, blocks }: { from: number; blockMillis: number; blocks: number },
  among: 'candidate' | 'all',
): Uint8Array {
  const warming = new Float64Array(blocks)
  const units = new Float64Array(blocks)
  for (let row = 0; row < rows; row++) {
    const block = Math.floor((at[row]! - from) / blockMillis)
    if (block < 0 || block >= blocks) continue
    if (candidate[row] === 1 || among === 'all') units[block]! += 1
    if (candidate[row] === 1 && warmUp?.rows[row] === 1) warming[block]! += 1
  }
  return Uint8Array.from(units, (all, block) =>
    warming[block]! > 0 && warming[block]! >= warmingShare * all ? 1 : 0,
  )
}
