import { type Signal, signals } from '../../signal.ts'
import { day } from './retention-policy.ts'

/** Rows that can be dropped together: a part, or (in a cluster) all parts of one day on one server. */
export interface Unit {
  signal: Signal
  /** Name of the partition: the day as YYYYMMDD. */
  partition: string
  /** Name of the part; null where the day is dropped as a whole. */
  part: string | null
  rows: number
  bytes: number
  /** Time of its newest row, ms since 1970. */
  newest: number
  /** When the oldest row of its partition arrived, ms since 1970; needed for days of the future only. */
  received?: number
}

export interface Limits {
  /** Age in ms at which rows are dropped. */
  age: Readonly<Record<Signal, number>>
  /** Most bytes of each signal, and of all together. */
  bytes: Readonly<Record<Signal, number>>
  total: number
}

export interface Drop {
  unit: Unit
  /** `clock`: its rows claim a time that has not come yet. */
  why: 'age' | 'budget' | 'clock'
}

export interface Choice {
  drops: Drop[]
  /** Bytes above a budget that cannot be dropped, because they are the newest rows. */
  excess: number
}

/** Rows younger than that are never dropped for a budget, in ms. */
export const untouchable = 3_600_000

/**
 * Which parts to drop now. By age a day goes as a whole, and only when its last moment is too old. For a budget the
 * oldest parts go first. A day after tomorrow comes from a sender with a wrong clock: it is the first to give way to a
 * budget, counts as old as its first row has been here, and never as the newest.
 */
export function chooseDrops(units: readonly Unit[], limits: Limits, now: number): Choice {
  const drops: Drop[] = []
  const kept: Unit[] = []
  for (const unit of units) {
    const why = tooOld(unit, limits.age[unit.signal], now)
    if (why === undefined) kept.push(unit)
    else drops.push({ unit, why })
  }

  const used = Object.fromEntries(signals.map((signal) => [signal, 0])) as Record<Signal, number>
  for (const { signal, bytes } of kept) used[signal] += bytes
  let total = signals.reduce((sum, signal) => sum + used[signal], 0)
  const byAge = kept
    .filter((unit) => isFuture(unit, now) || unit.newest <= now - untouchable)
    .toSorted((a, b) => rank(a, now) - rank(b, now) || compare(nameOf(a), nameOf(b)))
  for (const unit of byAge) {
    const { signal, bytes } = unit
    if (used[signal] <= limits.bytes[signal] && total <= limits.total) continue
    drops.push({ unit, why: 'budget' })
    used[signal] -= bytes
    total -= bytes
  }

  const over = signals.map((signal) => used[signal] - limits.bytes[signal])
  return { drops, excess: Math.max(0, total - limits.total, ...over) }
}

/** Start of the day of a partition, ms since 1970. */
export function dayOf(partition: string): number {
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(partition) ?? []
  return Date.UTC(Number(year), Number(month) - 1, Number(date))
}

/** Whether a day lies beyond what clocks and time zones that are a little wrong can explain. */
export const isFuture = ({ partition }: Pick<Unit, 'partition'>, now: number): boolean =>
  dayOf(partition) > now + day

function tooOld(unit: Unit, age: number, now: number): Drop['why'] | undefined {
  if (isFuture(unit, now)) return (unit.received ?? now) <= now - age ? 'clock' : undefined
  return dayOf(unit.partition) + day <= now - age ? 'age' : undefined
}

const rank = (unit: Unit, now: number): number => (isFuture(unit, now) ? -Infinity : unit.newest)

const nameOf = (unit: Unit): string => `${unit.signal} ${unit.part ?? unit.partition}`

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
