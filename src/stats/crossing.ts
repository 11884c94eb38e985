/** Where a decreasing function crosses `level` between two ends, by bisection; the end itself where it does not. */
export function crossing(
  decreasing: (x: number) => number,
  level: number,
  low: number,
  high: number,
): number {
  if (decreasing(low) <= level) return low
  if (decreasing(high) > level) return high
  let from = low
  let to = high
  for (let i = 0; i < 60 && to - from > 1e-7; i++) {
    const middle = (from + to) / 2
    if (decreasing(middle) > level) from = middle
    else to = middle
  }
  return (from + to) / 2
}
