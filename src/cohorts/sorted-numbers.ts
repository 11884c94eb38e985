import { countedOrder, leastCounted } from './sorted-positions.ts'

/** Widest range of whole numbers that are counted rather than compared. */
const maxCounted = 1 << 18

/** The numbers of a column in ascending order, without the absent ones. */
export function sortedNumbers(values: Float64Array): Float64Array {
  return countedNumbers(values) ?? comparedNumbers(values)
}

function comparedNumbers(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length)
  let length = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value === value) present[length++] = value
  }
  const numbers = present.subarray(0, length)
  if (length < leastCounted) return numbers.toSorted()
  const order = countedOrder(numbers)
  const sorted = new Float64Array(length)
  for (let i = 0; i < length; i++) sorted[i] = numbers[order[i]!]!
  return sorted
}

/** Null where they are not whole numbers near each other. */
function countedNumbers(values: Float64Array): Float64Array | null {
  let least = Infinity
  let most = -Infinity
  let present = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    // -0 would come back as 0
    if (!Number.isInteger(value) || Object.is(value, -0)) return null
    if (value < least) least = value
    if (value > most) most = value
    present += 1
  }
  if (present === 0 || most - least >= maxCounted) return null
  const counts = new Uint32Array(most - least + 1)
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]!)) counts[values[i]! - least]! += 1
  }
  const sorted = new Float64Array(present)
  let next = 0
  for (let value = 0; value < counts.length; value++) {
    sorted.fill(least + value, next, next + counts[value]!)
    next += counts[value]!
  }
  return sorted
}
