/** A text as far as the source tells: what is known of it, and what the rest hangs on. */
import type { Frame } from './frames.ts'
import type { SymbolPath } from '../../file-facts.ts'

export type TextPart =
  | string
  | { parameter: number; frame: Frame; upperCased?: boolean; joined?: string }
  /** A constant that is defined elsewhere. */
  | { constant: SymbolPath }
  /** Something that nobody can tell. */
  | null

export type KeyText = readonly TextPart[]

/** Texts that one expression may stand for are followed up to this many. */
export const maxAlternatives = 300

/** Neighbouring known parts put together. */
export function joinParts(parts: KeyText): TextPart[] {
  const joined: TextPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (part === '') continue
    if (typeof part === 'string' && typeof last === 'string')
      joined[joined.length - 1] = last + part
    else if (part === null && last === null) continue
    else joined.push(part)
  }
  return joined
}

/** Every combination of two lists of texts, bounded. */
export function concatenated(left: readonly KeyText[], right: readonly KeyText[]): KeyText[] {
  const all: KeyText[] = []
  for (const a of left)
    for (const b of right) {
      if (all.length >= maxAlternatives) return all
      all.push([...a, ...b])
    }
  return all
}

/** The text where all of it is known. */
export function literalOf(texts: readonly KeyText[]): string | undefined {
  if (texts.length !== 1) return undefined
  const parts = joinParts(texts[0]!)
  if (parts.length === 0) return ''
  return parts.length === 1 && typeof parts[0] === 'string' ? parts[0] : undefined
}

/** Upper-cases what is known, and marks what is not. */
export function upperCased(text: KeyText): KeyText {
  return text.map((part) => {
    if (typeof part === 'string') return part.toUpperCase()
    return part !== null && 'parameter' in part ? { ...part, upperCased: true } : part
  })
}

/** A name as environments have it; lower case is left to the mechanisms that are certain. */
export function looksLikeKey(text: string): boolean {
  return text.length <= 200 && /^_?[A-Z][A-Z0-9_]*[A-Z0-9]$/.test(text)
}
