/**
 * The frequent items of a stream in bounded memory: the Misra-Gries summary in its mergeable form (Agarwal et al.,
 * "Mergeable Summaries", PODS 2012, section 2). A count is at most `error` too low, never too high, and `error` is at
 * most the sum of all counts divided by `capacity + 1`: 0 while there are no more than `capacity` items.
 */
export class FrequentItems {
  readonly capacity: number
  error = 0
  readonly #counts = new Map<string, number>()

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get size(): number {
    return this.#counts.size
  }

  add(item: string, count: number): void {
    this.#counts.set(item, (this.#counts.get(item) ?? 0) + count)
    // twice the room, so that the work of shrinking is spread over as many additions
    if (this.#counts.size >= this.capacity * 2) this.#shrink()
  }

  /** At most `error` too low. */
  count(item: string): number {
    return this.#counts.get(item) ?? 0
  }

  /** Items with their counts, the most frequent first. */
  ranked(): [item: string, count: number][] {
    return [...this.#counts].toSorted(([a, i], [b, j]) => j - i || (a < b ? -1 : 1))
  }

  clear(): void {
    this.#counts.clear()
    this.error = 0
  }

  /** Takes the largest count that does not fit from every item. */
  #shrink(): void {
    const counts = Float64Array.from(this.#counts.values()).toSorted()
    const taken = counts[counts.length - 1 - this.capacity] ?? 0
    this.error += taken
    for (const [item, count] of this.#counts) {
      if (count > taken) this.#counts.set(item, count - taken)
      else this.#counts.delete(item)
    }
  }
}
