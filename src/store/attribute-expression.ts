import type { AttributeType } from '../otlp/attribute-type.ts'
import { initialPromotions } from './tables/attribute-columns.ts'
import type { TableLayout } from './tables/table-layout.ts'

/** Attributes that every table keeps as columns of their own, where '' means absent. */
const originColumns: ReadonlyMap<string, string> = new Map([
  ['service.name', 'service'],
  ['service.version', 'service_version'],
  ['service.instance.id', 'service_instance'],
  ['deployment.environment.name', 'environment'],
  ['deployment.environment', 'environment'],
])

/** They have had their columns since the table was made: no row keeps them in a map. */
const always: ReadonlySet<string> = new Set(
  initialPromotions.map(([type, key]) => `${type}:${key}`),
)

/** SQL expression of the value of an attribute, `Nullable(type)`: null where a row does not carry it. */
export function attributeExpression(layout: TableLayout, key: string, type: AttributeType): string {
  const origin = type === 'string' ? originColumns.get(key) : undefined
  if (origin !== undefined) return `nullIf(${origin}, '')`
  const map = `attributes_${type}`
  const name = quoted(key)
  const inMap = `if(mapContains(${map}, ${name}), ${map}[${name}], NULL)`
  const id = `${type}:${key}`
  const column = layout.promoted.get(id)
  if (column === undefined) return inMap
  const promoted = `\`${column.replace(/[`\\]/g, '\\$&')}\``
  // rows that are older than the promotion of the key have it in the map
  return always.has(id) ? promoted : `coalesce(${promoted}, ${inMap})`
}

/** A string literal of the engine's SQL. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
