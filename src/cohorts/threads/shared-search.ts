import type { AttributeColumn } from '../cohort-table.ts'
import type { CohortSearch } from '../search-cohorts.ts'

/** The same search, with columns that threads share instead of copying them. */
export function sharedSearch(search: CohortSearch): CohortSearch {
  const { table, measures } = search
  return {
    ...search,
    table: {
      ...table,
      candidate: bytes(table.candidate),
      ...(table.weights !== undefined && { weights: numbers(table.weights) }),
      attributes: table.attributes.map((column): AttributeColumn => {
        if (column.kind === 'number') return { ...column, values: numbers(column.values) }
        const { codes } = column
        const shared =
          codes instanceof Uint16Array
            ? new Uint16Array(new SharedArrayBuffer(codes.byteLength))
            : new Uint32Array(new SharedArrayBuffer(codes.byteLength))
        shared.set(codes)
        return { ...column, codes: shared }
      }),
    },
    measures: measures.map(({ weights, ...measure }) => ({
      ...measure,
      bad: bytes(measure.bad),
      ...(weights !== undefined && { weights: numbers(weights) }),
    })),
  }
}

function bytes(from: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(from.byteLength))
  shared.set(from)
  return shared
}

function numbers(from: Float64Array): Float64Array {
  const shared = new Float64Array(new SharedArrayBuffer(from.byteLength))
  shared.set(from)
  return shared
}
