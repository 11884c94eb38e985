import { quotedIdentifier } from '../sql-text.ts'
import { eventTables } from './event-tables.ts'
import { oneServer, type Placement, rowsTable } from './placement.ts'
import { tableSettings } from './table-settings.ts'

const ofParts = ['min_bytes_for_wide_part', 'merge_selector_base'] as const

/**
 * The statements that give event tables of an earlier version today's settings of parts and merges; running them again
 * changes nothing. No part is rewritten: those that come are made so.
 */
export function partSettingStatements(
  database: string,
  placement: Placement = oneServer,
): string[] {
  const name = quotedIdentifier(database)
  const settings = ofParts.map((setting) => `${setting} = ${tableSettings[setting]}`).join(', ')
  return Object.values(eventTables).map(
    (table) => `ALTER TABLE ${name}.${rowsTable(table.name, placement)} MODIFY SETTING ${settings}`,
  )
}
