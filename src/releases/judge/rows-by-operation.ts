import type { UnitTable } from './unit-table.ts'

/** The rows of each operation, in order. */
export function rowsByOperation({
  rows,
  operation,
  operations,
}: Pick<UnitTable, 'rows' | 'operation' | 'operations'>): Uint32Array[] {
  const counts = new Uint32Array(operations.length)
  for (let row = 0; row < rows; row++) counts[operation[row]!]! += 1
  const lists = Array.from(counts, (count) => new Uint32Array(count))
  counts.fill(0)
  for (let row = 0; row < rows; row++) lists[operation[row]!]![counts[operation[row]!]!++] = row
  return lists
}
