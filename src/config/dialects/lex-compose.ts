import { lexedNothing, reject } from './statement.ts'
import type { Lexed, Statement } from './statement.ts'
import { isGoSpace } from './white-space.ts'

/** `.env` and `env_file` of Compose (compose-go `dotenv/parser.go`). Any error refuses the whole file. */
export function lexCompose(text: string): Lexed {
  const lexed = lexedNothing()
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    at = statementStart(text, at)
    if (at >= text.length) break
    const start = at
    const name = readName(text, start)
    if (typeof name === 'string') return reject(lexed, start, name)
    if (name.key.includes(' '))
      return reject(lexed, start, 'The name has a space in it: the file is refused.')
    if (name.bare) {
      lexed.statements.push({ key: name.key, text: undefined, quote: 'none', start, end: name.end })
      at = name.after
      continue
    }
    const value = readValue(text, name)
    if (value === undefined)
      return reject(lexed, start, 'The quote is not closed: the file is refused.')
    lexed.statements.push({ ...value.statement, key: name.key, start })
    at = value.after
  }
  return lexed
}

function statementStart(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    while (at < text.length && isGoSpace(text.charCodeAt(at))) at += 1
    if (text[at] !== '#') return at
    at = lineEnd(text, at)
  }
  return at
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}

/** The parser's own idea of white space within a line. */
function isInlineSpace(code: number): boolean {
  return code === 9 || (code >= 11 && code <= 13) || code === 32 || code === 0x85 || code === 0xa0
}

function skipInline(text: string, from: number): number {
  let at = from
  while (at < text.length && isInlineSpace(text.charCodeAt(at))) at += 1
  return at
}

interface Name {
  key: string
  bare: boolean
  end: number
  after: number
}

const nameCharacter = /^[\p{L}\p{N}_.\-[\]]$/u

/** A sentence where the name is not one. */
function readName(text: string, start: number): Name | string {
  let from = start
  if (/^export[\t\n\f\r ]/.test(text.slice(start, start + 7))) from = skipInline(text, start + 6)
  let at = from
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (character === '=' || character === ':' || character === '\n') {
      const key = trimEnd(text.slice(from, at))
      const bare = character === '\n'
      return { key, bare, end: from + key.length, after: skipInline(text, at + 1) }
    }
    if (!isInlineSpace(text.charCodeAt(at)) && !nameCharacter.test(character)) {
      return 'A character that no name may have: the file is refused.'
    }
    at += character.length
  }
  // a last line without `=` and without a line break is taken for the value of a key without a name
  return { key: '', bare: false, end: at, after: skipInline(text, from) }
}

function trimEnd(value: string): string {
  let end = value.length
  while (end > 0 && isGoSpace(value.charCodeAt(end - 1))) end -= 1
  return value.slice(0, end)
}

function readValue(
  text: string,
  name: Name,
): { statement: Omit<Statement, 'key' | 'start'>; after: number } | undefined {
  const at = name.after
  const quote = text[at]
  if (quote !== '"' && quote !== "'") {
    const end = lineEnd(text, at)
    const value = text.slice(at, end)
    const comment = value.indexOf(' #')
    const kept = trimEnd(comment === -1 ? value : value.slice(0, comment))
    return { statement: { text: kept, quote: 'none', end: at + kept.length }, after: end + 1 }
  }
  const parts: string[] = []
  let escaped = false
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end] ?? ''
    if (character === quote && !escaped) {
      const inner = parts.join('')
      const statement = {
        text: quote === '"' ? unescaped(inner) : inner,
        quote: quote === '"' ? ('double' as const) : ('single' as const),
        end: end + 1,
      }
      return { statement, after: end + 1 }
    }
    if (character === '\\' && !escaped) {
      escaped = true
      continue
    }
    if (escaped && character !== quote) parts.push('\\')
    escaped = false
    parts.push(character)
  }
  return undefined
}

const escapes: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  $: '$$',
}

/** `\0123` is octal with exactly three digits after the 0; what is not an escape after all loses that 0. */
function unescaped(inner: string): string {
  return inner.replace(
    /\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g,
    (all: string, letter?: string, digits?: string) => {
      if (letter !== undefined) return escapes[letter] ?? all
      const code = /^[0-7]{3}$/.test(digits ?? '') ? Number.parseInt(digits ?? '', 8) : 256
      return code > 255 ? `\\${digits ?? ''}` : String.fromCharCode(code)
    },
  )
}
