/** Viper and koanf: what tells them to look into the environment, and the names that they are asked for. */
import type { Node } from 'web-tree-sitter'
import type { Meaning } from '../../file-facts.ts'
import type { FactsDraft, ReadDetails } from '../shared/facts-draft.ts'
import { literalOf, type KeyText } from '../shared/key-text.ts'
import { goLiteral, goType } from './go-context.ts'
import type { GoNames } from './go-names.ts'
import type { GoSchemas } from './go-schemas.ts'

/** Methods of flag sets: the name comes first, or after the variable that gets the value. */
const flagMethod =
  /^(String|Bool|Int|Uint|Int32|Int64|Uint64|Float64|Duration|StringSlice|StringArray|IntSlice|Count|Var|Func)(Var)?(P)?$/

export class GoViper {
  readonly #draft: FactsDraft
  readonly #names: GoNames
  readonly #schemas: GoSchemas
  #prefix: KeyText | undefined
  #automatic = false
  readonly #keys: { node: Node; key: string; details: ReadDetails }[] = []
  readonly #flags: { node: Node; key: string }[] = []
  #flagsBound = false
  /** Types of constants whose methods hand the constant to viper. */
  readonly #keyTypes = new Set<string>()
  readonly #koanf: { prefix: string; between: string; folded: boolean }[] = []

  constructor(draft: FactsDraft, names: GoNames, schemas: GoSchemas) {
    this.#draft = draft
    this.#names = names
    this.#schemas = schemas
  }

  /** True where the call is one of viper's. */
  viper(node: Node, method: string, given: readonly Node[]): boolean {
    const texts = this.#names.texts(given[0])
    const first = literalOf(texts)
    const typed = first === undefined ? this.#receiverType(given[0]) : undefined
    if (typed !== undefined) this.#keyTypes.add(typed)
    if (method === 'SetEnvPrefix')
      this.#prefix = first === undefined ? [null] : [first.toUpperCase()]
    else if (method === 'AutomaticEnv') {
      this.#automatic = true
      this.#keys.unshift({ node, key: '*', details: {} })
    } else if (method === 'BindEnv' || method === 'MustBindEnv') {
      if (given.length > 1)
        for (const one of given.slice(1))
          this.#draft.lookUp(node, { tier: 'binding' }, this.#names.texts(one), { via: 'viper' })
      else
        for (const text of texts) {
          const key = literalOf([text])
          if (key !== undefined) this.#keys.push({ node, key: `!${key}`, details: {} })
        }
    } else if (/^(Get\w*|IsSet|BindPFlag)$/.test(method) && first !== undefined)
      this.#keys.push({
        node,
        key: first,
        details: { type: goType(method.slice(3).toLowerCase()) },
      })
    else if (method === 'SetDefault' && first !== undefined) {
      const literal = goLiteral(given[1])
      this.#keys.push({ node, key: first, details: { default: { literal, forEmpty: false } } })
    } else if (method === 'BindPFlags') this.#flagsBound = true
    else if (/^Unmarshal(Exact)?$/.test(method))
      this.#schemas.filled(node, given[0], 'bound', '', '@viper-environment')
    else return false
    return true
  }

  /** `func (k Key) Get() string { return viper.GetString(string(k)) }`: the type `Key`. */
  #receiverType(given: Node | undefined): string | undefined {
    const name = /^string\((\w+)\)$/.exec(given?.text ?? '')?.[1]
    if (name === undefined) return undefined
    for (let frame = this.#names.frames.current; ; frame = frame.parent) {
      const receiver = this.#names.receivers.get(frame.start)
      if (receiver?.name === name) return receiver.type
      if (!frame.parent) return undefined
    }
  }

  flag(node: Node, method: string, given: readonly Node[]): void {
    const [, , variable] = flagMethod.exec(method) ?? [undefined, undefined, undefined]
    if (!flagMethod.test(method)) return
    const key = goLiteral(given[variable || method === 'Var' ? 1 : 0])
    if (key !== undefined && /^[a-z][\w.-]*$/.test(key) && given.length > 1)
      this.#flags.push({ node, key })
  }

  /** Names of command line flags that a library looks up under a prefix; false where the file holds none. */
  flagsUnder(prefix: string): boolean {
    for (const { node, key } of this.#flags)
      this.#draft.lookUp(node, { tier: 'binding' }, [[`${prefix}_${environmentName(key)}`]])
    return this.#flags.length > 0
  }

  koanf(node: Node, method: string, given: readonly Node[]): boolean {
    if (method === 'Provider' || method === 'ProviderWithValue') {
      const prefix = literalOf(this.#names.texts(given[0]))
      if (!prefix || prefix === '.') return false
      this.#environment(node, prefix, node.text)
      return true
    }
    if (/^Unmarshal(WithConf)?$/.test(method) && given.length > 1) {
      const under = goLiteral(given[0])
      const before = under ? `${environmentName(under)}_` : ''
      this.#schemas.filled(node, given[1], 'bound', before, '@koanf-environment')
      return true
    }
    const key = goLiteral(given[0])
    if (
      !/^(Must)?(String|Int|Int64|Bool|Float64|Duration|Bytes|Strings|Ints|StringMap|Get|Exists|Time)$/.test(
        method,
      )
    )
      return false
    if (key === undefined || !/^[a-z][\w.-]*$/.test(key)) return false
    this.#draft.use(node, { path: ['@koanf'], how: 'call' }, key, {
      type: goType(method.replace(/^Must/, '').toLowerCase()),
    })
    return true
  }

  /** `callback`: the text that says how names become keys. */
  #environment(node: Node, prefix: string, callback: string): void {
    const between = callback.includes('"__"') ? '__' : '_'
    this.#koanf.push({ prefix, between, folded: /strings\.ToLower\(/.test(callback) })
    this.#draft.lookUp(node, { tier: 'binding' }, [[prefix, null]], { via: 'koanf' })
  }

  koanfPrefix(node: Node, prefix: string): void {
    this.#environment(node, prefix, (node.parent ?? node).text)
  }

  /** After the walk: the names asked for, now that prefix and automatic lookup are known. */
  finish(): void {
    for (const { prefix, between, folded } of this.#koanf.slice(0, 1)) {
      this.#shared('@koanf', {
        is: 'accessor',
        keyParameter: 0,
        upperCased: true,
        prefix,
        ...(between !== '_' && { separator: between }),
        ...(folded && { anyCase: true }),
      })
      this.#shared('@koanf-environment', { is: 'environment', prefix })
    }
    if (this.#automatic) {
      const known = this.#prefix === undefined ? '' : literalOf([this.#prefix])
      if (known !== undefined) {
        const prefix = known && `${known}_`
        this.#shared('@viper', {
          is: 'accessor',
          keyParameter: 0,
          upperCased: true,
          ...(prefix && { prefix }),
        })
        this.#shared('@viper-environment', { is: 'environment', ...(prefix && { prefix }) })
      }
    }
    this.#typedKeys()
    if (this.#flagsBound) for (const it of this.#flags) this.#keys.push({ ...it, details: {} })
    for (const { node, key, details } of this.#keys) this.#key(node, key, details)
  }

  /** Constants of a type whose methods ask viper for them. */
  #typedKeys(): void {
    for (const [, bound] of this.#names.frames.file.names) {
      for (const { node } of bound) {
        const spec = node.parent?.parent ?? null
        const declared =
          spec?.type === 'const_spec' ? spec.childForFieldName('type')?.text : undefined
        const key = goLiteral(node)
        if (declared !== undefined && key !== undefined && this.#keyTypes.has(declared))
          this.#keys.push({ node, key, details: {} })
      }
    }
  }

  #key(node: Node, key: string, details: ReadDetails): void {
    const bound = key.startsWith('!')
    if (!bound && !this.#automatic) {
      // another file may have told viper to look into the environment
      this.#draft.use(node, { path: ['@viper'], how: 'call' }, key, details)
      return
    }
    const prefix = this.#prefix
    if (key === '*') {
      if (prefix)
        this.#draft.lookUp(node, { tier: 'binding' }, [[...prefix, '_', null]], { via: 'viper' })
      else this.#draft.dynamic(node)
      return
    }
    const name = environmentName(key.slice(bound ? 1 : 0))
    this.#draft.lookUp(node, { tier: 'binding' }, [prefix ? [...prefix, '_', name] : [name]], {
      ...details,
      via: 'viper',
    })
  }

  #shared(name: string, meaning: Meaning): void {
    this.#draft.facts.symbols.push({ name, exported: name, meaning })
  }
}

const environmentName = (key: string): string => key.toUpperCase().replaceAll(/[.-]/g, '_')
