/** What was counted of one key over one round. */
export interface KeyCount {
  /** `<type>:<key>` */
  readonly id: string
  /** Rows that carry it; never too high. */
  readonly rows: number
  /** Of string keys: how many values were looked at, and about how many distinct ones they are. */
  readonly values: number
  readonly distinct: number
}

export interface PromotionPolicy {
  /** Most promoted columns of a table, the initial ones included. */
  budget: number
  /** Least share of rows that must carry a key while the budget is unused; it grows as the budget is used up. */
  share: number
  /** Rounds in a row in which it must. */
  rounds: number
  /** A round ends with at least so many rows. */
  minRows: number
  /** Most promotions of a table in a round. */
  perRound: number
}

/** See `docs/decisions/0008-column-budget.md` for the figures behind these. */
export const defaultPolicy: PromotionPolicy = {
  budget: 128,
  share: 0.01,
  rounds: 3,
  minRows: 1000,
  perRound: 16,
}

/** Rounds in a row in which a key had its share, by `<type>:<key>`. */
export type Streaks = ReadonlyMap<string, number>

export interface PromotionChoice {
  /** The keys that get a column now, the most frequent first. */
  readonly promote: readonly (KeyCount & { readonly plain: boolean })[]
  readonly streaks: Streaks
}

/**
 * Decides after a round which keys get a column.
 * @param keys without those that have one, the most frequent first
 * @param used columns that are promoted already
 */
export function choosePromotions(
  keys: readonly KeyCount[],
  rows: number,
  used: number,
  before: Streaks,
  policy: PromotionPolicy,
): PromotionChoice {
  const free = Math.max(policy.budget - used, 0)
  // columns never go away, so the last ones are kept for keys that nearly every row has
  const least = free === 0 ? Infinity : (policy.share * policy.budget) / free
  const frequent = keys.filter((key) => key.rows >= least * rows)
  const streaks = new Map(frequent.map(({ id }) => [id, (before.get(id) ?? 0) + 1]))
  const promote = frequent
    .filter(({ id }) => (streaks.get(id) ?? 0) >= policy.rounds)
    .slice(0, Math.min(policy.perRound, free))
    .map((key) => ({ ...key, plain: valuesExplode(key) }))
  return { promote, streaks }
}

/** Whether a dictionary would not pay: thousands of values, or most of them seen once. */
export function valuesExplode({ id, values, distinct }: KeyCount): boolean {
  if (!id.startsWith('string:')) return false
  return distinct > 5000 || (values >= 500 && distinct > values / 2)
}
