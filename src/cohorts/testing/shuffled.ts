import { createRandom } from '../../stats/random.ts'
import type { AttributeColumn } from '../cohort-table.ts'
import type { PlantedTable } from './planted-table.ts'

/** The same rows in another order, with the values of every dictionary in another order. */
export function shuffled(
  { table, measures }: PlantedTable,
  seed: number,
): Pick<PlantedTable, 'table' | 'measures'> {
  const random = createRandom(seed)
  const order = permutation(table.rows)
  const column = (attribute: AttributeColumn): AttributeColumn => {
    if (attribute.kind === 'number') {
      return { ...attribute, values: Float64Array.from(order, (row) => attribute.values[row]!) }
    }
    // 0 stays 0: absent
    const places = permutation(attribute.values.length - 1)
    const values = [...attribute.values]
    for (const [from, to] of places.entries()) values[to + 1] = attribute.values[from + 1]!
    const codeOf = (code: number): number => (code === 0 ? 0 : places[code - 1]! + 1)
    const codes = Uint32Array.from(order, (row) => codeOf(attribute.codes[row]!))
    return { ...attribute, codes, values }
  }
  return {
    table: {
      rows: table.rows,
      candidate: Uint8Array.from(order, (row) => table.candidate[row]!),
      attributes: table.attributes.map(column),
    },
    measures: measures.map((measure) => ({
      ...measure,
      bad: Uint8Array.from(order, (row) => measure.bad[row]!),
    })),
  }

  function permutation(length: number): number[] {
    const places = Array.from({ length }, (_, i) => i)
    for (let i = length - 1; i > 0; i--) {
      const j = random.integer(i + 1)
      ;[places[i], places[j]] = [places[j]!, places[i]!]
    }
    return places
  }
}
