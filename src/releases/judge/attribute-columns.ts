import type { AttributeColumn } from '../../cohorts/cohort-table.ts'

type CategoryColumn = Extract<AttributeColumn, { kind: 'category' }>
type NumberColumn = Extract<AttributeColumn, { kind: 'number' }>

/** Dictionary-encodes values; null and undefined are the code 0, "absent". */
export function categoryColumn(
  name: string,
  raw: ArrayLike<unknown>,
  rows: number,
): CategoryColumn {
  const codes = new Uint32Array(rows)
  const values: (string | number | boolean | null)[] = [null]
  const known = new Map<unknown, number>()
  for (let row = 0; row < rows; row++) {
    const value = raw[row]
    if (value === null || value === undefined) continue
    let code = known.get(value)
    if (code === undefined) {
      code = values.length
      known.set(value, code)
      values.push(
        typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
          ? value
          : JSON.stringify(value),
      )
    }
    codes[row] = code
  }
  return { name, kind: 'category', codes, values }
}

/** Numbers as doubles; null and undefined are NaN, "absent". */
export function numberColumn(name: string, raw: ArrayLike<unknown>, rows: number): NumberColumn {
  const values = new Float64Array(rows).fill(Number.NaN)
  for (let row = 0; row < rows; row++) {
    const value = raw[row]
    if (value !== null && value !== undefined) values[row] = Number(value)
  }
  return { name, kind: 'number', values }
}
