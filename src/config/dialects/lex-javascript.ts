import type { Quote } from './dotenv-entry.ts'
import { lexedNothing } from './statement.ts'
import type { Lexed } from './statement.ts'
import { isJavaScriptSpace } from './white-space.ts'

/**
 * The line format of npm's dotenv 18 and of dotenvx, which its authors write as one regular expression
 * (`/^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(…)?\s*(?:#.*)?$/mg`): here without its backtracking, in linear time.
 * White space around the name and before a quote may hold line breaks. Takes text with `\n` alone.
 */
export function lexJavaScript(text: string): Lexed {
  const lexed = lexedNothing()
  let at = 0
  while (at < text.length) {
    at = skipSpace(text, at)
    if (at >= text.length) break
    const start = at
    if (text.charCodeAt(at) === hash) {
      at = lineEnd(text, at)
      continue
    }
    const name = readName(text, at)
    if (name === undefined) {
      const end = lineEnd(text, at)
      lexed.problems.push({
        offset: start,
        reason: 'No name and value on this line: it is ignored.',
      })
      // after `export` alone the next line may still be read by itself
      at = end
      continue
    }
    const value = readValue(text, name.after)
    const end = value.end
    at = lineEnd(text, end)
    lexed.statements.push({ key: name.key, text: value.text, quote: value.quote, start, end })
  }
  return lexed
}

const hash = 35
const backslash = 92

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && isJavaScriptSpace(text.charCodeAt(at))) at += 1
  return at
}

/** `.` and `$` of a regular expression stop at these, `[^\r\n]` does not stop at the last two. */
function isBreak(code: number): boolean {
  return code === 10 || code === 0x2028 || code === 0x2029
}

function lineEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && !isBreak(text.charCodeAt(at))) at += 1
  return at
}

const namePart = /[\w.-]+/y

function nameAt(text: string, at: number): string | undefined {
  namePart.lastIndex = at
  return namePart.exec(text)?.[0]
}

function readName(text: string, at: number): { key: string; after: number } | undefined {
  if (text.startsWith('export', at) && isJavaScriptSpace(text.charCodeAt(at + 6))) {
    const exported = assigned(text, skipSpace(text, at + 6))
    if (exported !== undefined) return exported
  }
  return assigned(text, at)
}

function assigned(text: string, at: number): { key: string; after: number } | undefined {
  const key = nameAt(text, at)
  if (key === undefined) return undefined
  const end = at + key.length
  const sign = skipSpace(text, end)
  if (text[sign] === '=') return { key, after: sign + 1 }
  if (text[end] === ':' && isJavaScriptSpace(text.charCodeAt(end + 1)))
    return { key, after: end + 2 }
  return undefined
}

interface Value {
  text: string
  quote: Quote
  end: number
}

const quotes: Record<string, Quote> = { "'": 'single', '"': 'double', '`': 'backtick' }

function readValue(text: string, from: number): Value {
  const open = skipSpace(text, from)
  const quote = quotes[text[open] ?? '']
  if (quote !== undefined) {
    const close = closingQuote(text, open)
    if (close !== -1) return { text: text.slice(open + 1, close), quote, end: close + 1 }
  }
  let end = from
  while (end < text.length && text.charCodeAt(end) !== hash && text.charCodeAt(end) !== 10) end += 1
  const value = text.slice(from, end).trim()
  return unquoted(value, end)
}

/** Quotes come off at both ends even where the value was not read as a quoted one (`'a' 'b'`). */
function unquoted(value: string, end: number): Value {
  const stripped = value.replace(/^(['"`])([\s\S]*)\1$/gm, '$2')
  const quote = quotes[value[0] ?? ''] ?? 'none'
  return { text: stripped, quote, end }
}

/**
 * The quote that closes the one at `open`: the last one, up to the first without a backslash before it, that only white
 * space and a comment follow on its line; -1 = none.
 */
function closingQuote(text: string, open: number): number {
  const quote = text[open] ?? ''
  let found = -1
  for (let at = text.indexOf(quote, open + 1); at !== -1; at = text.indexOf(quote, at + 1)) {
    const after = skipBlanks(text, at + 1)
    const code = text.charCodeAt(after)
    if (after >= text.length || isBreak(code) || code === hash) found = at
    if (text.charCodeAt(at - 1) !== backslash || at - 1 === open) return found
  }
  return found
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (isBreak(code) || !isJavaScriptSpace(code)) break
    at += 1
  }
  return at
}
