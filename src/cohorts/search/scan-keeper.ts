import type { Contender } from './scan-contender.ts'

/** Contenders kept of one set of attributes. */
export const keptPerSet = 8

/**
 * The best contenders of each order: at most `keptPerSet` of a set of attributes, at most `keep` of an order. The answer
 * does not depend on the order in which they come, nor on how they were divided among several keepers before.
 */
export class ContenderKeeper {
  readonly #keep: number
  readonly #orders: { sets: Map<string, Contender[]>; kept: number; least: number }[] = []

  constructor(keep: number) {
    this.#keep = keep
  }

  /** Fit below which a contender of the order is not kept. */
  least(order: number): number {
    return this.#orders[order]?.least ?? -Infinity
  }

  add(contender: Contender): void {
    const order = contender.conditions.length
    const kept = (this.#orders[order] ??= { sets: new Map(), kept: 0, least: -Infinity })
    if (contender.fit < kept.least) return
    const key = contender.conditions.map(({ attribute }) => attribute).join()
    const set = kept.sets.get(key) ?? []
    kept.sets.set(key, set)
    set.push(contender)
    kept.kept += 1
    if (set.length > keptPerSet) {
      set.sort(compareContenders)
      set.pop()
      kept.kept -= 1
    }
    if (kept.kept > 4 * this.#keep + 100) this.#shrink(order)
  }

  /** Best first. */
  list(): Contender[] {
    for (const order of this.#orders.keys()) this.#shrink(order)
    return this.#orders
      .flatMap((kept) => [...(kept?.sets.values() ?? [])].flat())
      .toSorted(compareContenders)
  }

  #shrink(order: number): void {
    const kept = this.#orders[order]
    if (kept === undefined) return
    const all = [...kept.sets.values()].flat().toSorted(compareContenders).slice(0, this.#keep)
    kept.sets.clear()
    kept.kept = 0
    for (const contender of all) {
      const key = contender.conditions.map(({ attribute }) => attribute).join()
      const set = kept.sets.get(key) ?? []
      kept.sets.set(key, set)
      set.push(contender)
      kept.kept += 1
    }
    if (all.length === this.#keep) kept.least = all.at(-1)!.fit
  }
}

/** Best fit first; then fewer conditions, then by attributes and codes. No two contenders are equal. */
export function compareContenders(a: Contender, b: Contender): number {
  const order = b.fit - a.fit || a.conditions.length - b.conditions.length
  if (order !== 0) return order
  for (const [index, one] of a.conditions.entries()) {
    const other = b.conditions[index]!
    const step = one.attribute - other.attribute || one.first - other.first || one.last - other.last
    if (step !== 0) return step
  }
  return 0
}
