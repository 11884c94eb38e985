import type { Scope } from './scope.ts'

/**
 * `${NAME}` and `${NAME:-default}` of python-dotenv (`variables.py`), as `load_dotenv()` does it: the environment of the
 * process comes before the file. Everything else stays as it is; an empty value does not take the default.
 */
export function expandPython(value: string, scope: Scope): string {
  const parts: string[] = []
  let done = 0
  // where the next of these stands; they only move forward, which keeps this linear
  let brace = -1
  let colon = -1
  for (let at = value.indexOf('${'); at !== -1; at = value.indexOf('${', at)) {
    if (brace < at) brace = value.indexOf('}', at)
    if (brace === -1) break
    if (colon !== value.length && colon < at) {
      const found = value.indexOf(':', at)
      colon = found === -1 ? value.length : found
    }
    const nameEnd = Math.min(brace, colon)
    const hasDefault = nameEnd === colon
    if (hasDefault && value[colon + 1] !== '-') {
      at += 2
      continue
    }
    parts.push(value.slice(done, at))
    const fallback = hasDefault ? value.slice(colon + 2, Math.max(brace, colon + 2)) : undefined
    const end = hasDefault && brace < colon + 2 ? value.indexOf('}', colon + 2) : brace
    const name = value.slice(at + 2, nameEnd)
    parts.push(scope.lookUp(name, 'environment') ?? fallback ?? scope.missing(name))
    at = end + 1
    done = at
  }
  parts.push(value.slice(done))
  return scope.bounded(parts.join(''))
}
