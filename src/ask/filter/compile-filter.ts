import { type Bind, compileComparison } from './compile-comparison.ts'
import { textOf } from './compile-text.ts'
import type { Filter, FilterColumn, ResolveColumn } from './filter.ts'

export interface CompiledFilter {
  /** A UInt8 expression: 0 or 1, never null. */
  sql: string
  /** Values bound to `{name: Type}` in it. */
  parameters: Record<string, unknown>
}

export interface CompileOptions {
  /** How names of parameters begin: filters that meet in one statement need different ones. Default `filter`. */
  prefix?: string
  /** What `-1h` is counted from, ms since 1970; default now. */
  now?: number
}

/**
 * SQL of a filter for the engine. Values are bound, never pasted into the text.
 * Logic is two-valued: a comparison, `in` or `like` of an absent attribute is false, so that `not` of it is true.
 * @throws FILTER_VALUE where a value cannot be one of the attribute's, and what `resolve` throws
 */
export function compileFilter(
  filter: Filter,
  resolve: ResolveColumn,
  options: CompileOptions = {},
): CompiledFilter {
  const { prefix = 'filter', now = Date.now() } = options
  const parameters: Record<string, unknown> = {}
  let bound = 0
  const bind: Bind = (type, value) => {
    const name = `${prefix}_${bound++}`
    parameters[name] = value
    return `{${name}: ${type}}`
  }
  const compile = (part: Filter): string => {
    if (part.kind === 'and' || part.kind === 'or') {
      return `(${part.filters.map(compile).join(part.kind === 'and' ? ' AND ' : ' OR ')})`
    }
    if (part.kind === 'not') return `(NOT ${compile(part.filter)})`
    const { attribute } = part
    const column = resolve(attribute)
    if (part.kind === 'present') return isPresent(column)
    if (part.kind === 'absent') return `(NOT ${isPresent(column)})`
    if (part.kind === 'comparison') {
      return compileComparison(attribute, column, part.operator, part.value, bind, now)
    }
    const any = part.kind === 'like' ? isLike(column, part.pattern, bind) : isOneOf(part, column)
    return part.negated ? `(${isPresent(column)} AND NOT ${any})` : any
  }
  const isOneOf = (part: Filter & { kind: 'in' }, column: FilterColumn): string => {
    const equal = part.values.map((value) =>
      compileComparison(part.attribute, column, '=', value, bind, now),
    )
    return equal.length === 1 ? equal[0]! : `(${equal.join(' OR ')})`
  }
  return { sql: compile(filter), parameters }
}

function isLike(column: FilterColumn, pattern: string, bind: Bind): string {
  return `ifNull(${textOf(column)} LIKE ${bind('String', likePattern(pattern))}, 0)`
}

function isPresent({ sql, type }: FilterColumn): string {
  // NaN is absent, as in the search; it is not equal to itself
  return type === 'number' ? `ifNull(${sql} = ${sql}, 0)` : `(${sql} IS NOT NULL)`
}

function likePattern(glob: string): string {
  let pattern = ''
  for (let i = 0; i < glob.length; i++) {
    let character = glob[i]!
    if (character === '*') pattern += '%'
    else if (character === '?') pattern += '_'
    else {
      if (character === '\\' && i + 1 < glob.length) character = glob[++i]!
      pattern += /[%_\\]/.test(character) ? `\\${character}` : character
    }
  }
  return pattern
}
