import type { Store } from './store.ts'

export type AttributeType = 'string' | 'int' | 'double' | 'bool'

/** An attribute that rows carry, with the type of its values; a key with values of two types appears twice. */
export interface AttributeKey {
  key: string
  type: AttributeType
  /** Rows that carry it. */
  rows: number
}

const mapColumns: readonly (readonly [AttributeType, string])[] = [
  ['string', 'attributes_string'],
  ['int', 'attributes_int'],
  ['double', 'attributes_double'],
  ['bool', 'attributes_bool'],
]

/**
 * The attributes of the spans that satisfy a condition, most frequent first, whichever column holds them.
 * @param condition SQL with bound parameters, as in a WHERE clause
 * @param limit at most so many keys
 */
export async function attributeKeys(
  store: Pick<Store, 'query' | 'database'>,
  condition: string,
  parameters: Record<string, unknown>,
  limit = 200,
): Promise<AttributeKey[]> {
  const columns = await store.query<{ name: string; comment: string }>(
    `SELECT name, comment FROM system.columns
     WHERE database = {database: String} AND table = 'spans' AND startsWith(comment, 'attribute:')`,
    { database: store.database },
  )
  const promoted = columns.map(({ name, comment }) => {
    const [, type = '', ...key] = comment.split(':')
    return { name, type: type as AttributeType, key: key.join(':') }
  })
  const counts =
    promoted.length === 0
      ? []
      : await store.query<Record<string, number>>(
          `SELECT ${promoted.map(({ name }, i) => `count(\`${name}\`) AS c${i}`).join(', ')}
           FROM ${store.database}.spans WHERE ${condition}`,
          parameters,
        )
  const maps = mapColumns.map(
    ([type, column]) =>
      `SELECT '${type}' AS type, arrayJoin(mapKeys(${column})) AS key, count() AS rows
       FROM ${store.database}.spans WHERE ${condition} GROUP BY key`,
  )
  const overflow = await store.query<AttributeKey>(
    `SELECT * FROM (${maps.join(' UNION ALL ')}) ORDER BY rows DESC, key LIMIT ${limit}`,
    parameters,
  )
  const found = new Map<string, AttributeKey>()
  const add = (key: AttributeKey): void => {
    const name = `${key.type}:${key.key}`
    found.set(name, { ...key, rows: key.rows + (found.get(name)?.rows ?? 0) })
  }
  promoted.forEach(({ key, type }, i) => add({ key, type, rows: counts[0]?.[`c${i}`] ?? 0 }))
  for (const { key, type, rows } of overflow) add({ key, type, rows })
  return [...found.values()]
    .filter(({ rows }) => rows > 0)
    .toSorted((a, b) => b.rows - a.rows || a.key.localeCompare(b.key))
    .slice(0, limit)
}
