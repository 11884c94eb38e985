import type { Quote } from './dotenv-entry.ts'
import { lexedNothing } from './statement.ts'
import type { Lexed, Statement } from './statement.ts'
import { isPythonSpace } from './white-space.ts'

/** python-dotenv 1.2 (`parser.py`): a statement that does not parse is skipped from where it fails to the end of that line. */
export function lexPython(text: string): Lexed {
  const lexed = lexedNothing()
  let at = 0
  while (at < text.length) {
    at = skip(text, at, isPythonSpace)
    if (at >= text.length) break
    const read = readStatement(text, at)
    if (read.statement !== undefined) lexed.statements.push(read.statement)
    if (read.failed)
      lexed.problems.push({ offset: at, reason: 'This cannot be parsed: it is ignored.' })
    at = read.after
  }
  return lexed
}

interface Read {
  statement?: Statement
  failed: boolean
  after: number
}

function readStatement(text: string, start: number): Read {
  let at = start
  if (text.startsWith('export', at)) {
    const after = skip(text, at + 6, isInlineSpace)
    if (after > at + 6) at = after
  }
  let key: string | undefined
  if (text[at] === "'") {
    const close = text.indexOf("'", at + 1)
    if (close <= at + 1) return failedAt(text, at)
    key = text.slice(at + 1, close)
    at = close + 1
  } else if (text[at] !== '#') {
    const end = skip(text, at, isNamePart)
    if (end === at) return failedAt(text, at)
    key = text.slice(at, end)
    at = end
  }
  at = skip(text, at, isInlineSpace)
  let value: Value | undefined = { text: undefined, quote: 'none', end: at }
  if (text[at] === '=') {
    at = skip(text, at + 1, isInlineSpace)
    value = readValue(text, at)
    if (value === undefined) return failedAt(text, at)
    at = value.end
  }
  const end = at
  at = skip(text, at, isInlineSpace)
  if (text[at] === '#') at = skip(text, at, isNotBreak)
  if (at < text.length && isNotBreak(text.charCodeAt(at))) return failedAt(text, at)
  const after = text.startsWith('\r\n', at) ? at + 2 : at + 1
  if (key === undefined) return { failed: false, after }
  return {
    statement: { key, text: value.text, quote: value.quote, start, end },
    failed: false,
    after,
  }
}

function failedAt(text: string, at: number): Read {
  return { failed: true, after: skip(text, at, isNotBreak) + 1 }
}

interface Value {
  text: string | undefined
  quote: Quote
  end: number
}

function readValue(text: string, at: number): Value | undefined {
  const first = text[at]
  if (first === "'" || first === '"') {
    const close = closingQuote(text, at)
    if (close === -1) return undefined
    const inner = text.slice(at + 1, close)
    return {
      text: first === "'" ? inner.replace(/\\([\\'])/g, '$1') : unescaped(inner),
      quote: first === "'" ? 'single' : 'double',
      end: close + 1,
    }
  }
  const end = skip(text, at, isNotBreak)
  return { text: withoutComment(text.slice(at, end)), quote: 'none', end }
}

const escapes: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

function unescaped(inner: string): string {
  return inner.replace(/\\([\\'"abfnrtv])/g, (_all, letter: string) => escapes[letter] ?? letter)
}

/** The first quote without a backslash before it; where there is none, the last one with it. */
function closingQuote(text: string, open: number): number {
  const quote = text[open] ?? ''
  let found = -1
  for (let at = text.indexOf(quote, open + 1); at !== -1; at = text.indexOf(quote, at + 1)) {
    found = at
    if (text[at - 1] !== '\\' || at - 1 === open) return at
  }
  return found
}

/** A comment begins after white space; trailing white space goes. */
function withoutComment(value: string): string {
  let end = value.length
  for (let at = value.indexOf('#', 1); at !== -1; at = value.indexOf('#', at + 1)) {
    if (isPythonSpace(value.charCodeAt(at - 1))) {
      end = at
      break
    }
  }
  while (end > 0 && isPythonSpace(value.charCodeAt(end - 1))) end -= 1
  return value.slice(0, end)
}

function skip(text: string, from: number, while_: (code: number) => boolean): number {
  let at = from
  while (at < text.length && while_(text.charCodeAt(at))) at += 1
  return at
}

function isNotBreak(code: number): boolean {
  return code !== 10 && code !== 13
}

function isInlineSpace(code: number): boolean {
  return isNotBreak(code) && isPythonSpace(code)
}

function isNamePart(code: number): boolean {
  return code !== 61 && code !== 35 && !isPythonSpace(code)
}
