/**
 * Row numbers in ascending order of 64-bit keys: by their upper half (radix sort), and by comparing the few whose upper
 * halves are equal. Rows with equal keys are ordered by `compare`, so that the order does not depend on the one in which
 * the rows came.
 */
export function rowOrder(
  keys: BigUint64Array,
  compare: (a: number, b: number) => number,
): Uint32Array {
  const rows = keys.length
  const words = new Uint16Array(keys.buffer, keys.byteOffset, rows * 4)
  let order = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) order[row] = row
  for (let digit = 2; digit < 4; digit++) order = byDigit(order, words, digit)
  const upper = new Uint32Array(rows)
  const halves = new Uint32Array(keys.buffer, keys.byteOffset, rows * 2)
  for (let at = 0; at < rows; at++) upper[at] = halves[order[at]! * 2 + 1]!
  for (let from = 0; from < rows;) {
    let to = from + 1
    while (to < rows && upper[to] === upper[from]) to++
    if (to - from > 1) order.set(order.subarray(from, to).toSorted(byKey), from)
    from = to
  }
  return order

  function byKey(a: number, b: number): number {
    const [one, other] = [keys[a]!, keys[b]!]
    return one < other ? -1 : one > other ? 1 : compare(a, b)
  }
}

/** In the order of one word of each key, rows with the same one in the order in which they were. */
function byDigit(order: Uint32Array, words: Uint16Array, digit: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(65_537)
  for (let row = 0; row < order.length; row++) starts[words[row * 4 + digit]! + 1]! += 1
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!
  const next = new Uint32Array(order.length)
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!
    next[starts[words[row * 4 + digit]!]!++] = row
  }
  return next
}
