import type { Column, ListColumn } from '../../otlp/columns.ts'

/**
 * Shortens the lists of rows from `firstRow` on to `most` values.
 * @param dropped told of every row that lost values
 */
export function cutList(
  list: ListColumn<Column>,
  firstRow: number,
  most: number,
  dropped: (row: number, count: number) => void,
): void {
  const { ends, values } = list
  const first = firstRow === 0 ? 0 : ends.data[firstRow - 1]!
  let from = first
  let to = first
  for (let row = firstRow; row < ends.length; row++) {
    const end = ends.data[row]!
    const count = Math.min(end - from, most)
    if (end - from > most) dropped(row, end - from - most)
    if (from !== to) moveValues(values, from, count, to)
    to += count
    ends.data[row] = to
    from = end
  }
  if (from !== to) values.truncate(to)
}

function moveValues(column: Column, from: number, count: number, to: number): void {
  if (column.kind === 'optional' || column.kind === 'list') {
    throw new TypeError('Lists of such values are not cut.')
  }
  const width = column.kind === 'pair' || column.kind === 'text' ? 2 : 1
  column.data.copyWithin(to * width, from * width, (from + count) * width)
}
