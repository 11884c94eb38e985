import type { Token } from './tokens.ts'

/** From `start` to before `end`, in tokens. */
export interface Range {
  start: number
  end: number
}

/** `a.b().c(x, y)`, or `a.b()["x"]` with `indexed`. */
export interface Call {
  /** Where the whole expression begins. */
  start: number
  /** The name that is called, or the bracket of an index. */
  at: number
  /** `['a', 'b()', 'c']`: what is called on the way has `()`, what is indexed `[]`. */
  path: string[]
  open: number
  close: number
  arguments: Range[]
  /** `T` of `get::<T>()` or `get<T>()`. */
  generics: string[]
  indexed: boolean
  /** A macro: `name!(...)`. */
  macro: boolean
}

const links = new Set(['.', '?.', '::'])
const maxSegments = 12
const notCalled = new Set(
  'if for while switch catch when match return in is as throw else using lock foreach fixed fn fun synchronized'.split(
    ' ',
  ),
)

export function callsIn(tokens: readonly Token[], range?: Range): Call[] {
  const calls: Call[] = []
  for (let open = range?.start ?? 0; open < (range?.end ?? tokens.length); open++) {
    const token = tokens[open]!
    if (token.kind !== 'sign' || token.match < open) continue
    const call =
      token.text === '(' || token.text === '[' || token.text === '{'
        ? callAt(tokens, open)
        : undefined
    if (call) calls.push(call)
  }
  return calls
}

function callAt(tokens: readonly Token[], open: number): Call | undefined {
  const indexed = tokens[open]!.text === '['
  let at = open - 1
  const macro = tokens[at]?.text === '!' && tokens[at - 1]?.kind === 'name'
  if (macro) at--
  if (!macro && tokens[open]!.text === '{') return undefined
  let generics: string[] = []
  if (tokens[at]?.text === '>') {
    const begin = genericStart(tokens, at)
    if (begin < 0) return undefined
    generics = tokens
      .slice(begin + 1, at)
      .flatMap((token) => (token.kind === 'name' ? [token.text] : []))
    at = begin - 1
    if (tokens[at]?.text === '::') at--
  }
  if (
    indexed &&
    (tokens[at]?.text === '!!' || tokens[at]?.text === '!' || tokens[at]?.text === '?')
  )
    at--
  const { path, start } = pathBefore(tokens, at)
  const last = path.at(-1)
  if (last === undefined || (notCalled.has(last) && path.length === 1)) return undefined
  const close = tokens[open]!.match
  const call = { start, at, path, open, close, generics, indexed, macro }
  return { ...call, arguments: splitRange(tokens, { start: open + 1, end: close }, ',') }
}

/** The dotted path that ends with the token `at`, itself a name or the end of a call. */
export function pathBefore(
  tokens: readonly Token[],
  at: number,
): { path: string[]; start: number } {
  const path: string[] = []
  let start = at
  let cursor = at
  while (path.length < maxSegments) {
    let suffix = ''
    if (
      tokens[cursor]?.text === '!!' ||
      tokens[cursor]?.text === '!' ||
      tokens[cursor]?.text === '?'
    )
      cursor--
    const end = tokens[cursor]
    if (end && (end.text === ')' || end.text === ']') && end.match >= 0 && end.kind === 'sign') {
      suffix = end.text === ')' ? '()' : '[]'
      cursor = end.match - 1
      if (tokens[cursor]?.text === '>') {
        const begin = genericStart(tokens, cursor)
        if (begin >= 0) cursor = tokens[begin - 1]?.text === '::' ? begin - 2 : begin - 1
      }
      if (tokens[cursor]?.text === '!') cursor--
    }
    const name = tokens[cursor]
    if (!name || name.kind !== 'name' || (suffix && notCalled.has(name.text))) break
    path.unshift(name.text + suffix)
    start = cursor
    const link = tokens[cursor - 1]
    if (!link || link.kind !== 'sign' || !links.has(link.text)) break
    cursor -= 2
  }
  return { path, start }
}

/** Index of the `<` whose `>` is `at`, or -1. At most 60 tokens. */
function genericStart(tokens: readonly Token[], at: number): number {
  let depth = 0
  for (let cursor = at; cursor > 0 && at - cursor < 60; cursor--) {
    const token = tokens[cursor]!
    if (token.kind === 'string' || token.text === ';' || token.text === '{' || token.text === '&&')
      return -1
    if (token.text === '>') depth++
    else if (token.text === '<' && --depth === 0) return cursor
  }
  return -1
}

/** Parts of a range between separators that lie in no bracket; an empty range has no parts. */
export function splitRange(tokens: readonly Token[], range: Range, separator: string): Range[] {
  const parts: Range[] = []
  let start = range.start
  for (let at = range.start; at < range.end; at++) {
    const token = tokens[at]!
    if (token.kind !== 'sign') continue
    if (token.match > at) at = Math.min(token.match, range.end)
    else if (token.text === separator) {
      parts.push({ start, end: at })
      start = at + 1
    }
  }
  if (start < range.end) parts.push({ start, end: range.end })
  return parts
}

/** Tokens as a person would recognise them, at most 80 characters. */
export function textOf(tokens: readonly Token[], range: Range): string {
  let text = ''
  for (let at = range.start; at < range.end && text.length <= 80; at++) {
    const token = tokens[at]!
    text += token.kind === 'string' ? JSON.stringify(token.text.slice(0, 80)) : token.text
    if (token.text === ',') text += ' '
  }
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
