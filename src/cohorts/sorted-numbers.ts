/** The numbers of a column in ascending order, without the absent ones. */
export function sortedNumbers(values: Float64Array): Float64Array {
  const sorted = values.toSorted()
  // NaN sorts behind everything else
  let end = sorted.length
  while (end > 0 && Number.isNaN(sorted[end - 1]!)) end -= 1
  return sorted.subarray(0, end)
}
