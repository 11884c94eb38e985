import type { FilterColumn } from './filter.ts'

/** A column as text, for `like`. */
export function textOf({ sql, type }: FilterColumn): string {
  if (type === 'string') return sql
  if (type === 'number') return `if(${sql} = ${sql}, toString(${sql}), NULL)`
  return `toString(${sql})`
}
