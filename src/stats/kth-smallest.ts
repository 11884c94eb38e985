/**
 * The number at a place of the ascending order, without the order of the rest (Hoare 1961, "Find"; pivots by the median of
 * three). The numbers are moved about: asked again for a later place, it is found among fewer.
 * @param k from 0; the numbers below it end up before it, those above it behind it
 * @returns undefined where there is no such place
 */
export function kthSmallest(numbers: Float64Array, k: number): number | undefined {
  let low = 0
  let high = numbers.length - 1
  if (!(k >= 0 && k <= high)) return undefined
  while (low < high) {
    const pivot = middleOf(numbers[low]!, numbers[(low + high) >> 1]!, numbers[high]!)
    let i = low
    let j = high
    while (i <= j) {
      while (numbers[i]! < pivot) i++
      while (numbers[j]! > pivot) j--
      if (i > j) break
      const moved = numbers[i]!
      numbers[i++] = numbers[j]!
      numbers[j--] = moved
    }
    if (k <= j) high = j
    else if (k >= i) low = i
    else break
  }
  return numbers[k]
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

/** The least number that at least this share of the numbers does not exceed; undefined where there are none. */
export function quantileOf(numbers: Float64Array, share: number): number | undefined {
  return kthSmallest(numbers, Math.ceil(share * numbers.length) - 1)
}
