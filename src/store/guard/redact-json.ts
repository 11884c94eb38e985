import type { Report } from './text-edit.ts'
import { redacted } from './text-edit.ts'

export interface JsonRules {
  /** The rule for what has this key; undefined where its value may stay. */
  ruleOfKey(key: string): string | undefined
  /** Whether everything under this key stays as it is. */
  allows(key: string): boolean
  redactText(text: string, report: Report): string
  /** Whether numbers are taken out, too. */
  takesNumbers(rule: string): boolean
}

/**
 * A JSON text without the values of secret keys, at any depth, and without the secrets inside its strings and keys; all
 * else stays as it was written. A text that was cut off is redacted as far as it goes.
 * @returns undefined when the text is not JSON
 */
export function redactJson(text: string, rules: JsonRules, report: Report): string | undefined {
  const out = new Output(text)
  /** One entry for every open bracket: its kind, and the key under which it stands. */
  const open: { isObject: boolean; path: string }[] = []
  let key = ''
  let expectsKey = false
  let at = 0
  for (;;) {
    at = skipBlanks(text, at)
    if (at >= text.length) break
    const letter = text[at]!
    const outer = open.at(-1)
    if (letter === '"' && expectsKey) {
      const end = stringEnd(text, at)
      const name = parseString(text, at, end)
      if (name === undefined) return undefined
      key = name
      out.change(at, end, name, rules.redactText(name, report))
      at = skipBlanks(text, end)
      if (at < text.length && text[at] !== ':') return undefined
      at++
      expectsKey = false
      continue
    }
    if (letter === ',' || letter === '}' || letter === ']') {
      if (outer === undefined || (letter !== ',' && outer.isObject !== (letter === '}')))
        return undefined
      if (letter !== ',') open.pop()
      const inside = letter === ',' ? outer : open.at(-1)
      expectsKey = letter === ',' && outer.isObject
      if (inside?.isObject === false) key = inside.path
      at++
      continue
    }
    if (expectsKey) return undefined
    const path = outer?.isObject === true ? joined(outer.path, key) : key
    const rule = rules.ruleOfKey(path)
    if (rule !== undefined || rules.allows(path)) {
      const end = valueEnd(text, at)
      if (end === undefined) return undefined
      if (rule !== undefined && isSecret(text, at, end, rules.takesNumbers(rule))) {
        out.replace(at, end, JSON.stringify(redacted(rule)))
        report(rule)
      }
      at = end
    } else if (letter === '{' || letter === '[') {
      open.push({ isObject: letter === '{', path })
      if (open.length > maxDepth) return undefined
      key = path
      expectsKey = letter === '{'
      at++
    } else if (letter === '"') {
      const end = stringEnd(text, at)
      const value = parseString(text, at, end)
      if (value === undefined) return undefined
      out.change(at, end, value, rules.redactText(value, report))
      at = end
    } else {
      const end = scalarEnd(text, at)
      if (end === undefined) return undefined
      const scalar = text.slice(at, end)
      // a card number may have been sent as a number
      const checked = end - at < 13 ? scalar : rules.redactText(scalar, report)
      if (checked !== scalar) out.replace(at, end, JSON.stringify(checked))
      at = end
    }
  }
  return out.finish()
}

const maxDepth = 512

/** Pieces of the text with changes between them. */
class Output {
  #result = ''
  #kept = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  replace(start: number, end: number, by: string): void {
    this.#result += this.#text.slice(this.#kept, start) + by
    this.#kept = end
  }

  change(start: number, end: number, before: string, after: string): void {
    if (after !== before) this.replace(start, end, JSON.stringify(after))
  }

  finish(): string {
    return this.#result + this.#text.slice(this.#kept)
  }
}

/** Long paths say no more than their end. */
const joined = (path: string, key: string): string =>
  path === '' ? key : `${path.slice(-64)}.${key}`

function skipBlanks(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  return at
}

/** Where the string that begins here ends, its quote included; the end of the text when it was cut off. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text[at - slashes - 1] === '\\') slashes++
    if (slashes % 2 === 0) return at + 1
  }
  return text.length
}

function parseString(text: string, start: number, end: number): string | undefined {
  const source = text.slice(start, end)
  if (!source.includes('\\') && source.length > 1 && source.endsWith('"'))
    return source.slice(1, -1)
  try {
    return String(JSON.parse(source))
  } catch {
    // cut off: what is there, without the escape that may be incomplete
    return end === text.length ? source.slice(1).replace(/\\u?[0-9a-f]{0,3}$/i, '') : undefined
  }
}

const scalar = /(?:-?[0-9][0-9.eE+-]*|true|false|null)/y

function scalarEnd(text: string, at: number): number | undefined {
  scalar.lastIndex = at
  if (scalar.test(text)) return scalar.lastIndex
  return text.length - at < 5 && /^(?:-|t|f|n)[a-z]*$/.test(text.slice(at))
    ? text.length
    : undefined
}

/** Where any value ends, brackets inside it included. */
function valueEnd(text: string, start: number): number | undefined {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  if (first !== '{' && first !== '[') return scalarEnd(text, start)
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const letter = text[at]!
    if (letter === '"') at = stringEnd(text, at) - 1
    else if (letter === '{' || letter === '[') depth++
    else if ((letter === '}' || letter === ']') && --depth === 0) return at + 1
  }
  return text.length
}

function isSecret(text: string, start: number, end: number, takesNumbers: boolean): boolean {
  const first = text[start]!
  if (first === '"') return end - start > 2 && !text.startsWith('"[redacted:', start)
  if (first === '{' || first === '[') return true
  return takesNumbers && /[-0-9]/.test(first)
}
