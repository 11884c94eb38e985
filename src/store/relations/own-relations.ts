import type { AttributeType } from '../../otlp/attribute-type.ts'
import { attributeTypes } from '../../otlp/attribute-type.ts'
import type { Signal } from '../../signal.ts'
import { attributeExpression } from '../attribute-expression.ts'
import { quotedIdentifier, quotedTable } from '../sql-text.ts'
import { parseJson } from './parse-json.ts'
import type { TableLayout } from '../tables/table-layout.ts'
import type { AttributeReader, AttributeValue, Relations } from './relations.ts'

/** The product's own tables. @param layout as it is now: keys get columns of their own while the server runs */
export function ownRelations(
  database: string,
  layout: (signal: Signal) => TableLayout,
  traceWindow: string | null,
): Relations {
  return {
    schema: 'own',
    from: (signal) => quotedTable(database, layout(signal).table),
    attribute: (signal, key, type) => attributeExpression(layout(signal), key, type),
    allAttributes: (signal) => ownAttributes(layout(signal)),
    traceWindow,
    notes: [],
  }
}

function ownAttributes(layout: TableLayout): AttributeReader {
  const promoted = [...layout.promoted].map(([id, column]) => {
    const colon = id.indexOf(':')
    return { column, key: id.slice(colon + 1) }
  })
  const maps = attributeTypes.map((type) => ({ type, column: `attributes_${type}` }))
  return {
    select: [
      ...maps.map(({ column }) => column),
      ...promoted.map(({ column }) => quotedIdentifier(column)),
    ],
    read(columns, row) {
      const found: [string, AttributeValue][] = []
      for (const { type, column } of maps) found.push(...entriesOf(columns[column]?.[row], type))
      for (const { key, column } of promoted) {
        const value = columns[column]?.[row]
        if (value !== null && value !== undefined) found.push([key, value as AttributeValue])
      }
      found.sort(([a], [b]) => (a < b ? -1 : 1))
      return Object.fromEntries(found)
    },
  }
}

function entriesOf(map: unknown, type: AttributeType): [string, AttributeValue][] {
  const entries = Object.entries((map ?? {}) as Record<string, AttributeValue>)
  if (type !== 'json') return entries
  return entries.map(([key, value]) => [key, typeof value === 'string' ? parseJson(value) : value])
}
