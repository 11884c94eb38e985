/** The group to which position `at` belongs, in `count` groups of which each ends where `ends` says. */
export function groupOf(ends: Uint32Array, count: number, at: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ends[middle]! > at) high = middle
    else low = middle + 1
  }
  return low
}
