import { globalChange } from '../confirm/global-change.ts'
import type { AllCounts } from './count-all.ts'
import type { GlobalChange } from './comparison.ts'

/** The change of everything, for each measure. */
export function globalChanges(counts: AllCounts): GlobalChange[] {
  return counts.measures.map((measure) => globalChange(measure, counts.of([], measure.name)))
}
