/** How much of what is stored takes part in answers. */
export interface Coverage {
  /** One where there is no cluster. */
  shards: number
  answering: number
  /** Where the other shards lie. */
  missing: readonly string[]
  /** Share of the rows on the shards that answer, 0 to 1; by the number of shards where their rows are not known. */
  share: number
  /** Answers since the start that were given without some shard. */
  partialAnswers: number
}

export interface Shard {
  /** `shard_num` in `system.clusters`, from 1. */
  number: number
  /** Its servers. */
  name: string
}

export const wholeCoverage: Coverage = {
  shards: 1,
  answering: 1,
  missing: [],
  share: 1,
  partialAnswers: 0,
}

/**
 * @param answering numbers of the shards that answered
 * @param rows of each shard when all of them last answered
 */
export function coverageOf(
  shards: readonly Shard[],
  answering: ReadonlySet<number>,
  rows: ReadonlyMap<number, number>,
  partialAnswers: number,
): Coverage {
  const there = shards.filter(({ number }) => answering.has(number))
  const missing = shards.filter(({ number }) => !answering.has(number))
  const known = shards.every(({ number }) => rows.has(number))
  const weight = (of: readonly Shard[]): number =>
    of.reduce((sum, { number }) => sum + (known ? (rows.get(number) ?? 0) : 1), 0)
  const total = weight(shards)
  return {
    shards: shards.length,
    answering: there.length,
    missing: missing.map(({ name }) => name),
    share: total > 0 ? weight(there) / total : there.length / Math.max(shards.length, 1),
    partialAnswers,
  }
}

/** What was missing at some time between two looks at the coverage; null where every answer was whole. */
export function coverageGap(before: Coverage, after: Coverage): Coverage | null {
  if (before.answering < before.shards) return before
  if (after.answering < after.shards) return after
  return after.partialAnswers > before.partialAnswers ? after : null
}
