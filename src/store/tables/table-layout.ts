import type { Signal } from '../../signal.ts'
import { initialPromotions, parseAttributeComment, promotedColumn } from './attribute-columns.ts'
import { eventTables } from './event-tables.ts'

/** Where the rows of one signal go, and which attribute keys have a column of their own. */
export interface TableLayout {
  readonly signal: Signal
  /** Name without the database. */
  readonly table: string
  /** Column by `<type>:<key>`. */
  readonly promoted: ReadonlyMap<string, string>
}

/** The layout of a table as `createTableStatements` makes it. */
export function initialLayout(signal: Signal): TableLayout {
  const columns = initialPromotions.map(([type, key]) => promotedColumn(type, key))
  return readLayout(signal, columns)
}

/**
 * The layout of a table as it is, read from its rows in `system.columns`
 * (`SELECT name, comment FROM system.columns WHERE database = … AND table = …`).
 */
export function readLayout(
  signal: Signal,
  columns: readonly { readonly name: string; readonly comment?: string }[],
): TableLayout {
  const promoted = new Map<string, string>()
  for (const { name, comment } of columns) {
    const attribute = parseAttributeComment(comment ?? '')
    if (attribute) promoted.set(`${attribute.type}:${attribute.key}`, name)
  }
  return { signal, table: eventTables[signal].name, promoted }
}
