import { numbersIn } from './native-answer.ts'
import type { NativeColumn } from '../../store/native/decode-native.ts'
import type { AttributeColumn, CategoryValue } from '../cohort-table.ts'
import type { SqlAttribute } from './sql-population.ts'

/** Compares two rows by one column, whatever codes its values have. */
export function compareBy(column: NativeColumn): (a: number, b: number) => number {
  if (column.kind === 'number') {
    const { values, nulls } = column
    // what is not a number is absent, as null is; it is not equal to itself
    const absent = (row: number): boolean => nulls?.[row] === 1 || Number.isNaN(values[row])
    return (a, b) => {
      if (absent(a) || absent(b)) return Number(absent(a)) - Number(absent(b))
      const [one, other] = [values[a]!, values[b]!]
      return one < other ? -1 : one > other ? 1 : 0
    }
  }
  const { codes, values } = column
  return (a, b) => {
    if (codes[a] === codes[b]) return 0
    const [one, other] = [values[codes[a]!] ?? '', values[codes[b]!] ?? '']
    return one < other ? -1 : one > other ? 1 : codes[a] === 0 ? -1 : 1
  }
}

/** An attribute of the rows `order`; values are numbered by their first appearance there. */
export function attributeColumn(
  { name, type }: SqlAttribute,
  column: NativeColumn | undefined,
  order: Uint32Array,
): AttributeColumn {
  const rows = order.length
  if (type === 'number') {
    const values = new Float64Array(rows)
    if (rows === 0) return { name, kind: 'number', values }
    const from = numbersIn({ rows, columns: column === undefined ? {} : { [name]: column } }, name)
    const nulls = column?.kind === 'number' ? column.nulls : undefined
    for (let i = 0; i < rows; i++) {
      const row = order[i]!
      values[i] = nulls?.[row] === 1 ? Number.NaN : from[row]!
    }
    return { name, kind: 'number', values }
  }
  const known = type === 'bool' ? boolCodes(column, order) : stringCodes(column, order)
  const codes = known.values.length <= 65_536 ? new Uint16Array(known.codes) : known.codes
  return { name, kind: 'category', codes, values: known.values }
}

interface Coded {
  codes: Uint32Array
  values: CategoryValue[]
}

function boolCodes(column: NativeColumn | undefined, order: Uint32Array): Coded {
  const codes = new Uint32Array(order.length)
  if (column?.kind === 'number') {
    for (let i = 0; i < order.length; i++) {
      const row = order[i]!
      codes[i] = column.nulls?.[row] === 1 ? 0 : Number(column.values[row]) === 0 ? 1 : 2
    }
  }
  return { codes, values: [null, false, true] }
}

function stringCodes(column: NativeColumn | undefined, order: Uint32Array): Coded {
  const codes = new Uint32Array(order.length)
  const values: CategoryValue[] = [null]
  if (column?.kind !== 'string') return { codes, values }
  const renumbered = new Int32Array(column.values.length).fill(-1)
  renumbered[0] = 0
  for (let i = 0; i < order.length; i++) {
    const old = column.codes[order[i]!]!
    if (renumbered[old] === -1) renumbered[old] = values.push(column.values[old]!) - 1
    codes[i] = renumbered[old]!
  }
  return { codes, values }
}
