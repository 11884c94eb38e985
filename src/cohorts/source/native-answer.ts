import type { NativeColumns } from '../../store/native/decode-native.ts'

/** Numbers of a column without nulls that is not of 64-bit integers. */
export function numbersIn({ rows, columns }: NativeColumns, name: string): ArrayLike<number> {
  const column = columns[name]
  if (rows === 0) return []
  if (column?.kind !== 'number' || typeof column.values[0] === 'bigint')
    throw new TypeError(`The engine answered with ${name} as a column of another type.`)
  return column.values as Float64Array
}

/** Texts of a column; null is ''. */
export function textsIn({ rows, columns }: NativeColumns, name: string): string[] {
  const column = columns[name]
  if (rows === 0) return []
  if (column?.kind !== 'string')
    throw new TypeError(`The engine answered with ${name} as a column of another type.`)
  return Array.from(column.codes, (code) => column.values[code] ?? '')
}
