import type { JudgeWindow } from './judge-window.ts'
import type { UnitTable } from './unit-table.ts'

/** The block of each row; -1 outside the window. */
export function blockNumbers(
  { rows, at }: Pick<UnitTable, 'rows' | 'at'>,
  { from, blockMillis, blocks }: Pick<JudgeWindow, 'from' | 'blockMillis' | 'blocks'>,
): Int32Array {
  const blockOf = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const block = Math.floor((at[row]! - from) / blockMillis)
    blockOf[row] = block >= 0 && block < blocks ? block : -1
  }
  return blockOf
}
