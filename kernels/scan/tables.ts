/** Weighted counts of two lanes of the root by class, for what a cell is compared with. */
import { alloc } from './memory'
import { Lane, Rows, startOf } from './rows'
import { isUneven, largest, worthOf } from './settings'

/** f64: [(code of the first * size of the other + code of the other) * 4 + class]. */
let table: usize = 0

/** Lasts: a table is asked for while pairs are being judged. */
export function makeTable(): void {
  table = alloc(<usize>(largest * largest) * 32)
}

/** Where the table is; it holds until the next one is asked for. */
export function tableOf(rows: Rows, first: Lane, other: Lane): usize {
  memory.fill(table, 0, <usize>(first.size * other.size) * 32)
  for (let k = 0; k < 4; k++) {
    addClass(rows, k, first.codes, other.codes, other.size)
  }
  return table
}

function addClass(rows: Rows, k: i32, first: usize, other: usize, size: i32): void {
  const to = table + ((<usize>k) << 3)
  const end = startOf(rows, k + 1)
  const worth = worthOf(k)
  const weights = isUneven(k) ? rows.weights : 0
  for (let row = startOf(rows, k); row < end; row++) {
    const cell = <i32>load<u8>(first + row) * size + <i32>load<u8>(other + row)
    const at = to + ((<usize>cell) << 5)
    const weight = weights === 0 ? worth : load<f64>(weights + ((<usize>row) << 3))
    store<f64>(at, load<f64>(at) + weight)
  }
}
