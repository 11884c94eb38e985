/** Keys and what could not be seen, as they may leave the process: in JSON, in a report. Pure. */
import type { Declaration } from '../declarations/declaration.ts'
import type { DefaultValue, DynamicRead, KeyRead, Residual } from '../key-read.ts'
import type { ScanKey } from './scan-keys.ts'
import { isSensitiveName, shareableLiteral, withoutAssignedTexts } from './sensitive-name.ts'

/** Defaults that may be secret lose their text, and comments beside keys that may be are left out. */
export function shareableKeys(keys: readonly ScanKey[]): ScanKey[] {
  return keys.map((key) => ({
    ...key,
    defaults: key.defaults.map((it) => shareableDefault(key.key, it)),
    reads: key.reads.map(shareableRead),
    declarations: key.declarations.map(shareableDeclaration),
  }))
}

/** Expressions without the texts that they assign. */
export function shareableResidual(residual: Residual): Residual {
  const plain = (read: DynamicRead): DynamicRead => ({
    ...read,
    text: withoutAssignedTexts(read.text),
  })
  return {
    dynamic: residual.dynamic.map(plain),
    wholeObject: residual.wholeObject.map(plain),
    unparsed: residual.unparsed,
  }
}

function shareableRead({ default: fallback, ...read }: KeyRead): KeyRead {
  return fallback === undefined ? read : { ...read, default: shareableDefault(read.key, fallback) }
}

function shareableDefault(key: string, { literal, forEmpty }: DefaultValue): DefaultValue {
  return { literal: literal === undefined ? undefined : shareableLiteral(key, literal), forEmpty }
}

function shareableDeclaration({ default: fallback, comment, ...rest }: Declaration): Declaration {
  const literal = fallback === undefined ? undefined : shareableLiteral(rest.key, fallback)
  const isOpen = comment !== undefined && !isSensitiveName(rest.key)
  const plain = isOpen ? shareableLiteral('', comment) : undefined
  return {
    ...rest,
    ...(literal === undefined ? {} : { default: literal }),
    ...(plain === undefined ? {} : { comment: plain }),
  }
}
