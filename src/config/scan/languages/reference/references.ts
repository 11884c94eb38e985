/** `${KEY}` in text that some program fills in. */
import type { DefaultValue } from '../../../key-read.ts'

export interface ReferenceStyle {
  /** `$KEY` too. */
  unbraced?: boolean
  /** `${KEY:default}` (Spring); else `:` needs one of `-`, `=`, `?` or `+` behind it. */
  colonDefault?: boolean
  /** Names of properties too, with dots, dashes and small letters; then everything behind `:` is the default. */
  properties?: boolean
  /** `$$` is a dollar sign. */
  doubled?: boolean
}

export interface Reference {
  key: string
  /** Of the `$`. */
  offset: number
  default?: DefaultValue
  required?: boolean
  braced: boolean
  /** `${KEY:+text}`: only whether it is set counts. */
  probed?: boolean
}

const bracedPattern =
  /\$\{\s*(\??)(?:(?:env|ENV)[.:])?([A-Za-z_]\w*)(:-|:=|:\?|:\+|[-=?+:,}]|\s*[}|,])/y
const propertyPattern =
  /\$\{\s*(\??)(?:(?:env|ENV)[.:])?([A-Za-z_][\w.-]*(?:\[\d+\])?[\w.-]*)\s*(:|\})/y
const unbracedPattern = /\$([A-Za-z_]\w*)/y
const maxDefault = 400

/** In the order of the text; linear. */
export function referencesIn(text: string, style: ReferenceStyle): Reference[] {
  const found: Reference[] = []
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
    if (style.doubled && text[at + 1] === '$') {
      at++
      continue
    }
    if (text[at - 1] === '\\') continue
    if (text[at + 1] !== '{') {
      unbracedPattern.lastIndex = at
      const name = style.unbraced ? unbracedPattern.exec(text)?.[1] : undefined
      if (name) found.push({ key: name, offset: at, braced: false })
      continue
    }
    const pattern = style.properties ? propertyPattern : bracedPattern
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (!match) continue
    const [whole, optional, key = '', operator = ''] = match
    if (operator === ':' && !style.colonDefault) continue
    if (found.length >= 20_000) break
    found.push({
      key,
      offset: at,
      braced: true,
      ...meaningOf(text, at + whole.length, operator.trim()),
    })
    if (optional) found.at(-1)!.required = false
  }
  return found
}

/** What an operator behind a name means; `after`: index behind it. */
export function meaningOf(
  text: string,
  after: number,
  operator: string,
): Pick<Reference, 'default' | 'required' | 'probed'> {
  if (operator === '}' || operator === '|') return {}
  if (operator === ':?' || operator === '?') return { required: true }
  if (operator === ':+' || operator === '+') return { probed: true }
  if (operator === '') return {}
  const end = closing(text, after)
  const raw =
    end < 0
      ? undefined
      : text
          .slice(after, end)
          .trim()
          .replace(/^(['"])(.*)\1$/s, '$2')
  const literal = raw !== undefined && !/\$\{|\$\(|#\{/.test(raw) ? raw : undefined
  return { default: { literal, forEmpty: operator === ':-' || operator === ':=' } }
}

/** Index of the `}` that ends the reference, or -1. */
function closing(text: string, start: number): number {
  let depth = 1
  for (let at = start; at < Math.min(text.length, start + maxDefault); at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return at
    else if (text[at] === '\n' && text[at + 1] === '\n') return -1
  }
  return -1
}

/** A name as environments have it. One letter, or none of upper case, is a placeholder of something else. */
export function isEnvironmentName(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]+$/.test(name) && /[A-Z]/.test(name) && name.length <= 200
}
