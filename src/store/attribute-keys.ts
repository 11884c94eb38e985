import { otelAttributeKeys, otelAttributeKeysByGroup } from './relations/otel-attribute-keys.ts'
import type { Store } from './store.ts'
import { parseAttributeComment } from './tables/attribute-columns.ts'

export type AttributeType = 'string' | 'int' | 'double' | 'bool'

/** An attribute that rows carry, with the type of its values; a key with values of two types appears twice. */
export interface AttributeKey {
  key: string
  type: AttributeType
  /** Rows that carry it; an estimate where the condition holds for more than 100,000 rows. */
  rows: number
}

const types: readonly AttributeType[] = ['string', 'int', 'double', 'bool']

/** More rows than this are not looked at: slices of time are taken instead, evenly spaced over all rows. */
const maxRows = 100_000
const slices = 64
/** Keys of one type that are counted exactly; of more, the frequent ones are found still (Space-Saving). */
const maxKeys = 10_000

/**
 * The attributes of the spans that satisfy a condition, most frequent first, whichever column holds them. Time and memory
 * are bounded however many rows and keys there are.
 * @param condition SQL with bound parameters, as in a WHERE clause
 * @param limit at most so many keys
 * @param options.isOnlyMaps those without a column of their own, see `promotedKeys`
 */
export async function attributeKeys(
  store: Pick<Store, 'query' | 'database' | 'relation' | 'relations'>,
  condition: string,
  parameters: Record<string, unknown>,
  limit = 200,
  { isOnlyMaps = false }: { isOnlyMaps?: boolean } = {},
): Promise<AttributeKey[]> {
  if (store.relations.schema === 'otel') {
    return await otelAttributeKeys(store, condition, parameters, limit)
  }
  const spans = store.relation('traces')
  const allPromoted = await promotedKeys(store)
  const promoted = isOnlyMaps ? [] : allPromoted
  const [all] = await store.query<{ rows: number; from: number; to: number }>(
    `SELECT count() AS rows, toUnixTimestamp64Milli(min(time)) AS from, toUnixTimestamp64Milli(max(time)) AS to
     FROM ${spans} WHERE ${condition}`,
    parameters,
  )
  if (all === undefined || all.rows === 0) return []
  const [found] = await store.query<Counts>(
    `SELECT ${countsSql(promoted, limit)} FROM ${spans} WHERE (${condition}) AND ${sample(all)}`,
    parameters,
    { isScan: true },
  )
  if (found === undefined || found.rows === 0) return []
  return keysOf(found, promoted, allPromoted, limit, all.rows / found.rows)
}

/**
 * The same counted exactly, for each of the groups that an expression puts the spans into. The cost grows with the rows.
 * @param group SQL expression
 * @returns by the group's value as text
 */
export async function attributeKeysByGroup(
  store: Pick<Store, 'query' | 'database' | 'relation' | 'relations'>,
  group: string,
  condition: string,
  parameters: Record<string, unknown>,
  limit = 200,
): Promise<Map<string, AttributeKey[]>> {
  if (store.relations.schema === 'otel') {
    return await otelAttributeKeysByGroup(store, group, condition, parameters, limit)
  }
  const promoted = await promotedKeys(store)
  const rows = await store.query<Counts & { part: string }>(
    `SELECT toString(${group}) AS part, ${countsSql(promoted, limit)}
     FROM ${store.relation('traces')} WHERE ${condition} GROUP BY part`,
    parameters,
    { isScan: true },
  )
  return new Map(rows.map((found) => [found.part, keysOf(found, promoted, promoted, limit)]))
}

type PromotedKey = Awaited<ReturnType<typeof promotedKeys>>[number]

function countsSql(promoted: readonly PromotedKey[], limit: number): string {
  const counts = promoted.map(({ name }, i) => `count(\`${name}\`) AS c${i}`)
  const maps = types.map(
    (type) =>
      `approx_top_countArray(${limit}, ${Math.max(maxKeys, limit)})(mapKeys(attributes_${type})) AS ${type}_keys`,
  )
  return `count() AS rows, ${[...counts, ...maps].join(', ')}`
}

/** @param factor rows for which one that was counted stands */
function keysOf(
  found: Counts,
  promoted: readonly PromotedKey[],
  allPromoted: readonly PromotedKey[],
  limit: number,
  factor = 1,
): AttributeKey[] {
  // the column of a promoted key answers for rows that have it in their map
  const known = new Set(allPromoted.map(({ type, key }) => `${type}:${key}`))
  const inMaps = types
    .flatMap((type) =>
      found[`${type}_keys`].map(({ item, count }) => ({ type, key: item, rows: count })),
    )
    .filter(({ type, key }) => !known.has(`${type}:${key}`))
  return [
    ...promoted.map(({ type, key }, i) => ({ type, key, rows: found[`c${i}`] ?? 0 })),
    ...inMaps,
  ]
    .map((key) => ({ ...key, rows: Math.round(key.rows * factor) }))
    .filter(({ rows }) => rows > 0)
    .toSorted((a, b) => b.rows - a.rows || a.key.localeCompare(b.key))
    .slice(0, limit)
}

type Counts = { rows: number } & Record<`c${number}`, number> &
  Record<`${AttributeType}_keys`, readonly { item: string; count: number }[]>

/** A condition that holds for about `maxRows` of these rows. In a slice those of one operation lie together: most others are not read. */
function sample({ rows, from, to }: { rows: number; from: number; to: number }): string {
  const every = Math.ceil(rows / maxRows)
  if (every === 1) return '1'
  const width = Math.max(Math.floor((to - from) / (slices * every)), 1)
  return `intDiv(toUnixTimestamp64Milli(time) - ${from}, ${width}) % ${every} = 0`
}

/** The attributes of spans that have a column of their own in the product's tables, whether any row carries them or not. */
export async function promotedKeys(
  store: Pick<Store, 'query' | 'database'>,
): Promise<{ name: string; type: AttributeType; key: string }[]> {
  const columns = await store.query<{ name: string; comment: string }>(
    `SELECT name, comment FROM system.columns
     WHERE database = {database: String} AND table = 'spans' AND startsWith(comment, 'attribute:')`,
    { database: store.database },
  )
  return columns.flatMap(({ name, comment }) => {
    const attribute = parseAttributeComment(comment)
    return attribute === undefined ? [] : [{ name, type: attribute.type, key: attribute.key }]
  })
}
