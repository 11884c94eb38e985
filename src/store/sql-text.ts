/** A name as the engine's SQL writes it. */
export function quotedIdentifier(name: string): string {
  return `\`${name.replace(/[`\\]/g, '\\$&')}\``
}

/** A table with its database. */
export function quotedTable(database: string, table: string): string {
  return `${quotedIdentifier(database)}.${quotedIdentifier(table)}`
}

/** A string literal of the engine's SQL. */
export function quotedText(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
