/** The least value of a function with one minimum between two ends, by golden sections (Kiefer 1953). */
export function leastBetween(f: (x: number) => number, low: number, high: number): number {
  const golden = 0.6180339887498949
  let [from, to] = [low, high]
  let left = to - golden * (to - from)
  let right = from + golden * (to - from)
  let [atLeft, atRight] = [f(left), f(right)]
  let least = Math.min(f(low), f(high), atLeft, atRight)
  for (let i = 0; i < 60 && to - from > 1e-5; i++) {
    if (atLeft <= atRight) {
      to = right
      right = left
      atRight = atLeft
      left = to - golden * (to - from)
      atLeft = f(left)
      least = Math.min(least, atLeft)
    } else {
      from = left
      left = right
      atLeft = atRight
      right = from + golden * (to - from)
      atRight = f(right)
      least = Math.min(least, atRight)
    }
  }
  return least
}
