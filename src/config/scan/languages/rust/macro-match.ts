/** Patterns of `macro_rules!` against the tokens of an invocation (The Rust Reference, "Macros By Example"). */
import { splitRange } from '../curly/calls.ts'
import type { Range } from '../curly/calls.ts'
import type { Token } from '../curly/tokens.ts'

export interface MacroRule {
  pattern: Range
  body: Range
}

/** What the names of a pattern stand for. */
export interface Matched {
  tokens: Map<string, Token[]>
  loops: { names: ReadonlySet<string>; rounds: Matched[] }[]
}

/** What is left to try: a hostile pattern ends here. */
export interface Budget {
  steps: number
}

interface Side {
  tokens: readonly Token[]
  at: number
  end: number
}

/** Rules of the macro whose `{` is `open`. */
export function rulesIn(tokens: readonly Token[], open: number): MacroRule[] {
  const parts = splitRange(tokens, { start: open + 1, end: tokens[open]!.match }, ';')
  return parts.flatMap(({ start }) => {
    const close = tokens[start]?.match ?? -1
    const body = close + 2
    if (close < start || tokens[close + 1]?.text !== '=>' || (tokens[body]?.match ?? -1) < body)
      return []
    return [
      {
        pattern: { start: start + 1, end: close },
        body: { start: body + 1, end: tokens[body]!.match },
      },
    ]
  })
}

/** Null where the invocation is not of this pattern. */
export function matchRule(
  tokens: readonly Token[],
  pattern: Range,
  input: readonly Token[],
  budget: Budget,
): Matched | null {
  const matched: Matched = { tokens: new Map(), loops: [] }
  const side = { tokens: input, at: 0, end: input.length }
  return matchAll(tokens, pattern, side, matched, budget) && side.at === side.end ? matched : null
}

function matchAll(
  tokens: readonly Token[],
  pattern: Range,
  input: Side,
  into: Matched,
  budget: Budget,
): boolean {
  let at = pattern.start
  while (at < pattern.end) {
    if (--budget.steps < 0) return false
    const token = tokens[at]!
    const next = tokens[at + 1]
    if (token.text === '$' && token.kind === 'sign' && next?.text === '(') {
      const loop = loopAt(tokens, at)
      if (!loop || !matchLoop(tokens, loop, input, into, budget)) return false
      at = loop.after
    } else if (token.text === '$' && next?.kind === 'name' && tokens[at + 2]?.text === ':') {
      const taken = fragmentEnd(input, tokens[at + 3]?.text ?? '')
      if (taken < 0) return false
      into.tokens.set(next.text, input.tokens.slice(input.at, taken))
      input.at = taken
      at += 4
    } else {
      const given = input.at < input.end ? input.tokens[input.at] : undefined
      if (!given || given.kind !== token.kind || given.text !== token.text) return false
      if (token.kind === 'sign' && token.match > at && given.match > input.at) {
        const inner = { tokens: input.tokens, at: input.at + 1, end: given.match }
        if (!matchAll(tokens, { start: at + 1, end: token.match }, inner, into, budget))
          return false
        if (inner.at !== inner.end) return false
        input.at = given.match + 1
        at = token.match + 1
      } else {
        input.at++
        at++
      }
    }
  }
  return true
}

export interface Loop {
  body: Range
  separator: string
  operator: string
  after: number
}

/** `$( ... ) sep op` at the `$`. */
export function loopAt(tokens: readonly Token[], at: number): Loop | undefined {
  const close = tokens[at + 1]?.match ?? -1
  if (close < 0) return undefined
  const body = { start: at + 2, end: close }
  const isOperator = (text: string | undefined): boolean =>
    text === '*' || text === '+' || text === '?'
  const first = tokens[close + 1]?.text
  if (isOperator(first)) return { body, separator: '', operator: first!, after: close + 2 }
  const second = tokens[close + 2]?.text
  return isOperator(second)
    ? { body, separator: first ?? '', operator: second!, after: close + 3 }
    : undefined
}

function matchLoop(
  tokens: readonly Token[],
  loop: Loop,
  input: Side,
  into: Matched,
  budget: Budget,
): boolean {
  const rounds: Matched[] = []
  while (input.at < input.end) {
    if (--budget.steps < 0) return false
    const before = input.at
    if (rounds.length > 0 && loop.separator) {
      if (input.tokens[input.at]!.text !== loop.separator) break
      input.at++
    }
    const round: Matched = { tokens: new Map(), loops: [] }
    if (!matchAll(tokens, loop.body, input, round, budget) || input.at === before) {
      input.at = before
      break
    }
    rounds.push(round)
    if (loop.operator === '?') break
  }
  into.loops.push({ names: namesIn(tokens, loop.body), rounds })
  return loop.operator !== '+' || rounds.length > 0
}

/** Names with `$` before them. */
export function namesIn(tokens: readonly Token[], range: Range): Set<string> {
  const names = new Set<string>()
  for (let at = range.start; at < range.end; at++)
    if (tokens[at]!.text === '$' && tokens[at + 1]?.kind === 'name') names.add(tokens[at + 1]!.text)
  return names
}

/** Index behind what a fragment takes, or -1. */
function fragmentEnd(input: Side, kind: string): number {
  const { tokens, at, end } = input
  const token = at < end ? tokens[at] : undefined
  if (kind === 'vis') {
    if (token?.text !== 'pub') return at
    return tokens[at + 1]?.text === '(' ? tokens[at + 1]!.match + 1 : at + 1
  }
  if (!token) return -1
  const tree = token.kind === 'sign' && token.match > at ? token.match + 1 : at + 1
  switch (kind) {
    case 'ident':
      return token.kind === 'name' ? at + 1 : -1
    case 'literal':
      if (token.text === '-' && tokens[at + 1]?.kind === 'number') return at + 2
      return token.kind === 'string' ||
        token.kind === 'number' ||
        /^(?:true|false)$/.test(token.text)
        ? at + 1
        : -1
    case 'tt':
      return tree
    case 'block':
      return token.text === '{' ? tree : -1
    case 'ty':
    case 'path':
      return until(input, /^(?:,|;|=|=>|\{|:|\|)$/, true)
    case 'expr':
    case 'stmt':
    case 'meta':
    case 'item':
      return until(input, /^(?:,|;|=>)$/, false)
    case 'pat':
    case 'pat_param':
      return until(input, /^(?:,|=|=>)$/, false)
    default:
      return tree
  }
}

function until(input: Side, stop: RegExp, angled: boolean): number {
  let depth = 0
  let at = input.at
  for (; at < input.end; at++) {
    const token = input.tokens[at]!
    if (token.kind !== 'sign') continue
    if (depth === 0 && stop.test(token.text)) break
    if (token.match > at) at = token.match
    else if (angled && token.text === '<') depth++
    else if (angled && token.text === '>') depth--
  }
  return at === input.at ? -1 : Math.min(at, input.end)
}
