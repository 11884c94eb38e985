import type { Filter, FilterValue } from './filter.ts'
import { isPlainName } from './read-tokens.ts'

/** A filter as text: `parseFilter` reads the same filter from it. */
export function printFilter(filter: Filter): string {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return filter.filters.map(printInner).join(` ${filter.kind} `)
  }
  if (filter.kind === 'not') return `not ${printInner(filter.filter)}`
  const name = printName(filter.attribute)
  if (filter.kind === 'comparison') return `${name} ${filter.operator} ${printValue(filter.value)}`
  if (filter.kind === 'absent' || filter.kind === 'present') return `${name} is ${filter.kind}`
  const operator = `${filter.negated ? 'not ' : ''}${filter.kind}`
  if (filter.kind === 'like') return `${name} ${operator} ${JSON.stringify(filter.pattern)}`
  return `${name} ${operator} (${filter.values.map(printValue).join(', ')})`
}

function printInner(filter: Filter): string {
  const isGroup = filter.kind === 'and' || filter.kind === 'or'
  return isGroup ? `(${printFilter(filter)})` : printFilter(filter)
}

/** A value as it is written in a filter. */
export function printValue(value: FilterValue): string {
  if (value.kind === 'string') return JSON.stringify(value.value)
  if (value.kind === 'number') return value.text
  if (value.kind === 'ago') return `-${value.amount}${value.unit}`
  return String(value.value)
}

function printName(name: string): string {
  if (isPlainName(name)) return name
  return `\`${JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll('`', '\\`')}\``
}
