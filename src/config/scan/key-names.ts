/** What may be the name of a key: pure. */
import type { ReadTier } from '../key-read.ts'

/** Members that every object has, and what bundlers put beside the keys. */
const members = new Set([
  'constructor', 'hasOwnProperty', 'toString', 'valueOf', 'isPrototypeOf', 'propertyIsEnumerable', 'toJSON', 'length',
  'toLocaleString', 'prototype', 'then', 'undefined', 'null', 'NaN',
]) // prettier-ignore

/**
 * Lower case is a key only where the mechanism says so for certain: the language's own environment, an annotation, a
 * field of a schema that is filled from it, `${...}`.
 */
export function isKeyName(key: string, tier: ReadTier): boolean {
  if (key.length > 200 || members.has(key)) return false
  const certain =
    tier === 'direct' || tier === 'binding' || tier === 'reference' || tier === 'schema'
  return certain
    ? /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(key) || /^[A-Za-z_][\w.()-]*$/.test(key)
    : /^_*[A-Z][A-Z0-9_]*$/.test(key) && key.length > 1
}

/**
 * At least three letters of a template are known; it is upper case as far as it is known, or nested like the field of a
 * bound class (`Section__*__Name`).
 */
export function isKeyTemplate(key: string, tier: ReadTier): boolean {
  return (
    key.includes('*') &&
    key.length <= 200 &&
    (tier === 'schema' ? /^[A-Za-z0-9_*]+$/ : /^[A-Z0-9_*]+$/).test(key) &&
    key.replaceAll(/[^A-Za-z]/g, '').length >= 3
  )
}
