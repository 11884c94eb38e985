/** What a file declares: functions with their parameters, classes, string constants, and types of names. */
import { splitRange } from './calls.ts'
import type { Range } from './calls.ts'
import type { Token } from './tokens.ts'

export interface FunctionScope {
  name: string
  parameters: string[]
  body: Range
  /** Where the name stands. */
  at: number
}

export interface ClassScope {
  name: string
  kind: string
  /** Index of the keyword. */
  at: number
  body: Range
  /** Of records and Kotlin classes: what stands in `(...)` behind the name. */
  header?: Range
}

export type DeclarationStyle = 'type-first' | 'name-first'

const notTypes = new Set(
  'return new else throw await yield case in is as and or not when if while for switch using goto'.split(
    ' ',
  ),
)
const classWords = new Set([
  'class',
  'struct',
  'record',
  'interface',
  'object',
  'enum',
  'impl',
  'trait',
])

export function functionsIn(tokens: readonly Token[], style: DeclarationStyle): FunctionScope[] {
  const found: FunctionScope[] = []
  for (const [open, token] of tokens.entries()) {
    if (token.kind !== 'sign' || token.text !== '(' || token.match < 0) continue
    const at = nameBefore(tokens, open, style)
    if (at < 0) continue
    const body = bodyAfter(tokens, token.match + 1)
    if (!body) continue
    const parts = splitRange(tokens, { start: open + 1, end: token.match }, ',')
    const parameters = parts.map((part) => parameterName(tokens, part, style))
    // the receiver is no argument of a call
    if (style === 'name-first' && parameters[0] === 'self') parameters.shift()
    found.push({ name: tokens[at]!.text, parameters, body, at })
  }
  return found
}

/** Index of the declared function's name before its `(`, or -1. */
function nameBefore(tokens: readonly Token[], open: number, style: DeclarationStyle): number {
  let at = open - 1
  if (tokens[at]?.text === '>') {
    for (let back = 0; at > 0 && back < 60 && tokens[at]!.text !== '<'; back++) at--
    at--
  }
  if (tokens[at]?.kind !== 'name') return -1
  if (style === 'name-first') {
    for (let cursor = at - 1; cursor >= 0 && at - cursor < 24; cursor--) {
      const text = tokens[cursor]!.text
      if (text === 'fun' || text === 'fn') return at
      if (text === ';' || text === '{' || text === '}' || text === '(' || text === '=') return -1
    }
    return -1
  }
  const before = tokens[at - 1]
  if (!before) return -1
  if (before.kind === 'name') return notTypes.has(before.text) ? -1 : at
  return before.text === '>' || before.text === ']' || before.text === '?' ? at : -1
}

/** `{ ... }`, or an expression behind `=` or `=>` up to the end of the statement. */
function bodyAfter(tokens: readonly Token[], start: number): Range | undefined {
  for (let at = start; at < tokens.length && at - start < 60; at++) {
    const token = tokens[at]!
    if (token.kind !== 'sign') continue
    if (token.text === '{') return token.match > at ? { start: at, end: token.match } : undefined
    if (token.text === '=>' || token.text === '=')
      return { start: at + 1, end: statementEnd(tokens, at + 1) }
    if (token.text === ';' || token.text === '}' || token.text === ')') return undefined
  }
  return undefined
}

/** Behind a `;`, the end of the block, or of the line where the language has no `;`. */
export function statementEnd(tokens: readonly Token[], start: number): number {
  for (let at = start; at < tokens.length && at - start < 2000; at++) {
    const token = tokens[at]!
    if (token.kind !== 'sign') {
      const next = tokens[at + 1]
      if (next?.kind === 'name' && next.line > token.line) return at + 1
      continue
    }
    if (token.text === ';' || token.text === '}' || token.text === ')') return at
    if (token.match > at) {
      at = token.match
      const next = tokens[at + 1]
      if (next && next.line > tokens[at]!.line && (next.kind === 'name' || next.text === '@'))
        return at + 1
    }
  }
  return Math.min(tokens.length, start + 2000)
}

function parameterName(tokens: readonly Token[], part: Range, style: DeclarationStyle): string {
  let last = ''
  for (let at = part.start; at < part.end; at++) {
    const token = tokens[at]!
    if (token.text === '=' || (style === 'name-first' && token.text === ':')) break
    if (token.match > at) at = token.match
    else if (token.kind === 'name') last = token.text
  }
  return last
}

export function classesIn(tokens: readonly Token[]): ClassScope[] {
  const found: ClassScope[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'name' || !classWords.has(token.text)) continue
    const named = tokens[at + 1]
    const companion = token.text === 'object' && tokens[at - 1]?.text === 'companion'
    const generic = token.text === 'impl' && named?.text === '<'
    if (named?.kind !== 'name' && !companion && !generic) continue
    if (named && classWords.has(named.text)) continue
    let header: Range | undefined
    for (let cursor = at + 1; cursor < tokens.length && cursor - at < 200; cursor++) {
      const text = tokens[cursor]!.text
      const match = tokens[cursor]!.match
      if (tokens[cursor]!.kind !== 'sign') continue
      if (text === '(' && match > cursor) {
        header ??= { start: cursor + 1, end: match }
        cursor = match
        const next = tokens[match + 1]
        const goesOn =
          next?.text === '{' ||
          next?.text === ':' ||
          next?.text === 'implements' ||
          next?.text === ')'
        if (goesOn) continue
      } else if (text !== '{' && text !== ';' && text !== '=' && text !== '}' && text !== ')')
        continue
      const body =
        text === '{' && match > cursor
          ? { start: cursor + 1, end: match }
          : { start: cursor, end: cursor }
      if (text !== '{' && !header) break
      const inherent = named?.kind === 'name' && !companion ? named.text : 'Companion'
      // `impl Trait for Name`
      const forAt =
        token.text === 'impl' ? tokens.slice(at, cursor).findIndex((one) => one.text === 'for') : -1
      const name = forAt > 0 ? (tokens[at + forAt + 1]?.text ?? inherent) : inherent
      found.push({ name, kind: token.text, at, body, ...(header && { header }) })
      break
    }
  }
  return found
}

/** Names that are given one string once: `static final String X = "K"`, `const val X = "K"`, `const X: &str = "K"`. */
export function constantsIn(tokens: readonly Token[]): Map<string, string> {
  const constants = new Map<string, string>()
  for (const [at, token] of tokens.entries()) {
    if (token.text !== '=' || tokens[at + 1]?.kind !== 'string') continue
    const end = tokens[at + 2]
    if (end && end.text !== ';' && end.text !== '}' && end.line === tokens[at + 1]!.line) continue
    let isConstant = false
    let name = ''
    for (let cursor = at - 1; cursor >= 0 && at - cursor < 12; cursor--) {
      const { text, kind } = tokens[cursor]!
      if (text === ';' || text === '{' || text === '}' || text === ',' || text === '(') break
      if (kind !== 'name') continue
      if (
        text === 'const' ||
        text === 'static' ||
        text === 'final' ||
        text === 'readonly' ||
        text === 'val'
      ) {
        isConstant = true
        break
      }
      name = tokens[cursor + 1]?.text === ':' || !name ? text : name
    }
    if (isConstant && name) constants.set(name, tokens[at + 1]!.text)
  }
  return constants
}

interface Nesting {
  /** In the order of their beginnings. */
  starts: number[]
  order: number[]
  /** Of each in `order`, its place there; -1 = none. */
  parents: number[]
}

const nestings = new WeakMap<readonly object[], Nesting>()
const maxDepth = 200

/** Innermost scope that holds a token. */
export function innermost<Scope extends { body: Range }>(
  scopes: readonly Scope[],
  at: number,
): Scope | undefined {
  const nesting = nestings.get(scopes) ?? nestingOf(scopes)
  nestings.set(scopes, nesting)
  let low = -1
  let high = nesting.starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (nesting.starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  for (
    let place = low, hop = 0;
    place >= 0 && hop < maxDepth;
    place = nesting.parents[place]!, hop++
  ) {
    const scope = scopes[nesting.order[place]!]!
    if (at < scope.body.end) return scope
  }
  return undefined
}

function nestingOf(scopes: readonly { body: Range }[]): Nesting {
  const order = scopes
    .map((_, index) => index)
    .toSorted((a, b) => scopes[a]!.body.start - scopes[b]!.body.start)
  const parents: number[] = []
  const open: number[] = []
  for (const [place, index] of order.entries()) {
    const { start } = scopes[index]!.body
    while (open.length > 0 && scopes[order[open.at(-1)!]!]!.body.end <= start) open.pop()
    parents.push(open.at(-1) ?? -1)
    open.push(place)
  }
  return { starts: order.map((index) => scopes[index]!.body.start), order, parents }
}
