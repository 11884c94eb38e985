import type { ColumnBatch } from '../../otlp/column-batch.ts'

/** Rows `start` to `end` that belong to one context, and either all or none of which have its attributes. */
export interface ContextRun {
  readonly start: number
  readonly end: number
  readonly context: number
  readonly inherits: boolean
}

/** The rows of a batch as runs: requests come with many rows of few resources and scopes. */
export function contextRuns(batch: ColumnBatch): ContextRun[] {
  const { rows } = batch
  const contexts = batch.rowContext.data
  const inherits = batch.inherits.data
  const runs: ContextRun[] = []
  for (let start = 0; start < rows;) {
    const context = contexts[start]!
    const inherit = inherits[start]!
    let end = start + 1
    while (end < rows && contexts[end] === context && inherits[end] === inherit) end++
    runs.push({ start, end, context, inherits: inherit === 1 })
    start = end
  }
  return runs
}
