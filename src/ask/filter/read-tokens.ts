import type { AgoUnit } from './filter.ts'
import { filterSyntax } from './filter-syntax.ts'

export type Token =
  /** A bare word: the name of an attribute, or a keyword. */
  | { kind: 'word'; text: string; at: number }
  /** A name in backquotes. */
  | { kind: 'name'; text: string; at: number }
  | { kind: 'string'; text: string; at: number }
  | { kind: 'number'; text: string; at: number }
  | { kind: 'ago'; text: string; amount: number; unit: AgoUnit; at: number }
  | { kind: 'sign'; text: string; at: number }
  | { kind: 'end'; text: ''; at: number }

const keywords = new Set(['and', 'or', 'not', 'in', 'is', 'like', 'true', 'false'])

/** Whether a bare word is a keyword, in whatever case. */
export function isKeyword(text: string): boolean {
  return keywords.has(text.toLowerCase())
}

const word = /[\p{L}_@$][\p{L}\p{M}\p{N}_.\-/:@$]*/uy
const number = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_])/uy
const ago = /-(\d{1,9})(ms|s|m|h|d|w)(?![\p{L}\p{N}_])/uy
const sign = /==|!=|<>|<=|>=|[=<>(){},]/y
const space = /\s+/uy

/** Whether a name can stand in a filter without backquotes. */
export function isPlainName(name: string): boolean {
  return matched(word, name, 0)?.[0] === name && !isKeyword(name)
}

/** @throws FILTER_SYNTAX */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    at += matched(space, text, at)?.[0].length ?? 0
    if (at >= text.length) break
    const token = readToken(text, at)
    tokens.push(token.token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function readToken(text: string, at: number): { token: Token; end: number } {
  const first = text[at]!
  if (first === '"' || first === "'" || first === '`') {
    const quoted = readQuoted(text, at)
    const kind = first === '`' ? 'name' : 'string'
    return { token: { kind, text: quoted.value, at }, end: quoted.end }
  }
  const found = matched(word, text, at)?.[0]
  if (found !== undefined)
    return { token: { kind: 'word', text: found, at }, end: at + found.length }
  const before = matched(ago, text, at)
  if (before !== null) {
    const [all, amount, unit] = before
    const token: Token = {
      kind: 'ago',
      text: all,
      amount: Number(amount),
      unit: unit as AgoUnit,
      at,
    }
    return { token, end: at + all.length }
  }
  const digits = matched(number, text, at)?.[0]
  if (digits !== undefined) {
    if (!Number.isFinite(Number(digits))) {
      throw filterSyntax(text, at, 'a smaller number', digits.slice(0, 30))
    }
    return { token: { kind: 'number', text: digits, at }, end: at + digits.length }
  }
  const found2 = matched(sign, text, at)?.[0]
  if (found2 !== undefined) {
    const same = found2 === '==' ? '=' : found2 === '<>' ? '!=' : found2
    return { token: { kind: 'sign', text: same, at }, end: at + found2.length }
  }
  throw unreadable(text, at)
}

function unreadable(text: string, at: number): Error {
  const rest = text.slice(at)
  if (rest.startsWith('&')) return filterSyntax(text, at, '"and"', '&')
  if (rest.startsWith('|')) return filterSyntax(text, at, '"or"', '|')
  if (rest.startsWith('!')) return filterSyntax(text, at, '"not" or "!="', '!')
  const wordLike =
    /^[^\s=<>(){},"'`]+/u.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0)!)
  if (/^-?\d+(ms|s|m|h|d|w)$/.test(wordLike)) {
    return filterSyntax(text, at, 'a time before now with a minus, such as -1h', wordLike)
  }
  const expected = /^[-.\d]/.test(wordLike)
    ? 'a number; put text in quotes and such names in backquotes'
    : 'the name of an attribute, a value or a sign such as = or <='
  return filterSyntax(text, at, expected, wordLike.slice(0, 30))
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '/': '/',
}

/** Text between quotes; escapes are those of JSON, and the other quotes. */
function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text[start]!
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!
    if (character === quote) {
      if (value === '' && quote === '`') throw filterSyntax(text, start, 'a name', 'nothing')
      return { value, end: at + 1 }
    }
    if (character !== '\\') {
      value += character
      continue
    }
    const hex = /^u([\da-f]{4})/i.exec(text.slice(at + 1, at + 6))?.[1]
    const plain = escapes[text[at + 1] ?? '']
    if (hex === undefined && plain === undefined) {
      throw filterSyntax(
        text,
        at,
        'an escape: \\\\, \\", \\n, \\t or \\u0000',
        text.slice(at, at + 2),
      )
    }
    value += plain ?? String.fromCharCode(Number.parseInt(hex ?? '', 16))
    at += plain === undefined ? 5 : 1
  }
  throw filterSyntax(text, start, `a closing ${quote}`, 'the end')
}

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
