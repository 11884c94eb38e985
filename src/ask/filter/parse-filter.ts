import type { ComparisonOperator, Filter, FilterValue } from './filter.ts'
import { filterSyntax } from './filter-syntax.ts'
import { isKeyword, readTokens, type Token } from './read-tokens.ts'

/** Characters of a filter. */
export const maxFilterLength = 10_000
/** Groups and `not` inside each other. */
export const maxFilterDepth = 50
/** Values between the parentheses of one `in`. */
export const maxFilterValues = 1000

/**
 * Reads a filter, such as `service.version = "2.1" and not (app.tenant in ("a", "b") or app.plan is absent)`.
 * `docs/filters.md` says what can be written.
 * @throws FILTER_SYNTAX with the place and what was expected there
 */
export function parseFilter(text: string): Filter {
  if (text.length > maxFilterLength) {
    const expected = `at most ${maxFilterLength} characters`
    throw filterSyntax(text, maxFilterLength, expected, 'more')
  }
  const parser = new FilterParser(text)
  const filter = parser.either(0)
  parser.expectEnd()
  return filter
}

/** What `30 <= x` says about `x`. */
const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

class FilterParser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = readTokens(text)
  }

  either(depth: number): Filter {
    const filters = [this.#all(depth)]
    while (this.#takeWord('or')) filters.push(this.#all(depth))
    return filters.length === 1 ? filters[0]! : { kind: 'or', filters }
  }

  expectEnd(): void {
    if (this.#peek().kind !== 'end') throw this.#unexpected('"and", "or" or the end')
  }

  #all(depth: number): Filter {
    const filters = [this.#one(depth)]
    while (this.#takeWord('and')) filters.push(this.#one(depth))
    return filters.length === 1 ? filters[0]! : { kind: 'and', filters }
  }

  #one(depth: number): Filter {
    if (depth > maxFilterDepth) {
      throw this.#unexpected(`at most ${maxFilterDepth} groups inside each other`)
    }
    if (this.#takeWord('not')) return { kind: 'not', filter: this.#one(depth + 1) }
    if (this.#takeSign('(')) {
      const filter = this.either(depth + 1)
      if (!this.#takeSign(')')) throw this.#unexpected('"and", "or" or a closing )')
      return filter
    }
    const value = this.#takeValue()
    return value === undefined ? this.#condition() : this.#mirrored(value)
  }

  #condition(): Filter {
    const attribute = this.#attribute('the name of an attribute, "not" or an opening (')
    const operator = this.#takeOperator()
    if (operator !== undefined) {
      return { kind: 'comparison', attribute, operator, value: this.#value() }
    }
    if (this.#takeWord('is')) return this.#presence(attribute)
    const negated = this.#takeWord('not')
    if (this.#takeWord('in')) return { kind: 'in', attribute, negated, values: this.#values() }
    if (this.#takeWord('like')) {
      const token = this.#peek()
      if (token.kind !== 'string') throw this.#unexpected('a pattern in quotes, such as "/api/*"')
      this.#next++
      return { kind: 'like', attribute, negated, pattern: token.text }
    }
    throw this.#unexpected(
      negated ? '"in" or "like"' : '=, !=, <, <=, >, >=, "in", "like" or "is absent"',
    )
  }

  /** `30 <= x`, or `30 <= x < 60`. */
  #mirrored(value: FilterValue): Filter {
    const operator = this.#takeOperator()
    if (operator === undefined) throw this.#unexpected('a comparison, such as <=')
    const attribute = this.#attribute('the name of an attribute')
    const first: Filter = {
      kind: 'comparison',
      attribute,
      operator: mirrored[operator],
      value,
    }
    const second = this.#takeOperator()
    if (second === undefined) return first
    const last: Filter = { kind: 'comparison', attribute, operator: second, value: this.#value() }
    return { kind: 'and', filters: [first, last] }
  }

  #presence(attribute: string): Filter {
    const negated = this.#takeWord('not')
    if (this.#takeWord('absent') || this.#takeWord('null')) {
      return { kind: negated ? 'present' : 'absent', attribute }
    }
    if (this.#takeWord('present')) return { kind: negated ? 'absent' : 'present', attribute }
    throw this.#unexpected('"absent" or "present"')
  }

  #values(): FilterValue[] {
    const closing = this.#takeSign('(') ? ')' : this.#takeSign('{') ? '}' : undefined
    if (closing === undefined) throw this.#unexpected('values in parentheses')
    const values = [this.#value()]
    while (this.#takeSign(',')) {
      if (values.length === maxFilterValues) {
        throw this.#unexpected(`at most ${maxFilterValues} values`)
      }
      values.push(this.#value())
    }
    if (!this.#takeSign(closing)) throw this.#unexpected(`a comma or a closing ${closing}`)
    return values
  }

  #attribute(expected: string): string {
    const token = this.#peek()
    const isName = token.kind === 'name' || (token.kind === 'word' && !isKeyword(token.text))
    if (!isName) throw this.#unexpected(expected)
    this.#next++
    return token.text
  }

  #value(): FilterValue {
    const value = this.#takeValue()
    if (value !== undefined) return value
    throw this.#unexpected('a value: text in quotes, a number, true, false, or -1h for a time')
  }

  #takeValue(): FilterValue | undefined {
    const token = this.#peek()
    const value = valueOf(token)
    if (value !== undefined) this.#next++
    return value
  }

  #takeOperator(): ComparisonOperator | undefined {
    const token = this.#peek()
    if (token.kind !== 'sign' || !Object.hasOwn(mirrored, token.text)) return undefined
    this.#next++
    return token.text as ComparisonOperator
  }

  #takeSign(text: string): boolean {
    const token = this.#peek()
    const isIt = token.kind === 'sign' && token.text === text
    if (isIt) this.#next++
    return isIt
  }

  #takeWord(text: string): boolean {
    const token = this.#peek()
    const isIt = token.kind === 'word' && token.text.toLowerCase() === text
    if (isIt) this.#next++
    return isIt
  }

  #peek(): Token {
    return this.#tokens[this.#next]!
  }

  #unexpected(expected: string): Error {
    const token = this.#peek()
    return filterSyntax(this.#text, token.at, expected, token.text.slice(0, 30))
  }
}

function valueOf(token: Token): FilterValue | undefined {
  if (token.kind === 'string') return { kind: 'string', value: token.text }
  if (token.kind === 'number') return { kind: 'number', text: token.text }
  if (token.kind === 'ago') return { kind: 'ago', amount: token.amount, unit: token.unit }
  if (token.kind !== 'word' || !/^(true|false)$/i.test(token.text)) return undefined
  return { kind: 'boolean', value: token.text.toLowerCase() === 'true' }
}
