/** Reads in Go code: package os, public libraries, and calls that may turn out to be accessors. */
import type { Node } from 'web-tree-sitter'
import { type FactsDraft, placeOf, type ReadDetails } from '../shared/facts-draft.ts'
import type { SymbolPath } from '../../file-facts.ts'
import { joinParts, literalOf, looksLikeKey, type KeyText } from '../shared/key-text.ts'
import { contextOf } from '../shared/read-context.ts'
import { goLiteral, goStep, goType } from './go-context.ts'
import type { GoNames } from './go-names.ts'
import type { GoSchemas } from './go-schemas.ts'
import type { GoTags } from './go-tags.ts'
import { GoViper } from './go-viper.ts'

const native = new Set(['os.Getenv', 'os.LookupEnv', 'syscall.Getenv'])
const builtIn = new Set([
  'len',
  'append',
  'panic',
  'make',
  'new',
  'string',
  'print',
  'println',
  'copy',
  'delete',
])

export class GoLookups {
  readonly #draft: FactsDraft
  readonly #names: GoNames
  readonly #tags: GoTags
  readonly #imports: ReadonlySet<string>
  readonly #schemas: GoSchemas
  readonly #viper: GoViper
  readonly #flagPrefixes: { node: Node; prefix: string }[] = []

  constructor(draft: FactsDraft, names: GoNames, tags: GoTags, schemas: GoSchemas) {
    this.#schemas = schemas
    this.#viper = new GoViper(draft, names, schemas)
    this.#draft = draft
    this.#names = names
    this.#tags = tags
    this.#imports = new Set(names.packages.values())
  }

  #uses(pattern: RegExp): boolean {
    return [...this.#imports].some((path) => pattern.test(path))
  }

  call(node: Node): void {
    const callee = node.childForFieldName('function')
    const given = (node.childForFieldName('arguments')?.namedChildren ?? []).filter(
      (one) => one.type !== 'comment',
    )
    if (!callee) return
    const name = this.#names.qualified(callee) ?? ''
    if (native.has(name) || this.#isLookup(callee))
      return this.#draft.lookUp(
        node,
        { tier: native.has(name) ? 'direct' : 'alias' },
        this.#names.texts(given[0]),
        this.#details(node),
      )
    if (name === 'os.ExpandEnv') {
      for (const [, key] of (literalOf(this.#names.texts(given[0])) ?? '').matchAll(
        /\$\{?([A-Za-z_]\w*)/g,
      ))
        this.#draft.lookUp(node, { tier: 'reference' }, [[key!]])
      return
    }
    if (name === 'os.Environ') return this.#draft.wholeObject(node)
    for (const one of given)
      if (native.has(this.#names.qualified(one) ?? '')) this.#draft.wholeObject(node)
    const method =
      callee.type === 'selector_expression' ? callee.childForFieldName('field')!.text : ''
    if (this.#library(node, name, method, given)) return
    const path = this.#names.path(callee)
    if (!path || (path.length === 1 && builtIn.has(path[0]!))) return
    if (path.length > 1 && /^[a-z]+$/.test(this.#names.packages.get(path[0]!) ?? '')) return
    const values = given
      .slice(0, 6)
      .map((one) => ({ texts: this.#names.texts(one), literal: goLiteral(one) }))
    this.#draft.call(node, path, values, () => this.#details(node))
  }

  /** `getenv func(string) string`: the environment's lookup handed over as a parameter. */
  #isLookup(callee: Node): boolean {
    if (callee.type !== 'identifier' || !/^(get|lookup|look)_?env$/i.test(callee.text)) return false
    return this.#names.frames.lookUp(callee.text)?.parameter !== undefined
  }

  #details(node: Node): ReadDetails {
    const context = contextOf(node, goStep)
    const details: ReadDetails = { type: context.type, sink: context.sink }
    const list = node.parent?.type === 'expression_list' ? node.parent : node
    const statement = list.parent
    if (!statement || !/^(short_var_declaration|assignment_statement)$/.test(statement.type))
      return details
    const variables = (statement.childForFieldName('left')?.namedChildren ?? []).map(
      (one) => one.text,
    )
    const next =
      statement.parent?.type === 'if_statement' ? statement.parent : statement.nextNamedSibling
    if (next?.type !== 'if_statement') return details
    const condition = next.childForFieldName('condition')?.text ?? ''
    const body = next.childForFieldName('consequence')
    const [value] = variables
    const missing =
      variables.some((one) => condition === `!${one}`) ||
      condition === `${value} == ""` ||
      condition === `len(${value}) == 0`
    if (!missing || !body) return details
    if (
      /\bpanic\(|Fatal|os\.Exit\(|\breturn\b[^\n]*(errors\.|fmt\.Errorf|Err)/.test(
        body.text.slice(0, 600),
      )
    )
      return { ...details, required: true }
    const given = new RegExp(`^\\{\\s*${value}\\s*=\\s*("[^"]*"|[\\d.]+)\\s*\\}$`).exec(
      body.text.slice(0, 300),
    )
    return given
      ? {
          ...details,
          default: { literal: given[1]!.replaceAll('"', ''), forEmpty: !condition.startsWith('!') },
        }
      : details
  }

  /** True where a public library was understood. */
  #library(node: Node, name: string, method: string, given: readonly Node[]): boolean {
    const texts = (one: Node | undefined) => this.#names.texts(one)
    if (/^cli\.EnvVars?$/.test(name)) {
      for (const one of given)
        this.#draft.lookUp(one, { tier: 'binding' }, texts(one), { via: name, ...this.#flag(node) })
      return true
    }
    if (method === 'Envar' || method === 'OverrideDefaultFromEnvar') {
      this.#draft.lookUp(node, { tier: 'binding' }, texts(given[0]), {
        via: 'kingpin',
        ...chained(node),
      })
      return true
    }
    if (method === 'WithEnvVarPrefix') {
      const prefix = literalOf(texts(given[0]))
      if (prefix === undefined) return this.#template(node, texts(given[0]), 'ff', '_')
      this.#flagPrefixes.push({ node, prefix })
      return true
    }
    this.#viper.flag(node, method, given)
    if (this.#uses(/\bkoanf\b/) && this.#viper.koanf(node, method, given)) return true
    if (/^envconfig\.(Must)?Process$/.test(name)) return this.#processed(node, given)
    const [owner = ''] = name.split('.')
    const foreign = owner !== 'viper' && this.#names.packages.has(owner)
    return !foreign && this.#uses(/(^|\/)viper(\/v\d+)?$/) && this.#viper.viper(node, method, given)
  }

  #template(node: Node, texts: readonly KeyText[], via: string, between: string): true {
    this.#draft.lookUp(
      node,
      { tier: 'binding' },
      texts.map((text): KeyText => [...text, between, null]),
      { via },
    )
    return true
  }

  #processed(node: Node, given: readonly Node[]): true {
    const prefix = literalOf(this.#names.texts(given[0]))
    if (prefix === undefined) return true
    const before = prefix && `${prefix.toUpperCase()}_`
    const schema = this.#schemas.filled(node, given[1], 'envconfig', before)
    if (before)
      this.#draft.facts.reads.push({
        key: `${before}*`,
        tier: 'binding',
        ...placeOf(node),
        via: 'envconfig',
        ...(schema && { unless: schema }),
      })
    return true
  }

  /** After the walk. */
  finish(): void {
    for (const { node, prefix } of this.#flagPrefixes)
      if (!this.#viper.flagsUnder(prefix)) this.#template(node, [[prefix]], 'ff', '_')
    this.#viper.finish()
  }

  /** `EnvVars: []string{"KEY"}` of a command line flag, and what stands beside it. */
  element(node: Node): void {
    const name = node.namedChild(0)?.text
    const value = node.namedChild(1)?.namedChild(0)
    if (!value) return
    const flags = this.#uses(/(urfave|codegangsta)\/cli/)
    if ((name === 'EnvVars' || name === 'EnvVar') && flags) {
      const list = value.type === 'composite_literal'
      const helper =
        value.type === 'call_expression'
          ? this.#names.path(value.childForFieldName('function'))
          : undefined
      if (helper) return this.#listed(node, value, helper)
      const texts = list
        ? this.#names.elements(value, 'element', undefined)
        : this.#names.texts(value)
      // the first version takes several names in one text
      const all = texts.flatMap((text) => {
        const literal = literalOf([text])
        return literal?.includes(',')
          ? literal.split(',').map((one): KeyText => [one.trim()])
          : [text]
      })
      this.#draft.lookUp(node, { tier: 'binding' }, all, {
        via: `cli.${name}`,
        ...this.#flag(node),
      })
    } else if (name === 'Prefix' && this.#uses(/(^|\/)(caarlos0\/env|koanf\/.*env)/)) {
      const prefix = literalOf(this.#names.texts(value))
      if (prefix && /koanf/.test([...this.#imports].join(' ')))
        this.#viper.koanfPrefix(node, prefix)
      else if (prefix && looksLikeKey(`${prefix}X0`)) this.#tags.prefix = prefix
    }
  }

  /** `EnvVars: prefixed("KEY")`, where that function gives a list of names. */
  #listed(node: Node, call: Node, helper: SymbolPath): void {
    const path = [...helper.slice(0, -1), `${helper.at(-1)}~list`]
    const given = call.childForFieldName('arguments')?.namedChildren ?? []
    for (const [argument, one] of given.entries()) {
      const key = goLiteral(one)
      if (key !== undefined)
        this.#draft.use(node, { path, how: 'call', argument }, key, this.#flag(node))
    }
  }

  /** `return []string{prefix + "_" + name}`: a list of names made from a parameter. */
  returned(node: Node): void {
    const list = node.namedChild(0)?.namedChild(0)
    if (list?.type !== 'composite_literal' || !list.text.startsWith('[]string{')) return
    for (const text of this.#names.elements(list, 'element', undefined)) {
      const parts = joinParts(text)
      const open = parts.filter((part) => typeof part !== 'string')
      const [part] = open
      if (open.length !== 1 || !part || typeof part === 'string' || !('parameter' in part)) continue
      const { path } = part.frame
      if (!path || path.length === 0) continue
      const at = parts.indexOf(part)
      const prefix = at > 0 ? (parts[0] as string) : ''
      const suffix = at < parts.length - 1 ? (parts[at + 1] as string) : ''
      this.#draft.symbol([...path.slice(0, -1), `${path.at(-1)}~list`], {
        is: 'accessor',
        keyParameter: part.parameter,
        ...(prefix && { prefix }),
        ...(suffix && { suffix }),
        ...(part.upperCased && { upperCased: true }),
      })
    }
  }

  /** Default, required and type of the flag that a place belongs to. */
  #flag(node: Node): ReadDetails {
    let body: Node | null = node.parent
    for (let i = 0; body && body.type !== 'literal_value' && i < 8; i++) body = body.parent
    // the list of names lies in the flag's own body
    const fields = new Map(
      (body?.namedChildren ?? [])
        .filter((one) => one.type === 'keyed_element')
        .map((one) => [one.namedChild(0)?.text ?? '', one.namedChild(1)?.namedChild(0) ?? null]),
    )
    const value = fields.get('Value')
    const literal = goLiteral(value)
    return {
      ...(value ? { default: { literal, forEmpty: false } } : {}),
      ...(fields.get('Required')?.text === 'true' ? { required: true } : {}),
      type: goType(body?.parent?.childForFieldName('type')?.text),
      sink: goLiteral(fields.get('Name')),
    }
  }
}

/** Calls around a kingpin flag: `.Envar("K").Default("x").Required().Int()`. */
function chained(node: Node): ReadDetails {
  const details: ReadDetails = {}
  let call: Node | null = node
  for (let i = 0; call && i < 12; i++) {
    const selector: Node | null = call.parent
    if (selector?.type !== 'selector_expression') break
    const method = selector.childForFieldName('field')?.text ?? ''
    call = selector.parent
    if (method === 'Required') details.required = true
    else if (method === 'Default')
      details.default = {
        literal: goLiteral(call?.childForFieldName('arguments')?.namedChild(0)),
        forEmpty: false,
      }
    else details.type ??= goType(method === 'URL' ? 'url.URL' : method.toLowerCase())
  }
  return details
}
