import type { NativeColumns } from '../../store/native/decode-native.ts'

/** Two populations of rows that a SQL engine holds, described by expressions over one relation. */
export interface SqlPopulation {
  /** What stands after FROM. */
  from: string
  /** Condition on the rows of either side. */
  where: string
  /** UInt8 expressions; a row that satisfies both belongs to neither side and is counted (COMPARE_SIDES_OVERLAP). */
  candidate: string
  baseline: string
  /** Values bound to `{name: Type}` in any of the expressions. */
  parameters: Readonly<Record<string, unknown>>
  attributes: readonly SqlAttribute[]
  /** Whether these are all that there may be: those without a value in any row are no part of a sample. */
  hasUnused?: boolean
  /** UInt8: the event is bad; null = no rate is compared. */
  bad: string | null
  /** How long the event took, any unit; null = no latency is compared. */
  duration: string | null
  /** Whether every row has a duration, none of them null or not a number: these need no second look. */
  isTimed?: boolean
  /** String: events with the same one share their latency bounds; null = all do. */
  operation: string | null
  volume: boolean
  /** Two additive columns to compare instead of two sides: `candidate` and `baseline` are then `1`. */
  additive: { actual: string; expected: string } | null
  /** Hashed: rows with the same value are one unit. */
  unit: string
  unitName: string
  /** About how many rows satisfy `where`; left out where that is not known. */
  rows?: number
  /** UInt8 SQL: one in about so many of the rows, a few stretches of them, so that most others need not be read. */
  slice?: (every: number) => string
  /** How many events a row stands for; null = 1. */
  weight: string | null
  /** How many of them are bad, instead of `bad`; null = `bad` holds for all of them. */
  badCount: string | null
  /** Whether `from` is a table, of which the engine can read some columns first and others only where they matter. */
  isTable?: boolean
  /** String by which a person finds the row again. */
  exemplar: string
  exemplarName: string
  /** Values that together differ from row to row and are cheaper to hash than `exemplar`; `exemplar` where left out. */
  rowKey?: string
  /** Columns by which the engine finds rows without a scan, so that `exemplar` need not be read of all rows. */
  place?: readonly string[]
  /** Plain sentences about the data. */
  notes: readonly string[]
  /** Plain sentences: what is not searched, although nobody asked to leave it out. */
  cut?: readonly string[]
}

export interface SqlAttribute {
  name: string
  /** Null where the row has none. */
  sql: string
  type: 'string' | 'number' | 'bool'
  /** How the attribute is called in SQL that a person runs by hand; `sql` where left out. */
  printed?: string
}

/** Runs SELECT statements. */
export interface SqlRunner {
  native(
    sql: string,
    parameters: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<NativeColumns>
  rows<T>(
    sql: string,
    parameters: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<T[]>
  close(): Promise<void>
}
