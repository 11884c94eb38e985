/** Reads in Ruby code: `ENV`, public libraries, and calls that may turn out to be accessors. */
import type { Node } from 'web-tree-sitter'
import { FactsDraft, type ReadDetails } from '../shared/facts-draft.ts'
import { literalOf, type KeyText } from '../shared/key-text.ts'
import { contextOf } from '../shared/read-context.ts'
import { prefixesAsked } from '../shared/prefixes-asked.ts'
import { rubyLiteral, rubyStep } from './ruby-context.ts'
import type { RubyNames } from './ruby-names.ts'

const lookups = new Set([
  'fetch',
  'key?',
  'has_key?',
  'include?',
  'member?',
  'dig',
  'delete',
  '[]',
  'values_at',
  'slice',
  'fetch_values',
  'require',
])
const wholes = new Set([
  'to_h',
  'to_hash',
  'each',
  'each_pair',
  'map',
  'select',
  'filter',
  'reject',
  'dup',
  'clone',
  'keys',
  'values',
  'find',
  'any?',
  'merge',
  'filter_map',
  'each_with_object',
  'select!',
  'slice!',
])

export class RubyLookups {
  readonly #draft: FactsDraft
  readonly #names: RubyNames

  constructor(draft: FactsDraft, names: RubyNames) {
    this.#draft = draft
    this.#names = names
  }

  call(node: Node): void {
    const receiver = node.childForFieldName('receiver')
    const method = node.childForFieldName('method')?.text ?? ''
    const given = argumentsOf(node)
    if (this.#names.isEnvironment(receiver)) return this.#environment(node, method, given)
    for (const one of given) {
      const inner =
        one.type === 'hash_splat_argument' || one.type === 'splat_argument'
          ? one.namedChild(0)
          : one
      if (this.#names.isEnvironment(inner)) this.#draft.wholeObject(one)
    }
    if (this.#library(node, receiver, method, given)) return
    const path = this.#names.path(node)
    if (
      !path ||
      given.length === 0 ||
      /^(puts|raise|require|require_relative|p|format|warn|attr_\w+|private|alias_method)$/.test(
        method,
      )
    )
      return
    const values = given
      .slice(0, 6)
      .map((one) => ({ texts: this.#names.texts(one), literal: rubyLiteral(one) }))
    const named = keyword(given, 'default')
    this.#draft.call(node, path, values, () => this.#details(node, named))
  }

  /** Every name is held against a prefix, or nobody can tell. */
  #whole(node: Node): void {
    const prefixes = prefixesAsked(
      node,
      /^(program|body_statement|block_body|do_block|then|else|begin)$/,
    )
    if (prefixes.length === 0) return this.#draft.wholeObject(node)
    this.#draft.lookUp(
      node,
      { tier: 'alias' },
      prefixes.map((prefix): KeyText => [prefix, null]),
    )
  }

  #environment(node: Node, method: string, given: readonly Node[]): void {
    if (wholes.has(method) && given.length === 0) return this.#whole(node)
    if (!lookups.has(method)) return
    if (method === 'values_at' || method === 'slice' || method === 'fetch_values') {
      for (const one of given)
        this.#draft.lookUp(
          node,
          { tier: 'direct' },
          one.type === 'splat_argument'
            ? this.#names.elements(one.namedChild(0), undefined)
            : this.#names.texts(one),
          method === 'fetch_values' ? { required: true } : {},
        )
      return
    }
    const block = node.childForFieldName('block')
    const body = block?.childForFieldName('body')
    const standIn =
      method === 'fetch'
        ? (given[1] ??
          (body?.type.endsWith('body') || body?.type === 'body_statement'
            ? body.namedChild(0)
            : undefined))
        : undefined
    const details = this.#details(node, standIn)
    const refuses = /^raise\b|^abort\b/.test(standIn?.text ?? '')
    if (refuses) delete details.default
    const required = method === 'fetch' && ((!given[1] && !block) || refuses) && !details.default
    this.#draft.lookUp(
      node,
      { tier: 'direct' },
      this.#names.texts(given[0]),
      required ? { ...details, required: true } : details,
    )
  }

  subscript(node: Node): void {
    const object = node.childForFieldName('object')
    const [, index] = node.namedChildren
    const { parent } = node
    if (!index) return
    if (parent?.type === 'assignment' && parent.childForFieldName('left')?.id === node.id) return
    if (this.#names.isEnvironment(object)) {
      const given =
        parent?.type === 'operator_assignment' && parent.childForFieldName('left')?.id === node.id
      const details = this.#details(node, given ? parent.childForFieldName('right') : undefined)
      this.#draft.lookUp(node, { tier: 'direct' }, this.#names.texts(index), details)
      return
    }
    const path = this.#names.path(object)
    const texts = this.#names.texts(index)
    if (path && literalOf(texts) !== undefined)
      this.#draft.call(node, [...path, '[]'], [{ texts }], () => this.#details(node, undefined))
  }

  #details(node: Node, standIn: Node | null | undefined): ReadDetails {
    const context = contextOf(node, rubyStep)
    const details: ReadDetails = { type: context.type, sink: context.sink }
    const written = standIn ?? context.default?.node
    if (!written || written.type === 'nil') return details
    if (/^\(?\s*raise\b/.test(written.text.slice(0, 20))) return { ...details, required: true }
    const texts = written.type === 'identifier' ? this.#names.texts(written) : []
    const part = texts.length === 1 && texts[0]!.length === 1 ? texts[0]![0] : undefined
    if (part && typeof part === 'object' && 'parameter' in part)
      return { ...details, defaultParameter: part.parameter }
    const literal =
      rubyLiteral(written) ??
      (written.type === 'constant' ? literalOf(this.#names.texts(written)) : undefined)
    const type = details.type ?? (/^(true|false)$/.test(written.type) ? 'boolean' : undefined)
    return { ...details, type, default: { literal, forEmpty: false } }
  }

  /** True where a public library was understood. */
  #library(node: Node, receiver: Node | null, method: string, given: readonly Node[]): boolean {
    const of = receiver?.text ?? ''
    if ((of === 'Dotenv' || of === 'Figaro') && method === 'require_keys') {
      for (const one of given)
        for (const text of one.type === 'array' || one.type === 'string_array'
          ? this.#names.elements(one, undefined)
          : this.#names.texts(one))
          this.#draft.lookUp(node, { tier: 'binding' }, [text], { required: true, via: of })
      return true
    }
    if (of === 'Figaro.env' || of === 'ENVied') {
      const key = method.replace(/[!?]$/, '')
      if (!/^\w+$/.test(key) || key === 'require') return true
      const details = this.#details(node, undefined)
      this.#draft.lookUp(node, { tier: 'accessor' }, [[key.toUpperCase()]], {
        ...details,
        ...(method.endsWith('!') ? { required: true } : {}),
        via: of,
      })
      return true
    }
    return false
  }

  /** Classes that libraries fill from the environment: anyway_config, Hanami settings. */
  settings(node: Node): void {
    const base = node.childForFieldName('superclass')?.text.replace(/^<\s*/, '') ?? ''
    const name = node.childForFieldName('name')?.text.split('::').at(-1) ?? ''
    const body =
      node.childForFieldName('body')?.namedChildren.filter((one) => one.type === 'call') ?? []
    const methodOf = (one: Node) => one.childForFieldName('method')?.text
    if (/^(Anyway::Config|ApplicationConfig)$/.test(base)) {
      const option = (method: string) => {
        const call = body.find((one) => methodOf(one) === method)
        return call && literalOf(this.#names.texts(argumentsOf(call)[0]))
      }
      const snake = name.replace(/Config$/, '').replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      const prefix = (option('env_prefix') ?? option('config_name') ?? snake).toUpperCase()
      for (const one of body.filter((call) => methodOf(call) === 'attr_config'))
        for (const field of argumentsOf(one)) {
          const key =
            field.type === 'pair'
              ? field.childForFieldName('key')?.text
              : literalOf(this.#names.texts(field))
          const standIn = field.type === 'pair' ? field.childForFieldName('value') : null
          if (!key || standIn?.type === 'hash') continue
          this.#field(field, `${prefix}_${key}`, name, standIn)
        }
    } else if (base === 'Hanami::Settings')
      for (const one of body.filter((call) => methodOf(call) === 'setting')) {
        const given = argumentsOf(one)
        const key = literalOf(this.#names.texts(given[0]))
        if (key) this.#field(one, key, name, keyword(given, 'default') ?? null)
      }
  }

  #field(node: Node, key: string, via: string, standIn: Node | null): void {
    const texts: KeyText[] = [[key.toUpperCase()]]
    const given = standIn && standIn.type !== 'nil'
    this.#draft.lookUp(node, { tier: 'schema' }, texts, {
      via,
      ...(given ? { default: { literal: rubyLiteral(standIn), forEmpty: false } } : {}),
    })
  }
}

export function argumentsOf(call: Node): Node[] {
  return (call.childForFieldName('arguments')?.namedChildren ?? []).filter(
    (one) => one.type !== 'comment',
  )
}

function keyword(given: readonly Node[], name: string): Node | undefined {
  return (
    given
      .find((one) => one.type === 'pair' && one.childForFieldName('key')?.text === name)
      ?.childForFieldName('value') ?? undefined
  )
}
