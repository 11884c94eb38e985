import type { AttributeColumn, CohortTable } from './cohort-table.ts'

/**
 * The same table with dictionaries of the values that occur, in their order: what a search takes grows with the rows of a
 * part of a table, not with all that the whole ever held. What is found does not depend on it.
 */
export function dropUnusedValues(table: CohortTable): CohortTable {
  return { ...table, attributes: table.attributes.map(withUsedValues) }
}

function withUsedValues(column: AttributeColumn): AttributeColumn {
  if (column.kind === 'number') return column
  const { codes, values } = column
  const codeOf = new Uint32Array(values.length)
  for (let row = 0; row < codes.length; row++) codeOf[codes[row]!] = 1
  // absent stays 0
  codeOf[0] = 0
  const used = [values[0]!]
  for (let code = 1; code < values.length; code++) {
    if (codeOf[code] === 0) continue
    codeOf[code] = used.length
    used.push(values[code]!)
  }
  if (used.length === values.length) return column
  const renumbered = codes instanceof Uint16Array ? codes.slice() : new Uint32Array(codes.length)
  for (let row = 0; row < codes.length; row++) renumbered[row] = codeOf[codes[row]!]!
  return { ...column, codes: renumbered, values: used }
}
