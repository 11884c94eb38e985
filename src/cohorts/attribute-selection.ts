/** Which attributes may name a cohort. */
import type { AttributeColumn, CohortTable } from './cohort-table.ts'

export type LeftOutReason =
  /** on the deny list: an outcome or plumbing */
  | 'denied'
  /** one value in (nearly) every row */
  | 'constant'
  /** a value of its own in most rows */
  | 'identifier'
  /** its values tell the two sides apart: versions, instances, process ids */
  | 'separates-sides'
  /** says the same as another attribute, which is kept */
  | 'equivalent'

export interface LeftOutAttribute {
  name: string
  reason: LeftOutReason
  /** One plain sentence. */
  detail: string
}

export interface AttributeSelection {
  /** The same rows with the kept attributes, ready for the search. */
  table: CohortTable
  kept: readonly AttributeColumn[]
  leftOut: LeftOutAttribute[]
  /** Name of a kept attribute -> names of the attributes that say the same. */
  aliases: Record<string, string[]>
}

export interface AttributeSelectionOptions {
  /** Patterns to leave out beside `deniedAttributes`; `*` stands for anything. */
  deny?: readonly string[]
  /** Names that the deny list must not touch. */
  allow?: readonly string[]
}

/** Takes both sides of the whole table (not a half), never the outcomes. Deterministic. */
export function selectAttributes(
  table: CohortTable,
  options: AttributeSelectionOptions = {},
): AttributeSelection {
  void options
  return { table, kept: table.attributes, leftOut: [], aliases: {} }
}
