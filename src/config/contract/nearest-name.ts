/** The candidate that looks most like `name`, at most a third of it changed; undefined where none does. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(Math.min(name.length, 64) / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least)
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}

/**
 * Optimal string alignment distance (insertions, deletions, changes, neighbours swapped); at `atMost` and above it
 * stops and answers `atMost`.
 */
export function editDistance(one: string, other: string, atMost: number): number {
  if (one === other) return 0
  if (Math.abs(one.length - other.length) >= atMost || one.length > 256) return atMost
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i]
    let least = i
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1]
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1)
      }
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least >= atMost) return atMost
    before = last
    last = row
  }
  return Math.min(last[other.length]!, atMost)
}
