import { createHash } from 'node:crypto'
import type { PromotedType } from '../tables/attribute-columns.ts'

const longestKey = 128

/**
 * Whether a key can have a column of its own. Others stay in the map, whatever they are: empty and very long ones, and
 * those with control characters or bytes that are no text (they all read as U+FFFD, so different ones look the same).
 */
export function isPromotableKey(key: string): boolean {
  return Buffer.byteLength(key) <= longestKey && /^[^\p{C}\p{Zl}\p{Zp}\uFFFD]+$/u.test(key)
}

/**
 * Name of the column of a key that is promoted while the product runs. It depends on nothing but type and key: two
 * processes that promote the same key at once mean the same column, and keys that differ only in characters that a name
 * cannot have (`a.b`, `a_b`) have different ones.
 */
export function promotedName(type: PromotedType, key: string): string {
  const hash = createHash('sha256').update(`${type}:${key}`).digest('hex').slice(0, 8)
  return `attr_${key.replace(/[^A-Za-z0-9]/g, '_').slice(0, 60)}_${hash}`
}
