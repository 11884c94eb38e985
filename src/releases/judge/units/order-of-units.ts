/**
 * Rows in the order of time, and of the bytes of their names where that is equal.
 * @param at ms, whole numbers
 */
export function orderOfUnits(
  at: ArrayLike<number>,
  names: (row: number) => readonly string[],
): Uint32Array {
  const rows = at.length
  let first = Infinity
  let last = -Infinity
  for (let row = 0; row < rows; row++) {
    first = Math.min(first, at[row]!)
    last = Math.max(last, at[row]!)
  }
  // time and row in one number, where both fit: numbers are sorted far faster than by a function
  const keys = new Float64Array(rows)
  const order = new Uint32Array(rows)
  if ((last - first + 1) * rows <= Number.MAX_SAFE_INTEGER) {
    for (let row = 0; row < rows; row++) keys[row] = (at[row]! - first) * rows + row
    keys.sort()
    for (let i = 0; i < rows; i++) order[i] = keys[i]! % rows
  } else {
    order.forEach((_, i) => (order[i] = i))
    order.sort((a, b) => at[a]! - at[b]!)
  }
  for (let from = 0; from < rows;) {
    let to = from + 1
    while (to < rows && at[order[to]!] === at[order[from]!]) to++
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compareNames(names(a), names(b)))
    from = to
  }
  return order
}

function compareNames(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!]
    if (x !== y) return Buffer.compare(Buffer.from(x), Buffer.from(y))
  }
  return 0
}
