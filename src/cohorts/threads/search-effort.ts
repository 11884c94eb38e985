import type { CohortMeasure, CohortSearch } from '../search-cohorts.ts'

/** Row visits below which sharing a scan does not pay. */
export const smallScan = 2e7
/** Row visits below which starting threads does not pay. */
export const smallSearch = 1e8
/** How much of a measure's progress its first scan is; what is left over and the insides of cohorts take less. */
export const firstScanShare = 0.6

/** Row visits, about. */
export function searchEffort({ table, measures, maxOrder = 3 }: CohortSearch): number {
  const attributes = table.attributes.length
  let sets = 1
  for (let i = 0; i < Math.min(maxOrder, attributes); i++) sets *= (attributes - i) / (i + 1)
  return measures.reduce((sum, measure) => sum + sets * countedRows(measure), 0)
}

/** Rows that count for a measure. */
export function countedRows({ bad }: CohortMeasure): number {
  let rows = 0
  for (let row = 0; row < bad.length; row++) rows += bad[row] === 255 ? 0 : 1
  return rows
}
