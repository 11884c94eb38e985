import type { Signal } from '../../signal.ts'
import { initialColumns, parseAttributeComment, promotedTypes } from './attribute-columns.ts'
import { eventTables } from './event-tables.ts'

/** Where the rows of one signal go, and which attribute keys have a column of their own. */
export interface TableLayout {
  readonly signal: Signal
  /** Name without the database. */
  readonly table: string
  /** Column by `<type>:<key>`. */
  readonly promoted: ReadonlyMap<string, string>
  /** Those of these columns that hold strings without a dictionary: `Nullable(String)`. */
  readonly plain: ReadonlySet<string>
  /** From when on writers fill a column, in ms since 1970 by the engine's clock; others: from the first row on. */
  readonly activeFrom: ReadonlyMap<string, number>
}

/** The layout of a table as `createTableStatements` makes it. */
export function initialLayout(signal: Signal): TableLayout {
  return readLayout(signal, initialColumns)
}

/**
 * The layout of a table as it is, read from its rows in `system.columns`
 * (`SELECT name, type, comment FROM system.columns WHERE database = … AND table = …`).
 */
export function readLayout(
  signal: Signal,
  columns: readonly { readonly name: string; readonly type?: string; readonly comment?: string }[],
): TableLayout {
  const promoted = new Map<string, string>()
  const plain = new Set<string>()
  const activeFrom = new Map<string, number>()
  for (const { name, type, comment } of columns) {
    const attribute = parseAttributeComment(comment ?? '')
    if (attribute === undefined) continue
    const id = `${attribute.type}:${attribute.key}`
    // two columns of one key would be two truths: the first one holds
    if (promoted.has(id)) continue
    promoted.set(id, name)
    if (type === promotedTypes.plain) plain.add(name)
    if (attribute.activeFrom > 0) activeFrom.set(name, attribute.activeFrom)
  }
  return { signal, table: eventTables[signal].name, promoted, plain, activeFrom }
}

/** The columns that writers fill at a moment of the engine's clock: readers know a column for some time before that. */
export function writableLayout(layout: TableLayout, engineNow: number): TableLayout {
  const waits = (column: string): boolean => (layout.activeFrom.get(column) ?? 0) > engineNow
  const promoted = [...layout.promoted].filter(([, column]) => !waits(column))
  return promoted.length === layout.promoted.size
    ? layout
    : { ...layout, promoted: new Map(promoted) }
}
