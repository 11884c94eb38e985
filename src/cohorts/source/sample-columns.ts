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
    takeNumbers(from, order, values)
    const nulls = column?.kind === 'number' ? column.nulls : undefined
    if (nulls !== undefined) takeAbsent(nulls, order, values)
    return { name, kind: 'number', values }
  }
  const { codes, values } = type === 'bool' ? boolCodes(column, order) : stringCodes(column, order)
  return { name, kind: 'category', codes, values }
}

interface Coded {
  codes: Uint16Array | Uint32Array
  values: CategoryValue[]
}

/** Codes of two bytes. */
const mostNarrow = 65_536

function boolCodes(column: NativeColumn | undefined, order: Uint32Array): Coded {
  const codes = new Uint16Array(order.length)
  if (column?.kind === 'number') takeFlags(column.values, column.nulls, order, codes)
  return { codes, values: [null, false, true] }
}

function stringCodes(column: NativeColumn | undefined, order: Uint32Array): Coded {
  if (column?.kind !== 'string') return { codes: new Uint16Array(order.length), values: [null] }
  const isNarrow = column.values.length <= mostNarrow
  const codes = isNarrow ? new Uint16Array(order.length) : new Uint32Array(order.length)
  const used = renumber(column.codes, order, column.values.length, codes)
  return {
    codes: !isNarrow && used.length <= mostNarrow ? new Uint16Array(codes) : codes,
    values: used.map((code) => (code === 0 ? null : column.values[code]!)),
  }
}

// loops over rows are functions of their own: what is compiled for them is small, and serves every column
function takeNumbers(from: ArrayLike<number>, order: Uint32Array, values: Float64Array): void {
  for (let i = 0; i < order.length; i++) values[i] = from[order[i]!]!
}

function takeAbsent(nulls: Uint8Array, order: Uint32Array, values: Float64Array): void {
  for (let i = 0; i < order.length; i++) if (nulls[order[i]!] === 1) values[i] = Number.NaN
}

/** 0 = absent, 1 = false, 2 = true. */
function takeFlags(
  flags: ArrayLike<number | bigint>,
  nulls: Uint8Array | undefined,
  order: Uint32Array,
  codes: Uint16Array,
): void {
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!
    codes[i] = nulls?.[row] === 1 ? 0 : Number(flags[row]) === 0 ? 1 : 2
  }
}

/** Writes the codes of the rows anew, in the order of their first appearance; 0 stays. @returns the old codes in that order */
function renumber(
  from: Uint32Array,
  order: Uint32Array,
  size: number,
  codes: Uint16Array | Uint32Array,
): number[] {
  const renumbered = new Int32Array(size).fill(-1)
  renumbered[0] = 0
  const used = [0]
  for (let i = 0; i < order.length; i++) {
    const old = from[order[i]!]!
    if (renumbered[old] === -1) renumbered[old] = used.push(old) - 1
    codes[i] = renumbered[old]!
  }
  return used
}
