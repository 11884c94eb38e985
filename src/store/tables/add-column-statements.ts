import { quotedIdentifier } from '../sql-text.ts'
import { eventTables, fixedColumns } from './event-tables.ts'
import { oneServer, type Placement, rowsTable } from './placement.ts'
import { columnDefinition } from './table-column.ts'

/**
 * The statements that give event tables of an earlier version every column that they lack today; running them again
 * changes nothing. Rows that are there already read as if they had been sent without. Promoted attributes are not among
 * them: keys that come often get their columns by themselves.
 */
export function addColumnStatements(database: string, placement: Placement = oneServer): string[] {
  const name = quotedIdentifier(database)
  return Object.values(eventTables).flatMap((table) => {
    const columns = fixedColumns(table).map(columnDefinition)
    const additions = columns.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`)
    // first where the rows are: a table that spreads them must not name a column that they do not have
    const tables = new Set([rowsTable(table.name, placement), table.name])
    return [...tables].map((table) => `ALTER TABLE ${name}.${table}\n  ${additions.join(',\n  ')}`)
  })
}
