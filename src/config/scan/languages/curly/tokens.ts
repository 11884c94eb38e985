/**
 * The tokens of languages with curly brackets, with each bracket knowing its partner. Reading tokens instead of a syntax
 * tree also sees into macros, annotations and code that does not parse, in linear time and without recursion.
 */
import { readString } from './strings.ts'

export type TokenKind = 'name' | 'string' | 'number' | 'sign'

export interface Token {
  kind: TokenKind
  /** Of a string its content, with `*` for what is put in when the program runs; of a sign one character or `::`, `->`, ... */
  text: string
  line: number
  column: number
  /** Where it begins in the text. */
  offset: number
  /** Of a bracket: index of its partner; else -1. */
  match: number
}

export interface Lexicon {
  /** Comments lie in one another: Kotlin, Rust. */
  nestedComments?: boolean
  /** `'a` is a lifetime. */
  lifetimes?: boolean
  /** `'text'` is a string: Groovy. */
  singleQuoted?: boolean
  /** `#if` at the start of a line is not code: C#. */
  directives?: boolean
  /** `$name` and `${...}` in strings: Kotlin, Groovy; `$"{...}"`: C#. */
  interpolation?: 'dollar' | 'csharp'
  /** `r#"..."#`: Rust. */
  rawHash?: boolean
  /** `/// text` is `#[doc = "text"]`: Rust. */
  docComments?: boolean
  /** `@"..."`: C#. */
  verbatim?: boolean
}

const namePattern = /[\p{L}_$][\p{L}\p{N}_$]*/uy
const rustNamePattern = /(?:r#)?[\p{L}_][\p{L}\p{N}_]*/uy
const numberPattern = /\d[\w.]*/y
const longSigns = [
  '...',
  '?.',
  '::',
  '->',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '??',
  '?:',
  '!!',
]
const openers: Record<string, string> = { '(': ')', '[': ']', '{': '}' }
/** More than a file of the largest size that is read can need. */
const maxTokens = 2_000_000
const maxInterpolationDepth = 4

export interface Lexed {
  tokens: Token[]
  /** Where a bracket or string has no end; undefined = nowhere. */
  broken?: { line: number; column: number }
}

export function tokensOf(text: string, lexicon: Lexicon): Lexed {
  const tokens: Token[] = []
  const lines = lineStarts(text)
  const later: { start: number; end: number; depth: number }[] = [
    { start: 0, end: text.length, depth: 0 },
  ]
  let brokenAt = -1
  for (let next = 0; next < later.length; next++) {
    const part = later[next]!
    if (next > 0) push(part.start, 'sign', ';')
    const end = lexPart(part.start, part.end, part.depth)
    if (end >= 0 && brokenAt < 0) brokenAt = end
  }
  const unmatched = matchBrackets(tokens)
  if (brokenAt < 0 && unmatched >= 0) brokenAt = tokens[unmatched]!.offset
  return brokenAt < 0 ? { tokens } : { tokens, broken: placeAt(lines, brokenAt) }

  function push(offset: number, kind: TokenKind, of: string): void {
    tokens.push({ kind, text: of, offset, match: -1, ...placeAt(lines, offset) })
  }

  function pushDoc(offset: number, doc: string): void {
    for (const sign of ['#', '[']) push(offset, 'sign', sign)
    push(offset, 'name', 'doc')
    push(offset, 'sign', '=')
    push(offset, 'string', doc)
    push(offset, 'sign', ']')
  }

  function lexPart(start: number, end: number, depth: number): number {
    let at = start
    while (at < end) {
      if (tokens.length >= maxTokens) return at
      const char = text[at]!
      if (char <= ' ') {
        at++
        continue
      }
      if (char === '/' && text[at + 1] === '/') {
        const stop = text.indexOf('\n', at)
        if (lexicon.docComments && text[at + 2] === '/' && text[at + 3] !== '/')
          pushDoc(at, text.slice(at + 3, stop < 0 ? end : stop).trim())
        at = stop < 0 ? end : stop
        continue
      }
      if (char === '/' && text[at + 1] === '*') {
        const stop = commentEnd(text, at, lexicon.nestedComments ?? false)
        if (stop < 0) return at
        at = stop
        continue
      }
      if (
        lexicon.directives &&
        char === '#' &&
        /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 80), at))
      ) {
        const stop = text.indexOf('\n', at)
        at = stop < 0 ? end : stop
        continue
      }
      const string = readString(text, at, lexicon)
      if (string) {
        if (string.end > end || string.open) {
          // the rest of the line is lost, not the rest of the file
          if (brokenAt < 0) brokenAt = at
          const stop = text.indexOf('\n', at)
          at = stop < 0 ? end : stop
          continue
        }
        if (string.content !== undefined) push(at, 'string', string.content)
        if (depth < maxInterpolationDepth)
          for (const inside of string.inside) later.push({ ...inside, depth: depth + 1 })
        at = string.end
        continue
      }
      const pattern = lexicon.rawHash ? rustNamePattern : namePattern
      pattern.lastIndex = at
      const name = pattern.exec(text)
      if (name && !(lexicon.rawHash && char === '$')) {
        push(at, 'name', name[0].replace(/^r#/, ''))
        at += name[0].length
        continue
      }
      if (char >= '0' && char <= '9') {
        numberPattern.lastIndex = at
        const number = numberPattern.exec(text)?.[0] ?? char
        // `0..9` and `1.max()` end at the point
        const cut = /^\d[\d_]*(?=\.\.|\.[a-z])/i.exec(number)?.[0] ?? number
        push(at, 'number', cut)
        at += cut.length
        continue
      }
      const long = longSigns.find((sign) => text.startsWith(sign, at))
      push(at, 'sign', long ?? char)
      at += long?.length ?? 1
    }
    return -1
  }
}

function commentEnd(text: string, start: number, nested: boolean): number {
  if (!nested) {
    const end = text.indexOf('*/', start + 2)
    return end < 0 ? -1 : end + 2
  }
  const edge = /\/\*|\*\//g
  edge.lastIndex = start
  let depth = 0
  for (let found = edge.exec(text); found; found = edge.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return edge.lastIndex
  }
  return -1
}

/** Index of a bracket without partner, or -1. A closing bracket also ends those that were opened in it and forgotten. */
export function matchBrackets(tokens: readonly Token[]): number {
  const open: number[] = []
  let broken = -1
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'sign') continue
    if (openers[token.text]) open.push(index)
    else if (token.text === ')' || token.text === ']' || token.text === '}') {
      const partner = open.at(-1)
      if (partner !== undefined && openers[tokens[partner]!.text] === token.text) {
        open.pop()
        tokens[partner]!.match = index
        token.match = partner
      } else {
        if (broken < 0) broken = index
        // drop at most a few openers that were never closed, if that makes the bracket fit
        for (let back = 2; back <= 4 && back <= open.length; back++) {
          const earlier = open.at(-back)!
          if (openers[tokens[earlier]!.text] !== token.text) continue
          open.length -= back
          tokens[earlier]!.match = index
          token.match = earlier
          break
        }
      }
    }
  }
  return broken >= 0 ? broken : (open[0] ?? -1)
}

export function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** From 1. */
export function placeAt(
  starts: readonly number[],
  offset: number,
): { line: number; column: number } {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - starts[low]! + 1 }
}
