import type { ColumnBatch } from '../../otlp/column-batch.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { ContextRun } from './context-runs.ts'
import { writeDictionaryVersion, writeLowCardinalityRuns } from './low-cardinality.ts'
import { dictionaryOf } from './write-column.ts'

/**
 * Writes a column that every row takes from its context, unless all rows have '' or 0.
 * @param field of `Contexts.origin` or `Contexts.dropped`
 * @param begin writes name and type
 * @returns whether it was written
 */
export function writeContextColumn(
  writer: ByteWriter,
  batch: ColumnBatch,
  field: string,
  runs: readonly ContextRun[],
  begin: () => void,
): boolean {
  const { origin, dropped } = batch.contexts
  if (Object.hasOwn(origin, field)) {
    const { data } = origin[field as keyof typeof origin]
    const wordRuns = runs.map(({ start, end, context }) => ({ start, end, id: data[context]! }))
    if (wordRuns.every(({ id }) => batch.words.lengths[id] === 0)) return false
    begin()
    writeDictionaryVersion(writer)
    writeLowCardinalityRuns(writer, wordRuns, batch.rows, dictionaryOf(batch, batch.words))
    return true
  }
  const { data } = dropped[field as keyof typeof dropped]
  if (runs.every(({ context }) => data[context] === 0)) return false
  begin()
  const counts = new Uint32Array(batch.rows)
  for (const { start, end, context } of runs) counts.fill(data[context]!, start, end)
  writer.numbers(counts, batch.rows)
  return true
}
