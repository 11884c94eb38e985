import type { Random } from '../../stats/random.ts'
import type { Cohort, Condition } from '../cohort.ts'
import { matchRows } from '../source/memory-match.ts'
import type { MemoryColumn, MemoryNumberColumn, MemoryTable } from '../source/memory-rows.ts'

export interface CohortWish {
  /** Number of conditions. */
  order: number
  /** Whether one of them is a range of a number. */
  ranged: boolean
  /** Share of the rows. */
  share: number
}

const tries = 200
const glanceRows = 40_000
/** Without one of its conditions a cohort must be at least this many times as large: else the condition says nothing. */
const narrowing = 1.5

/**
 * A cohort that a row of the table lies in, with about the wished share of the rows (at most 1.6 times off, or the
 * nearest of 200 tries between 0.02 and 2 %); null where there is none.
 */
export function drawCohort(glance: Glance, wish: CohortWish, random: Random): Cohort | null {
  const { table, plantable } = glance
  const numbers = plantable.filter((column) => column.kind === 'number')
  const categories = plantable.filter(({ kind }) => kind === 'category')
  let best: Cohort | null = null
  let off = Infinity
  for (let attempt = 0; attempt < tries; attempt++) {
    const row = random.integer(table.rows)
    const range = wish.ranged ? pick(numbers, random) : undefined
    const others = pickSome(categories, wish.order - (range === undefined ? 0 : 1), random)
    if (others.length + (range === undefined ? 0 : 1) !== wish.order) continue
    const equal = others.map((column) => equality(column, row))
    const cohort =
      range === undefined ? equal : [...equal, drawRange(range, row, equal, glance, wish, random)]
    if (cohort.includes(null)) continue
    const drawn = cohort.filter((condition) => condition !== null)
    const share = glance.share(drawn)
    const now = Math.abs(Math.log(share / wish.share))
    if (
      share < 0.0002 ||
      share > 0.02 ||
      now >= off ||
      !everyConditionNarrows(drawn, share, glance)
    )
      continue
    best = drawn
    off = now
    if (off <= Math.log(1.6) && attempt >= 5) break
  }
  return best
}

/** Some rows of a table, to draw cohorts from. */
export interface Glance {
  table: MemoryTable
  /** Attributes that a cohort may name. */
  plantable: readonly MemoryColumn[]
  rows: Uint32Array
  matching(cohort: Cohort): Uint32Array
  share(cohort: Cohort): number
}

/** Evenly spaced rows stand for all. */
export function glanceAt(table: MemoryTable, identifiers: ReadonlySet<string>): Glance {
  const step = Math.max(1, Math.floor(table.rows / glanceRows))
  const rows = Uint32Array.from({ length: Math.floor(table.rows / step) }, (_, i) => i * step)
  const small: MemoryTable = {
    rows: rows.length,
    candidate: new Uint8Array(rows.length),
    attributes: table.attributes.map((column) =>
      column.kind === 'number'
        ? { ...column, values: Float32Array.from(rows, (row) => column.values[row]!) }
        : { ...column, codes: Uint32Array.from(rows, (row) => column.codes[row]!) },
    ),
  }
  const found = new Uint32Array(rows.length)
  const matching = (cohort: Cohort): Uint32Array => {
    const size = matchRows(small, cohort)(0, rows.length, found)
    return Uint32Array.from(found.subarray(0, size), (index) => rows[index]!)
  }
  const plantable = table.attributes.filter(({ name }) => !identifiers.has(name))
  return {
    table,
    plantable,
    rows,
    matching,
    share: (cohort) => matching(cohort).length / rows.length,
  }
}

function everyConditionNarrows(cohort: Cohort, share: number, glance: Glance): boolean {
  return cohort.every((condition) => {
    const rest = cohort.filter((other) => other !== condition)
    return glance.share(rest) >= narrowing * share
  })
}

function equality(column: MemoryColumn, row: number): Condition | null {
  if (column.kind === 'number') return null
  const value = column.values[column.codes[row]!] ?? null
  return value === null
    ? { attribute: column.name, op: 'absent' }
    : { attribute: column.name, op: '=', value }
}

/** Around the row's own value, as wide as the wished share needs within the other conditions. */
function drawRange(
  column: MemoryNumberColumn,
  row: number,
  others: readonly (Condition | null)[],
  glance: Glance,
  wish: CohortWish,
  random: Random,
): Condition | null {
  const rest = others.filter((condition) => condition !== null)
  const own = column.values[row]!
  if (Number.isNaN(own)) return null
  const values = Float64Array.from(glance.matching(rest), (at) => column.values[at]!)
    .filter((value) => !Number.isNaN(value))
    .toSorted()
  const width = Math.round(wish.share * glance.rows.length)
  if (width < 2 || width > 0.7 * values.length) return null
  const rank = values.findIndex((value) => value >= own)
  const from = Math.max(0, Math.min(values.length - width - 1, rank - random.integer(width + 1)))
  const low = from === 0 ? null : rounded(values[from]!)
  const high = from + width >= values.length - 1 ? null : rounded(values[from + width]!)
  if (low === null && high === null) return null
  if (low !== null && high !== null && low >= high) return null
  return { attribute: column.name, op: 'range', low, high }
}

/** Two significant digits, as people choose limits. */
function rounded(value: number): number {
  return Number(value.toPrecision(2))
}

function pick<T>(of: readonly T[], random: Random): T | undefined {
  return of[random.integer(of.length)]
}

function pickSome<T>(of: readonly T[], count: number, random: Random): T[] {
  const left = [...of]
  return Array.from({ length: Math.min(count, of.length) }, () =>
    left.splice(random.integer(left.length), 1),
  ).flat()
}
