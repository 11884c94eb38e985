/**
 * What the macros that a file defines become where the file uses them: so that a key which a macro makes out of an
 * identifier (`stringify!`, `paste!`, `to_uppercase()`) is seen as the text it is when the program runs.
 */
import type { Range } from '../curly/calls.ts'
import { matchBrackets } from '../curly/tokens.ts'
import type { Token } from '../curly/tokens.ts'
import { loopAt, matchRule, namesIn, rulesIn } from './macro-match.ts'
import type { Budget, Matched, MacroRule } from './macro-match.ts'

const maxTokens = 600_000
const maxDepth = 12

interface Expansion {
  tokens: readonly Token[]
  macros: ReadonlyMap<string, MacroRule[]>
  budget: Budget
  /** Tokens that may still be made. */
  left: number
}

/** The file's own tokens, without the definitions that are used, and what their invocations become behind them. */
export function expandMacros(tokens: Token[]): Token[] {
  const definitions = new Map<string, { start: number; end: number; rules: MacroRule[] }>()
  for (let at = 0; at < tokens.length; at++) {
    if (
      tokens[at]!.text !== 'macro_rules' ||
      tokens[at + 1]?.text !== '!' ||
      tokens[at + 2]?.kind !== 'name'
    )
      continue
    const open = at + 3
    if ((tokens[open]?.match ?? -1) < open) continue
    definitions.set(tokens[at + 2]!.text, {
      start: at,
      end: tokens[open]!.match + 1,
      rules: rulesIn(tokens, open),
    })
    at = tokens[open]!.match
  }
  if (definitions.size === 0) return tokens
  const inDefinition = (at: number): boolean =>
    [...definitions.values()].some((one) => at >= one.start && at < one.end)
  const expansion: Expansion = {
    tokens,
    macros: new Map([...definitions].map(([name, { rules }]) => [name, rules])),
    budget: { steps: 3_000_000 },
    left: maxTokens,
  }
  const used = new Set<string>()
  const made: Token[] = []
  for (const [at, token] of tokens.entries()) {
    if (!isInvocation(tokens, at, expansion.macros) || inDefinition(at)) continue
    used.add(token.text)
    const input = sliced(tokens, at + 3, tokens[at + 2]!.match)
    made.push(sign(token, ';'))
    for (const one of expanded(expansion, token.text, input, 0)) made.push(one)
  }
  const kept = tokens.filter(
    (_, at) =>
      ![...used].some((name) => {
        const definition = definitions.get(name)!
        return at >= definition.start && at < definition.end
      }),
  )
  return remade([...kept, ...evaluated(remade(made))])
}

function isInvocation(tokens: readonly Token[], at: number, macros: Expansion['macros']): boolean {
  const open = tokens[at + 2]
  return (
    tokens[at]!.kind === 'name' &&
    macros.has(tokens[at]!.text) &&
    tokens[at + 1]?.text === '!' &&
    (open?.match ?? -1) > at
  )
}

function expanded(expansion: Expansion, name: string, input: Token[], depth: number): Token[] {
  const rules = expansion.macros.get(name) ?? []
  for (const rule of depth > maxDepth ? [] : rules) {
    const matched = matchRule(expansion.tokens, rule.pattern, input, expansion.budget)
    if (!matched) continue
    const output: Token[] = []
    transcribe(expansion, rule.body, [matched], output)
    const whole = remade(output)
    const result: Token[] = []
    for (let at = 0; at < whole.length; at++) {
      if (!isInvocation(whole, at, expansion.macros)) {
        result.push(whole[at]!)
        continue
      }
      const close = whole[at + 2]!.match
      for (const one of expanded(
        expansion,
        whole[at]!.text,
        sliced(whole, at + 3, close),
        depth + 1,
      ))
        result.push(one)
      at = close
    }
    return result
  }
  return input
}

function transcribe(expansion: Expansion, body: Range, scopes: Matched[], output: Token[]): void {
  const { tokens } = expansion
  for (let at = body.start; at < body.end; at++) {
    if (expansion.left <= 0) return
    const token = tokens[at]!
    const next = tokens[at + 1]
    if (token.text === '$' && token.kind === 'sign' && next?.text === '(') {
      const loop = loopAt(tokens, at)
      if (loop) {
        const names = namesIn(tokens, loop.body)
        const rounds = scopes
          .flatMap((scope) => scope.loops)
          .find((one) => [...one.names].some((name) => names.has(name)))
        for (const [index, round] of (rounds?.rounds ?? []).entries()) {
          if (index > 0 && loop.separator) output.push(sign(token, loop.separator))
          transcribe(expansion, loop.body, [round, ...scopes], output)
        }
        at = loop.after - 1
        continue
      }
    }
    if (token.text === '$' && next?.kind === 'name') {
      const value = scopes.map((scope) => scope.tokens.get(next.text)).find(Boolean)
      if (value) {
        for (const one of value) output.push(one)
        expansion.left -= value.length
        at++
        continue
      }
    }
    output.push(token)
    expansion.left--
  }
}

/** `paste!`, `stringify!`: texts made of identifiers. */
function evaluated(tokens: readonly Token[]): Token[] {
  const output: Token[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    if (
      token.text === '[' &&
      tokens[at + 1]?.text === '<' &&
      token.match > at &&
      tokens[token.match - 1]?.text === '>'
    ) {
      output.push(pasted(tokens.slice(at + 2, token.match - 1), token))
      at = token.match
    } else output.push(token)
  }
  const joined = remade(output)
  const result: Token[] = []
  for (let at = 0; at < joined.length; at++) {
    const token = joined[at]!
    const open = joined[at + 2]
    if (token.text !== 'stringify' || joined[at + 1]?.text !== '!' || !open || open.match < 0) {
      result.push(token)
      continue
    }
    const inside = joined.slice(at + 3, open.match)
    result.push({
      ...(inside[0] ?? token),
      kind: 'string',
      text: inside.map((one) => one.text).join(''),
      match: -1,
    })
    at = open.match
  }
  // paste!(x) is x
  const plain = remade(result)
  const dropped = new Set<number>()
  for (const [at, token] of plain.entries()) {
    const open = plain[at + 2]
    if (
      token.text !== 'paste' ||
      plain[at + 1]?.text !== '!' ||
      !open ||
      open.match < 0 ||
      open.text === '{'
    )
      continue
    for (const one of [at, at + 1, at + 2, open.match]) dropped.add(one)
    for (
      let back = at - 1;
      plain[back]?.text === '::' && plain[back - 1]?.kind === 'name';
      back -= 2
    )
      for (const one of [back, back - 1]) dropped.add(one)
  }
  return plain.filter((_, at) => !dropped.has(at))
}

/** `<$prefix _ $name:upper>`. */
function pasted(parts: readonly Token[], place: Token): Token {
  let text = ''
  let first: Token | undefined
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!
    if (part.text === ':') {
      const word = text.length - (parts[at - 1]?.text.length ?? 0)
      text = text.slice(0, word) + cased(text.slice(word), parts[at + 1]?.text ?? '')
      at++
    } else {
      if (part.kind === 'name') first = part
      text += part.text
    }
  }
  return { ...(first ?? place), kind: 'name', text, match: -1 }
}

function cased(text: string, how: string): string {
  if (how === 'upper') return text.toUpperCase()
  if (how === 'lower') return text.toLowerCase()
  if (how === 'snake') return text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  return text
}

function sign(place: Token, text: string): Token {
  return { ...place, kind: 'sign', text, match: -1 }
}

function sliced(tokens: readonly Token[], start: number, end: number): Token[] {
  return remade(tokens.slice(start, end))
}

/** Copies whose brackets know their partners in this list. */
function remade(tokens: readonly Token[]): Token[] {
  const copies = tokens.map((token) => ({ ...token, match: -1 }))
  matchBrackets(copies)
  return copies
}
