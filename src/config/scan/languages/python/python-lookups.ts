/** Reads in Python code: the environment itself, public libraries, and calls that may turn out to be accessors. */
import type { Node } from 'web-tree-sitter'
import type { DefaultValue } from '../../../key-read.ts'
import { FactsDraft, type ReadDetails } from '../shared/facts-draft.ts'
import { literalOf, looksLikeKey, type KeyText } from '../shared/key-text.ts'
import { contextOf, typeOfLiteral } from '../shared/read-context.ts'
import { pythonLiteral, pythonStep, pythonType } from './python-context.ts'
import { isEveryKey, PythonMatching } from './python-matching.ts'
import { keyedOptions } from './keyed-options.ts'
import { prefixOf } from './instance-prefix.ts'
import type { PythonNames } from './python-names.ts'
import { pythonReader, readerMethods, type Reader } from './python-readers.ts'

/** What makes settings of dynaconf. */
export const dynaconf =
  /^dynaconf\.(?:\w+\.)?(?:Dynaconf|LazySettings|FlaskDynaconf|DjangoDynaconf)$/

const isEnvironment = (name: string | undefined): boolean =>
  name === 'os.environ' || name === 'os.environb'

export class PythonLookups {
  readonly #draft: FactsDraft
  readonly #names: PythonNames
  readonly #matching: PythonMatching
  /** Parts of the file in which keys get a prefix: `with env.prefixed('MAIL_'):`. */
  readonly #prefixes: { start: number; end: number; prefix: string }[] = []

  /** What `environ.Env(DEBUG=(bool, False))` says of keys that are read later. */
  readonly #scheme = new Map<string, ReadDetails>()

  constructor(draft: FactsDraft, names: PythonNames) {
    this.#draft = draft
    this.#names = names
    this.#matching = new PythonMatching(draft, names)
  }

  call(node: Node): void {
    const callee = node.childForFieldName('function')
    const list = node.childForFieldName('arguments')
    if (!callee || !list || list.type !== 'argument_list') return
    const given = list.namedChildren.filter((one) => one.type !== 'comment')
    const positional = given.filter((one) => one.type !== 'keyword_argument')
    const name = this.#names.qualified(callee)
    const reader = pythonReader(name)
    keyedOptions(given, this.#names, this.#draft)
    if (reader) return this.#library(node, reader, positional, given)
    if (name === 'os.path.expandvars') return this.#expanded(node, positional[0])
    this.#prefixed(node, name, positional, given)
    this.#matching.call(node, callee, positional[0])
    this.#maybeAccessor(node, callee, name, positional, given)
  }

  #library(node: Node, reader: Reader, positional: readonly Node[], given: readonly Node[]): void {
    const keyword = (names: readonly string[]) =>
      given
        .find(
          (one) =>
            one.type === 'keyword_argument' &&
            names.includes(one.childForFieldName('name')?.text ?? ''),
        )
        ?.childForFieldName('value')
    const [first] = positional
    const keyNode = first ?? keyword(['key', 'var', 'name', 'option'])
    if (!keyNode && reader.bare === undefined) return
    const standIn = keyword(['default']) ?? positional[reader.default]
    const cast = keyword(['cast']) ?? positional[reader.cast ?? -1]
    const texts = keyNode ? this.#names.texts(keyNode) : [[reader.bare ?? null]]
    const scheme = reader.via === 'environ' ? this.#scheme.get(literalOf(texts) ?? '') : undefined
    const around = this.#prefixes
      .filter((one) => node.startIndex >= one.start && node.startIndex < one.end)
      .map((one) => one.prefix)
      .join('')
    const made = node.childForFieldName('function')
    const owner = made?.type === 'attribute' ? made.childForFieldName('object') : made
    const prefix = (prefixOf(this.#names, owner) ?? '') + around
    this.#draft.lookUp(
      node,
      { tier: reader.tier, anyCase: reader.tier !== 'direct' },
      prefix ? texts.map((text): KeyText => [prefix, ...text]) : texts,
      this.#details(node, standIn, {
        ...(reader.type && reader.type !== 'string' ? { type: reader.type } : {}),
        ...(cast
          ? {
              type: pythonType(
                cast.type === 'call' ? cast.childForFieldName('function')?.text : cast.text,
              ),
            }
          : {}),
        ...scheme,
        ...(reader.strict && !standIn && !scheme?.default ? { required: true } : {}),
        ...(reader.via ? { via: reader.via } : {}),
      }),
    )
  }

  #details(node: Node, standIn: Node | null | undefined, known: ReadDetails): ReadDetails {
    const context = contextOf(node, pythonStep)
    const details: ReadDetails = { ...known }
    const written = standIn ?? context.default?.node
    if (written && written.type !== 'none') {
      const texts = written.type === 'identifier' ? this.#names.texts(written) : []
      const part = texts.length === 1 && texts[0]!.length === 1 ? texts[0]![0] : undefined
      if (part && typeof part === 'object' && 'parameter' in part)
        details.defaultParameter = part.parameter
      else {
        const literal = pythonLiteral(written) ?? literalOf(texts)
        const forEmpty = standIn ? false : (context.default?.forEmpty ?? false)
        details.default = { literal, forEmpty } satisfies DefaultValue
        details.type ??=
          context.type ?? typeOfLiteral(written.type === 'string' ? undefined : literal)
      }
    }
    details.type ??= context.type
    details.sink ??= context.sink
    if (details.default) delete details.required
    return details
  }

  subscript(node: Node): void {
    const value = node.childForFieldName('value')
    const keyNode = node.childForFieldName('subscript')
    const { parent } = node
    if (parent?.type === 'assignment' && parent.childForFieldName('left')?.id === node.id) return
    if (parent?.type === 'delete_statement' || !keyNode) return
    if (isEveryKey(this.#names, keyNode))
      return this.#matching.told(node, this.#names.elements(value, undefined))
    const texts = this.#names.texts(keyNode)
    if (isEnvironment(this.#names.qualified(value)))
      return this.#draft.lookUp(
        node,
        { tier: 'direct' },
        texts,
        this.#details(node, undefined, { required: true }),
      )
    const library = /^(decouple|environs|starlette)\b.*\(\)$/.exec(
      this.#names.qualified(value) ?? '',
    )
    if (library) return
    const path = this.#names.path(value)
    if (!path || !this.#mayBeShared(path)) return
    if (
      texts.some((text) => typeof text[0] === 'string' && looksLikeKey(text[0])) &&
      texts.length === 1
    )
      this.#draft.lookUp(
        node,
        { path, how: 'member' },
        texts,
        this.#details(node, undefined, { required: true }),
      )
  }

  /** `settings.KEY`, where another file tells what `settings` is. */
  attribute(node: Node): void {
    const object = node.childForFieldName('object')
    const key = node.childForFieldName('attribute')?.text ?? ''
    if (object?.type !== 'identifier' || !looksLikeKey(key)) return
    const left = node.parent?.type === 'assignment' ? node.parent.childForFieldName('left') : null
    if (left?.id === node.id) return
    const path = this.#names.path(object)
    const from = this.#names.imported.get(object.text)
    if (!path || from?.startsWith('django.') || !this.#mayBeShared(path)) return
    this.#draft.lookUp(node, { path, how: 'member' }, [[key]], this.#details(node, undefined, {}))
  }

  comparison(node: Node): void {
    const operators = node.childrenForFieldName('operators')
    const right = node.namedChildren.at(-1)
    const [left] = node.namedChildren
    if (this.#matching.comparison(node, left, operators[0]?.type, right)) return
    if (!operators.some((one) => one?.type === 'in' || one?.type === 'not in')) return
    if (isEnvironment(this.#names.qualified(right)))
      this.#draft.lookUp(node, { tier: 'direct' }, this.#names.texts(node.namedChild(0)))
  }

  /** The environment where it is neither indexed nor asked for a key: handed on as a whole. */
  whole(node: Node): void {
    if (!isEnvironment(this.#names.qualified(node))) return
    const { parent } = node
    if (!parent) return
    const { type } = parent
    if (type === 'subscript' || type === 'comparison_operator' || type.startsWith('import')) return
    if (type === 'attribute') {
      const method = parent.childForFieldName('attribute')?.text ?? ''
      if (['copy', 'items', 'values', 'keys', '__iter__'].includes(method))
        this.#draft.wholeObject(parent.parent ?? parent)
      return
    }
    if (type === 'assignment' || type === 'dotted_name' || type === 'aliased_import') return
    if (type === 'typed_default_parameter' || type === 'default_parameter') return
    this.#draft.wholeObject(parent)
  }

  #expanded(node: Node, text: Node | undefined): void {
    const literal = literalOf(this.#names.texts(text))
    if (literal === undefined) return
    for (const [, key] of literal.matchAll(/\$\{?([A-Za-z_]\w*)/g))
      this.#draft.lookUp(node, { tier: 'reference' }, [[key!]])
  }

  /** Libraries that take every key with a prefix. */
  #prefixed(
    node: Node,
    name: string | undefined,
    positional: readonly Node[],
    given: readonly Node[],
  ): void {
    const keyword = (word: string) =>
      given
        .find(
          (one) => one.type === 'keyword_argument' && one.childForFieldName('name')?.text === word,
        )
        ?.childForFieldName('value')
    if (/^environs\..*\.prefixed$/.test(name ?? '')) {
      const prefix = literalOf(this.#names.texts(positional[0]))
      let block: Node | null = node
      while (block && block.type !== 'with_statement') block = block.parent
      if (prefix && block)
        this.#prefixes.push({ start: node.endIndex, end: block.endIndex, prefix })
    } else if (name?.endsWith('.config.from_prefixed_env')) {
      const prefix = positional[0] ?? keyword('prefix')
      this.#template(node, prefix, 'FLASK', 'flask')
    } else if (dynaconf.test(name ?? ''))
      this.#template(
        node,
        keyword('envvar_prefix') ?? keyword('ENVVAR_PREFIX'),
        'DYNACONF',
        'dynaconf',
      )
    else if (/^environ\.Env$/.test(name ?? ''))
      for (const one of given) {
        const key = one.childForFieldName('name')?.text ?? ''
        const scheme = one.childForFieldName('value')
        if (one.type !== 'keyword_argument' || !looksLikeKey(key)) continue
        const pair = scheme?.type === 'tuple' ? scheme.namedChildren : [scheme]
        const literal = pythonLiteral(pair[1])
        const details: ReadDetails = {
          via: 'environ',
          type: pythonType(pair[0]?.text),
          ...(pair[1] ? { default: { literal, forEmpty: false } } : {}),
        }
        this.#scheme.set(key, details)
        this.#draft.lookUp(one, { tier: 'schema' }, [[key]], details)
      }
  }

  #template(node: Node, prefix: Node | null | undefined, byDefault: string, via: string): void {
    const texts: readonly KeyText[] = prefix ? this.#names.texts(prefix) : [[byDefault]]
    this.#draft.lookUp(
      node,
      { tier: 'binding' },
      texts.map((text): KeyText => [...text, '_', null]),
      { via },
    )
  }

  /** Of the file's own scope or of an import: what other files may have to do with. */
  #mayBeShared(path: readonly string[]): boolean {
    const [name = ''] = path
    if (this.#names.imported.has(name)) return true
    return this.#names.frames.file.names.has(name) || this.#names.frames.file.names.has(`${name}()`)
  }

  /** `lookup(**record)` for each record of a list: its fields are the parameters of that name. */
  #splat(
    node: Node,
    path: readonly string[],
    given: readonly Node[],
    details: () => ReadDetails,
  ): void {
    const record = given.length === 1 && given[0]!.type === 'dictionary_splat' ? given[0] : null
    const called = record && this.#names.frames.byPath(path.join('\0'))
    if (!record || !called) return
    const values = called.parameters.slice(0, 4).map(({ name }) => {
      const texts = this.#names.fieldTexts(record.namedChild(0), name)
      return { texts: texts.every((text) => looksLikeKey(literalOf([text]) ?? '')) ? texts : [] }
    })
    this.#draft.call(node, [...path], values, details)
  }

  #maybeAccessor(
    node: Node,
    callee: Node,
    name: string | undefined,
    positional: readonly Node[],
    given: readonly Node[],
  ): void {
    const path = this.#names.path(callee)
    if (!path || name?.startsWith('os.') || !this.#mayBeShared(path)) return
    const standIn = given
      .find(
        (one) =>
          one.type === 'keyword_argument' && one.childForFieldName('name')?.text === 'default',
      )
      ?.childForFieldName('value')
    const details = () => this.#details(node, standIn ?? undefined, {})
    const values = positional
      .slice(0, 6)
      .map((one) => ({ texts: this.#names.texts(one), literal: pythonLiteral(one) }))
    this.#splat(node, path, given, details)
    this.#draft.call(node, path, values, details)
    const method = path.at(-1) ?? ''
    // a reader of a library that another file made: its methods name types
    if (path.length > 1 && readerMethods.includes(method) && method !== 'get')
      this.#draft.call(node, path.slice(0, -1), values, () => ({
        ...details(),
        type: pythonType(method),
      }))
    for (const [argument, one] of positional.slice(0, 4).entries())
      if (isEnvironment(this.#names.qualified(one))) {
        this.#draft.facts.handovers ??= []
        this.#draft.facts.handovers.push({ to: path, argument })
      }
  }
}
