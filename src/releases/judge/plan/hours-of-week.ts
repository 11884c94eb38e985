import type { JudgeWindow } from '../judge-window.ts'
import type { UnitTable } from '../unit-table.ts'

export const hourMillis = 3_600_000
export const hoursOfWeek = 168
/** An hour counts as lived through when at least so much of it was watched. */
const leastMillis = hourMillis / 2

/** The hour of the week, Monday 0:00 UTC first, of an hour since 1970 (which began on a Thursday). */
export function hourOfWeek(hour: number): number {
  return (hour + 3 * 24) % hoursOfWeek
}

/** The hours since 1970 of which at least half lie in a stretch of time. */
export function hoursWithin(from: number, to: number): number[] {
  const hours: number[] = []
  for (let hour = Math.floor(from / hourMillis); hour * hourMillis < to; hour++) {
    const inside = Math.min(to, (hour + 1) * hourMillis) - Math.max(from, hour * hourMillis)
    if (inside >= leastMillis) hours.push(hour)
  }
  return hours
}

/** The hours since 1970 that were watched, and in which the candidate answered requests. */
export function livedHours(table: UnitTable, window: JudgeWindow): number[] {
  const met = new Set<number>()
  for (let row = 0; row < table.rows; row++) {
    if (table.candidate[row] === 1) met.add(Math.floor(table.at[row]! / hourMillis))
  }
  return hoursWithin(window.from, window.to).filter((hour) => met.has(hour))
}

/** In which hours the service had traffic before the release. */
export interface PastHours {
  /** Hours since 1970 with requests. */
  hours: readonly number[]
}

/**
 * Whether a service usually has traffic in an hour since 1970: by the same hour of the week where its past reaches back a
 * week, else by the same hour of the day.
 */
export function usualHours({ hours }: PastHours): (hour: number) => boolean {
  const isLong = hours.length > 0 && hours.at(-1)! - hours[0]! >= hoursOfWeek - 1
  const cells = new Set(hours.map((hour) => (isLong ? hourOfWeek(hour) : hour % 24)))
  return (hour) => cells.has(isLong ? hourOfWeek(hour) : hour % 24)
}

/** How many hours of a week have traffic in the past, and how many of those were lived through since the release. */
export interface WeekSeen {
  withTraffic: number
  lived: number
  /** The past reaches back a week, so the rest of the week is known to be quiet. */
  isWholeWeek: boolean
}

export function weekSeen(past: PastHours, lived: readonly number[]): WeekSeen {
  const { hours } = past
  const isUsual = usualHours(past)
  const usual = new Set(
    Array.from({ length: hoursOfWeek }, (_, hour) => hour)
      .filter((hour) => isUsual(hour))
      .map(hourOfWeek),
  )
  const seen = new Set(lived.map(hourOfWeek))
  // an hour that was quiet before and has traffic now is one of the service's hours
  for (const cell of seen) usual.add(cell)
  return {
    withTraffic: usual.size,
    lived: seen.size,
    isWholeWeek: hours.length > 0 && hours.at(-1)! - hours[0]! >= hoursOfWeek - 1,
  }
}
