import type { Scope } from './scope.ts'

const reference = /(?<!\\)\$\{([^{}]+)\}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*)/g

export interface JavaScriptExpansion {
  /** dotenv-expand stops at a value that it has met already; dotenvx has other guards. */
  stopsAtSeen: boolean
  /** The value of a key that the file wrote in single quotes, for dotenvx. */
  literal: (key: string) => string | undefined
  /** Stops where the result is what this name already has. */
  known: (key: string) => string | undefined
}

/**
 * `expandValue` of dotenv-expand 12 and `expand` of dotenvx: after each replacement the whole result is looked at again
 * from its start, so that references in values are followed too. `\$` becomes `$` at the end.
 */
export function expandJavaScript(value: string, scope: Scope, how: JavaScriptExpansion): string {
  let result = value
  const seen = new Set<string>()
  reference.lastIndex = 0
  scope.spend(result.length)
  let match = reference.exec(result)
  while (match !== null) {
    if (how.stopsAtSeen) seen.add(result)
    const [template, braced, plain] = match
    const { key, operator, rest } = parted(braced ?? plain ?? '')
    const found = scope.lookUp(key, 'environment')
    if (found === undefined && operator === undefined) scope.missing(key)
    let replacement: string
    if (operator === '+' || operator === ':+') replacement = found ? rest : ''
    else if (found) replacement = how.stopsAtSeen && seen.has(found) ? rest : found
    else replacement = rest
    // a pattern such as `$&` in the replacement has its meaning in JavaScript, here as there
    result = scope.bounded(result.replace(template, replacement))
    if (result === how.known(key)) break
    if (/\$\{[^}]+\}|\$[A-Za-z_][A-Za-z0-9_]*/.test(how.literal(key) ?? '')) break
    reference.lastIndex = 0
    match = reference.exec(result)
  }
  return result.replace(/\\\$/g, '$')
}

function parted(expression: string): { key: string; operator: string | undefined; rest: string } {
  const operator = /:\+|\+|:-|-/.exec(expression)
  if (operator === null) return { key: expression, operator: undefined, rest: '' }
  return {
    key: expression.slice(0, operator.index),
    operator: operator[0],
    rest: expression.slice(operator.index + operator[0].length),
  }
}
