/** Reads in Go code: package os, public libraries, and calls that may turn out to be accessors. */
import type { Node } from 'web-tree-sitter'
import { FactsDraft, type ReadDetails } from '../shared/facts-draft.ts'
import { literalOf, looksLikeKey, type KeyText } from '../shared/key-text.ts'
import { contextOf } from '../shared/read-context.ts'
import { goLiteral, goStep, goType } from './go-context.ts'
import type { Meaning } from '../../file-facts.ts'
import type { GoNames } from './go-names.ts'
import type { GoTags } from './go-tags.ts'

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
  #viperPrefix: KeyText | undefined
  #automatic = false
  readonly #viperKeys: { node: Node; key: string; details: ReadDetails }[] = []

  constructor(draft: FactsDraft, names: GoNames, tags: GoTags) {
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
    if (method === 'WithEnvVarPrefix') return this.#template(node, texts(given[0]), 'ff', '_')
    if (method === 'Provider' && this.#uses(/koanf\/.*\benv/)) {
      const prefix = literalOf(texts(given[0]))
      if (prefix && prefix !== '.') return this.#template(node, texts(given[0]), 'koanf', '')
    }
    if (/^envconfig\.(Must)?Process$/.test(name)) return this.#processed(node, given)
    const [owner = ''] = name.split('.')
    const foreign = owner !== 'viper' && this.#names.packages.has(owner)
    return !foreign && this.#uses(/(^|\/)viper(\/v\d+)?$/) && this.#viper(node, method, given)
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
    const target = given[1]?.text.replace(/^&/, '') ?? ''
    const found = this.#names.frames.lookUp(target)
    const [bound] = found?.bound ?? []
    const type = bound?.node.childForFieldName('type')?.text ?? bound?.node.text ?? ''
    if (prefix === undefined) return true
    const plain = type.replace(/^[*&]/, '')
    if (/^\w+$/.test(plain)) this.#tags.prefixes.set(plain, { prefix, untagged: true })
    else if (prefix) this.#template(node, [[prefix.toUpperCase()]], 'envconfig', '_')
    return true
  }

  #viper(node: Node, method: string, given: readonly Node[]): boolean {
    const first = literalOf(this.#names.texts(given[0]))
    if (method === 'SetEnvPrefix')
      this.#viperPrefix = first === undefined ? [null] : [first.toUpperCase()]
    else if (method === 'AutomaticEnv') {
      this.#automatic = true
      this.#viperKeys.unshift({ node, key: '*', details: {} })
    } else if (method === 'BindEnv' || method === 'MustBindEnv') {
      if (given.length > 1)
        for (const one of given.slice(1))
          this.#draft.lookUp(node, { tier: 'binding' }, this.#names.texts(one), { via: 'viper' })
      else if (first !== undefined) this.#viperKeys.push({ node, key: `!${first}`, details: {} })
    } else if (/^(Get\w*|IsSet)$/.test(method) && first !== undefined)
      this.#viperKeys.push({
        node,
        key: first,
        details: { type: goType(method.slice(3).toLowerCase()) },
      })
    else if (method === 'SetDefault' && first !== undefined) {
      const literal = goLiteral(given[1])
      this.#viperKeys.push({ node, key: first, details: { default: { literal, forEmpty: false } } })
    } else return false
    return true
  }

  /** After the walk: viper's keys, now that prefix and automatic lookup are known. */
  finish(): void {
    if (this.#automatic) {
      const prefix = this.#viperPrefix === undefined ? '' : literalOf([this.#viperPrefix])
      if (prefix !== undefined) {
        const meaning: Meaning = {
          is: 'accessor',
          keyParameter: 0,
          upperCased: true,
          ...(prefix && { prefix: `${prefix}_` }),
        }
        this.#draft.facts.symbols.push({ name: '@viper', exported: '@viper', meaning })
      }
    }
    for (const { node, key, details } of this.#viperKeys) {
      const bound = key.startsWith('!')
      if (!bound && !this.#automatic) {
        // another file may have told viper to look into the environment
        this.#draft.use(node, { path: ['@viper'], how: 'call' }, key, details)
        continue
      }
      const prefix = this.#viperPrefix
      if (key === '*') {
        if (prefix) this.#template(node, [prefix], 'viper', '_')
        else this.#draft.dynamic(node)
        continue
      }
      const plain = key
        .slice(bound ? 1 : 0)
        .toUpperCase()
        .replaceAll(/[.-]/g, '_')
      this.#draft.lookUp(node, { tier: 'binding' }, [prefix ? [...prefix, '_', plain] : [plain]], {
        ...details,
        via: 'viper',
      })
    }
  }

  /** `EnvVars: []string{"KEY"}` of a command line flag, and what stands beside it. */
  element(node: Node): void {
    const name = node.namedChild(0)?.text
    const value = node.namedChild(1)?.namedChild(0)
    if (!value) return
    const flags = this.#uses(/(urfave|codegangsta)\/cli/)
    if ((name === 'EnvVars' || name === 'EnvVar') && flags) {
      const list = value.type === 'composite_literal'
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
        this.#template(node, [[prefix]], 'koanf', '')
      else if (prefix && looksLikeKey(`${prefix}X0`)) this.#tags.prefix = prefix
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
