import type { Range } from './calls.ts'
import { splitRange } from './calls.ts'
import type { Token } from './tokens.ts'

/** What stands where a key is asked for. */
export interface KeyExpression {
  /** With `*` for what is not known; undefined = nothing is known. */
  key?: string
  /** The only unknown part is this name; the key is `prefix + name + suffix`. */
  name?: string
  prefix: string
  suffix: string
  upperCased: boolean
}

const upperCasing = new Set([
  'toUpperCase',
  'ToUpper',
  'ToUpperInvariant',
  'to_uppercase',
  'to_ascii_uppercase',
  'uppercase',
])
const wrapping = new Set(['format', 'concat', 'stringify', 'String', 'Format', 'from'])

export function keyExpression(
  tokens: readonly Token[],
  text: string,
  range: Range,
  constants: ReadonlyMap<string, string>,
): KeyExpression {
  let { start } = range
  if (
    tokens[start + 1]?.text === '=' ||
    (tokens[start + 1]?.text === ':' && tokens[start]?.kind === 'name')
  )
    start += 2
  while (tokens[start]?.text === '&') start++
  let upperCased = false
  for (let at = start; at < range.end; at++)
    if (tokens[at]!.kind === 'name' && upperCasing.has(tokens[at]!.text)) upperCased = true
  const answer = (parts: Part[]): KeyExpression => joined(parts, upperCased)
  const first = tokens[start]
  if (!first || start >= range.end) return { prefix: '', suffix: '', upperCased }
  // format!("A_{}", x), String.format("A_%s", x), concat!("A_", "B")
  const open = formatCall(tokens, { start, end: range.end })
  if (open >= 0) {
    const parts = splitRange(tokens, { start: open + 1, end: tokens[open]!.match }, ',')
    const pattern = parts[0] && tokens[parts[0].start]
    if (pattern?.kind !== 'string') return { prefix: '', suffix: '', upperCased }
    if (tokens[start]!.text === 'concat')
      return answer(parts.flatMap((part) => partsOf(tokens, text, part, constants)))
    const named = /\{(\w+)\}/.exec(pattern.text)?.[1]
    const passed =
      parts[1] && tokens[parts[1].start]?.kind === 'name' ? tokens[parts[1].start]!.text : undefined
    const unknown = named && !/^\d+$/.test(named) ? named : passed
    const pieces = pattern.text.split(/%s|\{[^}]*\}/)
    return answer(
      pieces.flatMap((piece, at) =>
        at === 0 ? [{ text: piece }] : [{ name: unknown ?? '' }, { text: piece }],
      ),
    )
  }
  const sum = splitRange(tokens, { start, end: range.end }, '+')
  return answer(sum.flatMap((part) => partsOf(tokens, text, part, constants)))
}

interface Part {
  text?: string
  /** '' = an expression. */
  name?: string
}

function formatCall(tokens: readonly Token[], range: Range): number {
  for (let at = range.start; at < Math.min(range.end, range.start + 5); at++) {
    const token = tokens[at]!
    if (token.text === '(' && token.match > at) {
      const name = tokens[at - 1]?.text === '!' ? tokens[at - 2] : tokens[at - 1]
      return name?.kind === 'name' && /^(?:format|Format|concat)$/.test(name.text) ? at : -1
    }
    if (token.kind === 'string') return -1
  }
  return -1
}

function partsOf(
  tokens: readonly Token[],
  text: string,
  range: Range,
  constants: ReadonlyMap<string, string>,
): Part[] {
  const token = tokens[range.start]
  if (!token) return [{ name: '' }]
  if (token.kind === 'string') {
    const stars = token.text.split('*')
    if (stars.length === 1) return [{ text: token.text }]
    const raw = text.slice(token.offset, token.offset + token.text.length + 40 * stars.length)
    const holes = [...raw.matchAll(/\$([A-Za-z_]\w*)|\$?\{([^{}]*)\}/g)]
    return stars.flatMap((star, at) => {
      if (at === 0) return [{ text: star }]
      const inside = (holes[at - 1]?.[1] ?? holes[at - 1]?.[2] ?? '').trim()
      const constant = constants.get(inside)
      if (constant !== undefined) return [{ text: constant }, { text: star }]
      return [
        { name: /^[A-Za-z_]\w*(?=$|\.(?:to)?upper)/i.exec(inside)?.[0] ?? '' },
        { text: star },
      ]
    })
  }
  if (token.text === 'nameof' && tokens[range.start + 1]?.text === '(') {
    const last = tokens[tokens[range.start + 1]!.match - 1]
    return last?.kind === 'name' ? [{ text: last.text }] : [{ name: '' }]
  }
  if (token.kind === 'name') {
    // the last of a dotted name, unless it is a method
    let last = range.start
    while (tokens[last + 1] && /^(?:\.|::)$/.test(tokens[last + 1]!.text) && last + 2 < range.end) {
      if (tokens[last + 3]?.text === '(' || tokens[last + 2]!.kind !== 'name') break
      last += 2
    }
    const name = tokens[last]!.text
    const constant = constants.get(name)
    if (constant !== undefined && last + 1 >= range.end) return [{ text: constant }]
    const called = tokens[last + 1]?.text === '('
    if (called && !wrapping.has(name)) return [{ name: '' }]
    return [
      {
        name:
          last === range.start || last + 1 >= range.end ? (last === range.start ? name : '') : '',
      },
    ]
  }
  return [{ name: '' }]
}

function joined(parts: readonly Part[], upperCased: boolean): KeyExpression {
  const unknown = parts.filter((part) => part.text === undefined)
  const known = parts.map((part) => part.text ?? '*').join('')
  const text = upperCased && unknown.length === 0 ? known.toUpperCase() : known
  const at = parts.findIndex((part) => part.text === undefined)
  const prefix = at < 0 ? text : textBetween(parts.slice(0, at))
  const suffix = at < 0 ? '' : textBetween(parts.slice(at + 1))
  const name = unknown.length === 1 ? unknown[0]!.name : undefined
  return {
    ...(unknown.length < parts.length && text.replaceAll('*', '') !== '' && { key: text }),
    ...(name && { name }),
    prefix,
    suffix,
    upperCased,
  }
}

function textBetween(parts: readonly Part[]): string {
  return parts.map((part) => part.text ?? '*').join('')
}

/** A name that an environment may hold in this spelling: upper case, or anything where the mechanism leaves no doubt. */
export function isKey(key: string, certain = false): boolean {
  const bare = key.replaceAll('*', '')
  if (key.includes('*') && (bare.match(/[A-Za-z]/g) ?? []).length < 3) return false
  if (key.length > 200) return false
  return (
    (certain ? /^[A-Za-z_*][A-Za-z0-9_.*-]*$/ : /^[A-Z_*][A-Z0-9_*]*$/).test(key) &&
    /[A-Za-z]/.test(bare)
  )
}
