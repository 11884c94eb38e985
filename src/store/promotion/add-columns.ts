import { quotedTable } from '../sql-text.ts'
import { promotedColumn, valueInMap } from '../tables/attribute-columns.ts'
import type { PromotedType } from '../tables/attribute-columns.ts'
import { type Placement, rowsTable } from '../tables/placement.ts'
import { columnDefinition } from '../tables/table-column.ts'
import { promotedName } from './promotable-key.ts'

export interface NewColumn {
  readonly type: PromotedType
  readonly key: string
  readonly plain: boolean
}

/**
 * The statements that give keys columns of their own. No row is rewritten: the default of a column is what the map of the
 * row holds, so parts without the column answer from their maps, and rows that come from a writer that does not know the
 * column get its value from the engine. Running them again changes nothing.
 * @param table name without the database
 * @param activeFrom ms since 1970 by the engine's clock
 */
export function addColumnsStatements(
  database: string,
  table: string,
  columns: readonly NewColumn[],
  activeFrom: number,
  placement: Placement,
): string[] {
  const additions = columns.map(({ type, key, plain }) => {
    const name = promotedName(type, key)
    const column = promotedColumn(type, key, { name, plain, activeFrom })
    return `ADD COLUMN IF NOT EXISTS ${columnDefinition({ ...column, default: valueInMap(type, key) })}`
  })
  // first where the rows are: a table that spreads them must not name a column that they do not have
  const tables = new Set([rowsTable(table, placement), table])
  return [...tables].map(
    (name) => `ALTER TABLE ${quotedTable(database, name)} ${additions.join(', ')}`,
  )
}
