import type { AttributeKey, AttributeType } from '../attribute-keys.ts'
import type { Store } from '../store.ts'
import { initialPromotions } from '../tables/attribute-columns.ts'
import { isBoolean, isInteger, isJson, isNumber } from './otel-attribute.ts'
import { originColumns } from '../attribute-expression.ts'
import { quotedText } from '../sql-text.ts'

/** Types that the semantic conventions give to the usual keys. */
const conventions: ReadonlyMap<string, AttributeType> = new Map(
  initialPromotions.map(([type, key]) => [key, type]),
)

const withColumn = [...originColumns.keys()].filter((key) => key !== 'deployment.environment')

const pairs = (map: string): string => `CAST(${map}, 'Array(Tuple(String, String))')`

/** Attributes of a level that the inner levels do not have with the same value; with another one, under a prefixed key. */
const outer = (level: 'scope' | 'resource', inner: readonly string[]): string => {
  const same = inner.map((map) => `(mapContains(${map}, kv.1) AND ${map}[kv.1] = kv.2)`)
  const taken = inner.map((map) => `mapContains(${map}, kv.1)`).join(' OR ')
  const columns =
    level === 'scope'
      ? []
      : [
          `kv.1 IN (${withColumn.map(quotedText).join(', ')})`,
          `(kv.1 = 'deployment.environment' AND NOT mapContains(attributes_resource, 'deployment.environment.name'))`,
        ]
  const kept = `arrayFilter(kv -> NOT (${[...same, ...columns].join(' OR ')}), ${pairs(`attributes_${level}`)})`
  return `arrayMap(kv -> if(${taken}, (concat('${level}.', kv.1), kv.2), kv), ${kept})`
}

const merged = `arrayConcat(${pairs('attributes_own')}, ${outer('scope', ['attributes_own'])},
  ${outer('resource', ['attributes_own', 'attributes_scope'])})`

/**
 * `attributeKeys` over the exporter's tables, whose values are all texts: a key of the semantic conventions has the type
 * that these give it; any other one the type that all its values are written as.
 */
export async function otelAttributeKeys(
  store: Pick<Store, 'query' | 'relation'>,
  condition: string,
  parameters: Record<string, unknown>,
  limit: number,
): Promise<AttributeKey[]> {
  const groups = await otelAttributeKeysByGroup(store, '0', condition, parameters, limit)
  return groups.get('0') ?? []
}

/** `attributeKeysByGroup` over the same. */
export async function otelAttributeKeysByGroup(
  store: Pick<Store, 'query' | 'relation'>,
  group: string,
  condition: string,
  parameters: Record<string, unknown>,
  limit: number,
): Promise<Map<string, AttributeKey[]>> {
  const rows = await store.query<KeyCounts & { part: string }>(
    `SELECT toString(part) AS part, kv.1 AS key, count() AS rows, countIf(${isInteger('kv.2')}) AS integers, countIf(${isNumber('kv.2')}) AS numbers,
       countIf(${isBoolean('kv.2')}) AS booleans, countIf(${isJson('kv.2')}) AS json
     FROM (SELECT ${group} AS part, arrayJoin(${merged}) AS kv FROM ${store.relation('traces')} WHERE ${condition})
     GROUP BY part, key HAVING json < rows ORDER BY part, rows DESC, key LIMIT ${limit} BY part`,
    parameters,
  )
  const found = new Map<string, AttributeKey[]>()
  for (const { part, ...counts } of rows)
    found.set(part, [...(found.get(part) ?? []), keyOf(counts)])
  return found
}

interface KeyCounts {
  key: string
  rows: number
  integers: number
  numbers: number
  booleans: number
}

function keyOf({ key, rows, integers, numbers, booleans }: KeyCounts): AttributeKey {
  const known = conventions.get(key)
  const written =
    integers === rows ? 'int' : numbers === rows ? 'double' : booleans === rows ? 'bool' : 'string'
  // what is known of a key holds only where its values can be read so
  const fits = known === 'string' || known === written || (known === 'double' && numbers === rows)
  return { key, type: known !== undefined && fits ? known : written, rows }
}
