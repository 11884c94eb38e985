/** Facts of one file in the making: what the collectors of several languages have in common. */
import { defined } from '../../../defined.ts'
import type { Node } from 'web-tree-sitter'
import type { DefaultValue, Language, ReadTier, ValueType } from '../../../key-read.ts'
import { emptyFacts } from '../../empty-facts.ts'
import type {
  FactSymbol,
  FactUse,
  FileFacts,
  Meaning,
  Place,
  SymbolPath,
} from '../../file-facts.ts'
import type { Frame } from './frames.ts'
import { joinParts, looksLikeKey, type KeyText } from './key-text.ts'

export interface ReadDetails {
  default?: DefaultValue | undefined
  /** Parameter of the function around it that is the default. */
  defaultParameter?: number | undefined
  required?: boolean | undefined
  type?: ValueType | undefined
  values?: string[] | undefined
  sink?: string | undefined
  via?: string | undefined
}

/** What is asked: the language's own environment, or a symbol that may turn out to stand for it. */
export type Source =
  | { tier: ReadTier; anyCase?: boolean }
  | {
      path: SymbolPath
      how: 'member' | 'call'
      argument?: number
      arguments?: Record<number, string>
    }

type Asked = Extract<Source, { path: SymbolPath }>

/** What a call hands over. */
export interface CallArgument {
  texts: readonly KeyText[]
  literal?: string | undefined
}

const maxFacts = 20_000

const isParameter = (part: KeyText[number]): boolean =>
  part !== null && typeof part === 'object' && 'parameter' in part

const isConstant = ([part]: KeyText): boolean =>
  part !== null && typeof part === 'object' && 'constant' in part

const textBetween = (parts: KeyText, from: number, to: number): string =>
  parts
    .slice(from, to)
    .map((part) => (typeof part === 'string' ? part : ''))
    .join('')

/** Keys as environments have them; where the function sounds like a lookup, names in lower case too. */
function mayBeKey(text: KeyText, lookup: boolean): boolean {
  if (text.some((part) => isParameter(part)) || !text.some((part) => typeof part === 'string'))
    return false
  const known = joinParts(text)
    .map((part) => (typeof part === 'string' ? part : 'X'))
    .join('')
  return looksLikeKey(known) || (lookup && text.length === 1 && /^[a-z][\w.-]{2,60}$/i.test(known))
}

export function placeOf(node: Node): Place {
  const { row, column } = node.startPosition
  return { line: row + 1, column: column + 1 }
}

export function shortText(node: Node): string {
  const { text } = node
  return (text.length > 400 ? text.slice(0, 400) : text).replaceAll(/\s+/g, ' ').slice(0, 80)
}

export class FactsDraft {
  readonly facts: FileFacts
  readonly #places = new Set<string>()
  readonly #members = new Map<string, { path: SymbolPath; meaning: Meaning; local: boolean }>()

  constructor(language: Language, namespace?: string) {
    this.facts = { ...emptyFacts(language), ...(namespace === undefined ? {} : { namespace }) }
  }

  /** One lookup of what may be several keys. */
  lookUp(node: Node, source: Source, texts: readonly KeyText[], details: ReadDetails = {}): void {
    if (texts.length === 0) this.#one(node, source, [null], details)
    for (const text of texts) this.#one(node, source, joinParts(text), details)
  }

  #one(node: Node, source: Source, parts: KeyText, details: ReadDetails): void {
    const [first] = parts
    if (parts.length === 0) return
    if (parts.length === 1 && typeof first === 'string')
      return this.#key(node, source, first, details)
    const open = parts.filter((part) => typeof part !== 'string')
    const [only] = open
    if (open.length === 1 && only && 'parameter' in only) {
      const at = parts.indexOf(only)
      this.#accessor(
        only,
        source,
        textBetween(parts, 0, at),
        textBetween(parts, at + 1, parts.length),
        details,
      )
      return
    }
    if (parts.length === 1 && only && 'constant' in only) {
      const asked: Asked = 'tier' in source ? { path: [], how: 'member' } : source
      return this.use(node, asked, undefined, details, only.constant)
    }
    const template = parts.map((part) => (typeof part === 'string' ? part : '*')).join('')
    if (
      template.length <= 200 &&
      (template.match(/[A-Za-z]/g)?.length ?? 0) >= 3 &&
      looksLikeKey(template.replaceAll('*', 'X'))
    )
      return this.#key(node, source, template, details)
    if ('tier' in source) this.dynamic(node)
    else if (source.path.length > 0) this.use(node, source, undefined, details)
  }

  #key(node: Node, source: Source, key: string, details: ReadDetails): void {
    if ('path' in source) return this.use(node, source, key, details)
    const plain = source.anyCase ? /^[A-Za-z_][\w.*-]*$/ : /^[A-Za-z_*][\w*]*$/
    if (key.length > 200 || !plain.test(key) || this.facts.reads.length >= maxFacts) return
    const { defaultParameter: _, ...rest } = details
    this.facts.reads.push({ key, tier: source.tier, ...placeOf(node), ...defined(rest) })
  }

  use(
    node: Node,
    source: Asked,
    key: string | undefined,
    details: ReadDetails = {},
    keyOf?: SymbolPath,
  ): void {
    if (this.facts.uses.length >= maxFacts) return
    const { default: standIn, required, type, sink } = details
    const use: FactUse = {
      ...source,
      ...placeOf(node),
      ...defined({ key, keyOf, default: standIn, required, type, sink }),
      text: shortText(node),
    }
    this.facts.uses.push(use)
  }

  /** A call of what may turn out to look a key up: what its arguments say of it. */
  call(
    node: Node,
    path: SymbolPath,
    given: readonly CallArgument[],
    details: () => ReadDetails,
  ): void {
    const others: Record<number, string> = {}
    for (const [i, { literal }] of given.slice(0, 6).entries())
      if (literal !== undefined) others[i] = literal
    const name = path.at(-1) ?? ''
    const lookup =
      /env|conf|sett|secret|var|opt|get|read|param|flag|str|bool|int|dig|fetch|lookup|require/i.test(
        name,
      )
    const key = given
      .slice(0, 4)
      .findIndex(({ texts }) => texts.some((text) => mayBeKey(text, lookup)))
    const handed = given
      .slice(0, 2)
      .findIndex(({ texts }) => texts.some((text) => text.some((part) => isParameter(part))))
    const source = { path, how: 'call' as const, arguments: others }
    if (key >= 0 && (handed < 0 || key < handed)) {
      const told = details()
      for (const [argument, { texts }] of given.entries()) {
        const keys = texts.filter((text) => mayBeKey(text, lookup))
        // a function may take several keys
        if (argument >= key && keys.length > 0)
          this.lookUp(node, { ...source, argument }, keys, told)
      }
      return
    }
    if (handed >= 0) {
      const texts = given[handed]!.texts.filter((text) => text.some((part) => isParameter(part)))
      return this.lookUp(node, { ...source, argument: handed }, texts, details())
    }
    const constant = given
      .slice(0, 2)
      .findIndex(({ texts }) => texts.some((text) => isConstant(text)))
    if (constant >= 0) {
      const texts = given[constant]!.texts.filter((text) => isConstant(text))
      return this.lookUp(node, { ...source, argument: constant }, texts, details())
    }
    if (/env/i.test(name) && given.length > 0 && others[0] === undefined)
      this.use(node, { ...source, argument: 0 }, undefined, details())
  }

  #accessor(
    part: { parameter: number; frame: Frame; upperCased?: boolean; joined?: string },
    source: Source,
    prefix: string,
    suffix: string,
    details: ReadDetails,
  ): void {
    const { path } = part.frame
    if (!path || path.length === 0) return
    const { default: standIn, type } = details
    const named = part.frame.parameters.findIndex(({ name }) =>
      /^\$?(def|dflt|fallback|otherwise|alt)/i.test(name),
    )
    const defaultParameter =
      details.defaultParameter ?? (named >= 0 && named !== part.parameter ? named : undefined)
    const required = details.required ?? (!standIn && refuses(part.frame.node) ? true : undefined)
    const meaning: Meaning = {
      is: 'accessor',
      keyParameter: part.parameter,
      ...(prefix ? { prefix } : {}),
      ...(suffix ? { suffix } : {}),
      ...(part.upperCased ? { upperCased: true } : {}),
      ...(part.joined !== undefined
        ? { joined: part.joined }
        : part.frame.parameters[part.parameter]?.rest
          ? { rest: true }
          : {}),
      ...('path' in source ? { of: source.path } : {}),
      ...defined({ defaultParameter, required, type, default: standIn }),
    }
    const known = this.#members.get(path.join('\0'))?.meaning
    const same =
      known?.is === 'accessor' &&
      known.keyParameter === meaning.keyParameter &&
      known.of?.join('\0') === meaning.of?.join('\0')
    if (same && /^_[A-Z]+$/.test(suffix) && !prefix && !known.prefix && !known.suffix) {
      known.also = [...new Set([...(known.also ?? []), suffix])]
      return
    }
    if (same && !suffix && !prefix && /^_[A-Z]+$/.test(known.suffix ?? '') && !known.prefix)
      meaning.also = [known.suffix!]
    // of several lookups in one function, the plain one in the environment is what its callers mean
    if (
      known?.is === 'accessor' &&
      !(known.of && !('path' in source)) &&
      !(known.prefix || known.suffix)
    )
      return
    this.symbol(path, meaning)
  }

  /** A symbol or a member of one; a `local` one is not seen by other files. */
  symbol(path: SymbolPath, meaning: Meaning, local = false): void {
    if (this.#members.size < maxFacts) this.#members.set(path.join('\0'), { path, meaning, local })
  }

  /** True where the path was given a meaning by this file. */
  knows(path: SymbolPath): boolean {
    return this.#members.has(path.join('\0'))
  }

  dynamic(node: Node): void {
    this.#told(this.facts.dynamic, node)
  }

  wholeObject(node: Node): void {
    this.#told(this.facts.wholeObject, node)
  }

  #told(list: (Place & { text: string })[], node: Node): void {
    const place = placeOf(node)
    if (list.length >= maxFacts) return
    const name = `${place.line}:${place.column}`
    if (this.#places.has(name)) return
    this.#places.add(name)
    list.push({ ...place, text: shortText(node) })
  }

  unparsed(root: Node, language: string, tooDeep?: Node): void {
    if (tooDeep)
      this.facts.unparsed.push({
        ...placeOf(tooDeep),
        reason: 'From here the file is nested too deeply.',
      })
    if (!root.hasError) return
    const [error] = root.descendantsOfType('ERROR')
    this.facts.unparsed.push({
      ...placeOf(error ?? root),
      reason: `The text is not ${language} from here; the rest of the file was read.`,
    })
  }

  finish(): FileFacts {
    const top = new Map<string, FactSymbol>()
    for (const { path, meaning, local } of [...this.#members.values()].toSorted(
      (a, b) => a.path.length - b.path.length,
    )) {
      const [name, ...rest] = path
      if (name === undefined) continue
      let symbol = top.get(name)
      if (rest.length === 0) {
        symbol = { name, ...(local ? {} : { exported: name }), meaning }
        top.set(name, symbol)
        continue
      }
      if (!symbol) {
        symbol = {
          name,
          ...(local ? {} : { exported: name }),
          meaning: { is: 'object', members: {} },
        }
        top.set(name, symbol)
      }
      addMember(symbol.meaning, rest, meaning)
    }
    this.facts.symbols.push(...top.values())
    return this.facts
  }
}

/** A short function that raises, panics or exits is taken to do so where the key is missing. */
function refuses(node: Node): boolean {
  if (node.endIndex - node.startIndex > 1500) return false
  return /\braise\b|\bthrow\b|\bpanic\(|\bFatal|\bos\.Exit\(|\babort\b|\bdie\(/.test(node.text)
}

function addMember(into: Meaning, path: readonly string[], meaning: Meaning): void {
  if (into.is !== 'object') return
  const [name, ...rest] = path
  if (name === undefined || name === '__proto__') return
  if (rest.length === 0) {
    if (!Object.hasOwn(into.members, name)) into.members[name] = meaning
    return
  }
  const inner = Object.hasOwn(into.members, name)
    ? into.members[name]!
    : { is: 'object' as const, members: {} }
  into.members[name] = inner
  addMember(inner, rest, meaning)
}
