/**
 * Upper bounds in ms of the histograms that are compared: four a decade from 1 ms to 100 s, the last bucket open. Finer
 * than the OpenTelemetry default of 14 bounds, because a fast operation lies within two of those.
 */
export const durationBounds: readonly number[] = Array.from({ length: 21 }, (_, i) => 10 ** (i / 4))

/** The bucket of a duration: the first whose bound is not exceeded. */
export function durationBucket(millis: number): number {
  let low = 0
  let high = durationBounds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (millis <= durationBounds[middle]!) high = middle
    else low = middle + 1
  }
  return low
}

/** Counts of the durations in each bucket; one more than there are bounds. */
export function durationHistogram(durations: Iterable<number>): number[] {
  const counts = Array.from({ length: durationBounds.length + 1 }, () => 0)
  for (const millis of durations) counts[durationBucket(millis)]! += 1
  return counts
}
