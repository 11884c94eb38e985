import { parseExactJson } from '../exact-json.ts'
import type { AttributeValue } from './relations.ts'

/** A name as the engine's SQL writes it. */
export function quotedIdentifier(name: string): string {
  return `\`${name.replace(/[`\\]/g, '\\$&')}\``
}

/** A string literal of the engine's SQL. */
export function quotedText(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}

/** A value that is kept as JSON text; text that is no JSON stays as it is. */
export function parseJson(text: string): AttributeValue {
  try {
    return parseExactJson(text) as AttributeValue
  } catch {
    return text
  }
}
