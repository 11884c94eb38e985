import { quotedIdentifier } from './sql-text.ts'
import type { AttributeType } from '../otlp/attribute-type.ts'
import { valueInMap } from './tables/attribute-columns.ts'
import type { TableLayout } from './tables/table-layout.ts'

/** Attributes that every table keeps as columns of their own, where '' means absent. */
export const originColumns: ReadonlyMap<string, string> = new Map([
  ['service.name', 'service'],
  ['service.version', 'service_version'],
  ['service.instance.id', 'service_instance'],
  ['deployment.environment.name', 'environment'],
  ['deployment.environment', 'environment'],
])

/**
 * SQL expression of the value of an attribute, `Nullable(type)`: null where a row does not carry it. A column that a key
 * got later answers for older rows, too: its default is what their map holds.
 */
export function attributeExpression(layout: TableLayout, key: string, type: AttributeType): string {
  const origin = type === 'string' ? originColumns.get(key) : undefined
  if (origin !== undefined) return `nullIf(${origin}, '')`
  const column = layout.promoted.get(`${type}:${key}`)
  return column === undefined ? valueInMap(type, key) : quotedIdentifier(column)
}
