/** Random numbers that are always the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** Standard normal. */
  normal(): number
  /** One of the values, each as likely as its weight. */
  pick<T>(weights: readonly (readonly [T, number])[]): T
}

/** mulberry32 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick(weights) {
      let left = next() * weights.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of weights) {
        left -= weight
        if (left < 0) return value
      }
      const last = weights.at(-1)
      if (last === undefined) throw new Error('nothing to pick from')
      return last[0]
    },
  }
}
