import type { ColumnBatch } from '../../otlp/column-batch.ts'

/**
 * How many rows of a batch, from row `first` on, are older than a time.
 * @param time ms since 1970; -Infinity for none
 */
export function rowsBefore(batch: ColumnBatch, first: number, time: number): number {
  const { data } = batch.columns(batch.signal).time
  let count = 0
  for (let row = first; row < batch.rows; row++) {
    const milliseconds = (data[row * 2 + 1]! * 2 ** 32 + data[row * 2]!) / 1e6
    if (milliseconds < time) count++
  }
  return count
}
