import { editDistance } from '../edit-distance.ts'

/** The candidate that looks most like `name`, at most a third of it changed; undefined where none does. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(Math.min(name.length, 64) / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(
      name.toLowerCase(),
      candidate.slice(0, 256).toLowerCase(),
      least - 1,
    )
    if (distance < least) {
      best = candidate
      least = distance
    }
  }
  return best
}
