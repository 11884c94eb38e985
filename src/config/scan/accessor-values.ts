/** Functions that look keys up: what is known of them, and how one goes through another. Pure. */
import type { DefaultValue, ValueType } from '../key-read.ts'
import type { Meaning, SymbolPath } from './file-facts.ts'
import type { NamedAccessor } from './scan-input.ts'

export interface AccessorValue {
  is: 'accessor'
  origin: string
  keyParameter: number
  defaultParameter?: number
  prefix: string
  suffix: string
  upperCased: boolean
  /** Every argument from there on is a key. */
  rest?: boolean
  /** For a dot in an upper-cased key; left out = `_`. */
  separator?: string
  anyCase?: true
  /** All its arguments from there on, with this between them, are one key. */
  joined?: string
  /** It looks up the key with each of these after it, too. */
  also?: readonly string[]
  /** The contract names it: its keys are keys, however they are written. */
  named?: boolean
  required?: boolean
  type?: ValueType
  default?: DefaultValue
}

/** Accessors of the contract, by the end of the path that calls them: `this.config.require` is `config.require`. */
export function namedAccessors(
  accessors: readonly NamedAccessor[],
): (path: SymbolPath) => AccessorValue | undefined {
  const byLast = new Map<string, { parts: string[]; value: AccessorValue }[]>()
  for (const { name, prefix } of accessors) {
    const parts = name.split(/\.|::|->/)
    const own = accessorOn('', { keyParameter: 0, defaultParameter: 1, prefix: prefix ?? '' }, name)
    const known = byLast.get(parts.at(-1)!) ?? []
    byLast.set(parts.at(-1)!, [...known, { parts, value: { ...own, named: true } }])
  }
  return (path) => {
    if (byLast.size === 0 || path.length === 0) return undefined
    const plain = path.map((part) => part.replace(/@\d+$/, ''))
    return byLast
      .get(plain.at(-1)!)
      ?.find(({ parts }) =>
        parts.every((part, i) => part === plain[i + plain.length - parts.length]),
      )?.value
  }
}

type AccessorMeaning = Omit<Extract<Meaning, { is: 'accessor' }>, 'is' | 'of' | 'argument'>

export function accessorOn(prefix: string, own: AccessorMeaning, origin: string): AccessorValue {
  const { keyParameter, defaultParameter, required, type, default: given } = own
  return {
    is: 'accessor',
    origin,
    keyParameter,
    prefix: prefix + (own.prefix ?? ''),
    suffix: own.suffix ?? '',
    upperCased: own.upperCased ?? false,
    ...(own.rest ? { rest: true } : {}),
    ...(own.separator === undefined ? {} : { separator: own.separator }),
    ...(own.anyCase ? { anyCase: true } : {}),
    ...(own.joined === undefined ? {} : { joined: own.joined }),
    ...(own.also === undefined ? {} : { also: own.also }),
    ...(defaultParameter === undefined ? {} : { defaultParameter }),
    ...(required === undefined ? {} : { required }),
    ...(type === undefined ? {} : { type }),
    ...(given === undefined ? {} : { default: given }),
  }
}

/** A lookup that hands what it got to another one. */
export function accessorThrough(
  base: AccessorValue,
  own: AccessorMeaning,
  origin: string,
): AccessorValue {
  const outer = accessorOn('', own, origin)
  const required =
    outer.required ?? (outer.defaultParameter === undefined ? base.required : undefined)
  const type = outer.type ?? base.type
  const given = outer.default ?? base.default
  const also = [...(base.also ?? []), ...(outer.also ?? [])]
  return {
    ...outer,
    ...(also.length === 0 ? {} : { also }),
    prefix: base.prefix + outer.prefix,
    suffix: outer.suffix + base.suffix,
    upperCased: base.upperCased || outer.upperCased,
    ...(required === undefined ? {} : { required }),
    ...(type === undefined ? {} : { type }),
    ...(given === undefined ? {} : { default: given }),
  }
}
