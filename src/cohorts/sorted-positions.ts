/** Fewer are sorted by comparing. */
export const leastCounted = 3000
const digits = 1 << 16

/**
 * Positions in ascending order of their numbers, none of them NaN; those with the same number stay in the order in which
 * they came. Counting sort by 16 bits at a time, skipping those that are the same in all.
 *
 * @param valueOf row of each position: `values[rows[position]]` is its number
 */
export function sortedPositions(
  positions: Uint32Array,
  rows: Uint32Array,
  values: Float64Array,
): Uint32Array {
  const size = positions.length
  const numbers = new Float64Array(size)
  // 0 added: -0 is 0
  for (let i = 0; i < size; i++) numbers[i] = values[rows[positions[i]!]!]! + 0
  let order = Uint32Array.from({ length: size < leastCounted ? size : 0 }, (_, i) => i)
  if (size < leastCounted) order.sort((a, b) => numbers[a]! - numbers[b]! || a - b)
  else order = countedOrder(numbers)
  const sorted = new Uint32Array(size)
  for (let i = 0; i < size; i++) sorted[i] = positions[order[i]!]!
  return sorted
}

/** Which number comes when, -0 before 0; equal ones stay in their order. @param numbers from the start of their buffer */
export function countedOrder(numbers: Float64Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const size = numbers.length
  const halves = new Uint32Array(numbers.buffer, 0, 2 * size)
  const low = new Uint32Array(size)
  const high = new Uint32Array(size)
  for (let i = 0; i < size; i++) {
    // the order of the bits is that of the numbers: negative ones turned round, the sign bit turned for all
    const sign = halves[2 * i + 1]! >>> 31
    low[i] = sign === 1 ? ~halves[2 * i]! : halves[2 * i]!
    high[i] = sign === 1 ? ~halves[2 * i + 1]! : halves[2 * i + 1]! ^ 0x80000000
  }
  let order = new Uint32Array(size)
  for (let i = 0; i < size; i++) order[i] = i
  let other = new Uint32Array(size)
  const starts = new Uint32Array(digits + 1)
  for (let pass = 0; pass < 4; pass++) {
    const keys = pass < 2 ? low : high
    const shift = pass % 2 === 0 ? 0 : 16
    starts.fill(0)
    for (let i = 0; i < size; i++) starts[((keys[i]! >>> shift) & 0xffff) + 1]! += 1
    if (starts[((keys[0]! >>> shift) & 0xffff) + 1] === size) continue
    for (let digit = 0; digit < digits; digit++) starts[digit + 1]! += starts[digit]!
    for (let i = 0; i < size; i++) {
      const at = order[i]!
      other[starts[(keys[at]! >>> shift) & 0xffff]!++] = at
    }
    ;[order, other] = [other, order]
  }
  return order
}
