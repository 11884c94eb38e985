import { parseExactJson } from '../exact-json.ts'
import type { AttributeValue } from './relations.ts'

/** A value that is kept as JSON text; text that is no JSON stays as it is. */
export function parseJson(text: string): AttributeValue {
  try {
    return parseExactJson(text) as AttributeValue
  } catch {
    return text
  }
}
