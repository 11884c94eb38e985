import type { AttributeColumn } from '../../cohorts/cohort-table.ts'
import type { UnitTable } from './unit-table.ts'

/**
 * What may name an instance, the surest first (semantic conventions of resources). Several processes share a host, and
 * numbers of processes are unique on a host alone.
 */
const instanceNames: readonly (readonly string[])[] = [
  ['service.instance.id'],
  ['k8s.pod.uid'],
  ['k8s.pod.name'],
  ['container.id'],
  ['faas.instance'],
  ['host.id', 'process.pid'],
  ['host.name', 'process.pid'],
  ['process.creation.time'],
  ['host.id'],
  ['host.name'],
]
/** Attributes name instances where at least this share of the units carries them. */
const mostUnits = 0.9

const nameOf = (attributes: readonly string[]): string => attributes.join(' + ')

/** Instance of each unit, numbered apart for both sides, and the attributes that told it. */
export interface InstanceCodes {
  by: string
  codes: Uint32Array
}

/**
 * By what the instances of the units can be told apart, the surest first; nothing where too few units say.
 * @param settled what tells instances apart in this release, as it was once found
 */
export function* instanceCodes(
  table: UnitTable,
  settled: string | undefined,
): Generator<InstanceCodes> {
  for (const attributes of instanceNames) {
    const by = nameOf(attributes)
    if (settled !== undefined && settled !== by) continue
    const columns = attributes.map((name) => table.attributes.find((one) => one.name === name))
    if (!columns.every((column) => column !== undefined)) continue
    const { codes, named } = codesOf(columns, table)
    if (settled === undefined && named < mostUnits * table.rows) continue
    yield { by, codes }
  }
}

/** Units that a column does not name are of one instance together. */
function codesOf(
  columns: readonly AttributeColumn[],
  { rows, candidate }: UnitTable,
): { codes: Uint32Array; named: number } {
  const codes = Uint32Array.from(candidate)
  const isNamed = new Uint8Array(rows).fill(1)
  let count = 2
  for (const column of columns) {
    const valueOf = numbersOf(column)
    const known = new Map<number, number>()
    for (let row = 0; row < rows; row++) {
      const value = valueOf(row)
      if (value === 0) isNamed[row] = 0
      const both = value * count + codes[row]!
      const code = known.get(both) ?? known.size
      if (code === known.size) known.set(both, code)
      codes[row] = code
    }
    count = Math.max(1, known.size)
  }
  return { codes, named: isNamed.reduce((sum, each) => sum + each, 0) }
}

/** A whole number for each value; 0 where there is none. */
function numbersOf(column: AttributeColumn): (row: number) => number {
  if (column.kind === 'category') {
    const { codes, values } = column
    const isName = values.map((value) => value !== null && value !== '')
    return (row) => (isName[codes[row]!] ? codes[row]! : 0)
  }
  const known = new Map<number, number>()
  return (row) => {
    const value = column.values[row]!
    if (Number.isNaN(value)) return 0
    const number = known.get(value) ?? known.size + 1
    known.set(value, number)
    return number
  }
}
