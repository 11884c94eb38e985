import type { Filter } from './filter.ts'

/** Names of the attributes in a filter, each once, in the order of their first mention. */
export function filterAttributes(filter: Filter): string[] {
  const names = new Set<string>()
  const visit = (part: Filter): void => {
    if ('filters' in part) part.filters.forEach(visit)
    else if (part.kind === 'not') visit(part.filter)
    else names.add(part.attribute)
  }
  visit(filter)
  return [...names]
}
