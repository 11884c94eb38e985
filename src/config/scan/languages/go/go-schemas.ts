/**
 * Structs that a library fills as a whole, wherever it is told to: `envconfig.Process("app", &config)` of kelseyhightower,
 * `Unmarshal(&config)` of viper and koanf. Each struct is a schema of its own under a name that no Go code can have.
 */
import type { Node } from 'web-tree-sitter'
import type { FactField, SymbolPath } from '../../file-facts.ts'
import { type FactsDraft, placeOf } from '../shared/facts-draft.ts'
import { goType } from './go-context.ts'
import type { GoNames } from './go-names.ts'
import { type Field, fieldsOf, isPlain } from './go-tags.ts'

type Style = 'envconfig' | 'bound'

const maxNesting = 5
export class GoSchemas {
  readonly #draft: FactsDraft
  readonly #names: GoNames
  readonly #structs = new Map<string, Node>()
  readonly #style: Style | undefined

  constructor(draft: FactsDraft, names: GoNames, text: string) {
    this.#draft = draft
    this.#names = names
    this.#style = /split_words:|envconfig:|\benvconfig\.(Must)?Process\(/.test(text)
      ? 'envconfig'
      : /mapstructure:|koanf:/.test(text)
        ? 'bound'
        : undefined
  }

  declare(node: Node): void {
    const type = node.childForFieldName('type')
    const name = node.childForFieldName('name')?.text
    if (type?.type === 'struct_type' && name) this.#structs.set(name, type)
  }

  collect(): void {
    const style = this.#style
    if (style === undefined) return
    for (const [name, type] of this.#structs) {
      const schema = `${name}~${style}`
      if (this.#fields(schema, type, '', style, 0) === 0) continue
      this.#draft.facts.symbols.push({
        name: schema,
        exported: schema,
        meaning: { is: 'schema', schema },
      })
    }
  }

  /** A struct is filled; false where nobody can tell which. */
  filled(
    node: Node,
    target: Node | undefined,
    style: Style,
    prefix: string,
    from?: string,
  ): SymbolPath | undefined {
    const type = this.#typeOf(target)
    if (type === undefined) return undefined
    const path = type.split('.')
    path.push(`${path.pop()}~${style}`)
    this.#draft.facts.fillings.push({
      schema: path,
      ...(from === undefined ? {} : { from: [from] }),
      prefix,
      ...placeOf(node),
    })
    return path
  }

  #fields(schema: string, type: Node, before: string, style: Style, depth: number): number {
    const { fields } = this.#draft.facts
    let known = 0
    for (const field of fieldsOf(type)) {
      const name = style === 'envconfig' ? envconfigName(field) : boundName(field)
      if (name === undefined) continue
      known++
      const key = before + name
      const between = name === '' ? '' : '_'
      if (field.inner) {
        if (depth < maxNesting)
          known += this.#fields(schema, field.inner, key + between, style, depth + 1)
        continue
      }
      const written = goType(field.type)
      const standIn = style === 'envconfig' ? field.tags.default : undefined
      const fact: FactField = {
        schema,
        key: between === '' ? before : key,
        ...placeOf(field.node),
        ...(written ? { type: written } : {}),
        ...(standIn === undefined ? {} : { default: { literal: standIn, forEmpty: false } }),
        ...(field.tags.required === 'true' ? { required: true } : {}),
      }
      if (isPlain(field.type)) {
        if (between !== '') fields.push(fact)
        continue
      }
      // a struct of this or another file, perhaps: then the field is no key itself
      const path = field.type.split('.')
      path.push(`${path.pop()}~${style}`)
      fields.push({ ...fact, of: path, separator: between })
    }
    return known
  }

  /** Name of a struct's type: of a variable, a parameter, or what is made on the spot. */
  #typeOf(target: Node | undefined): string | undefined {
    if (!target) return undefined
    const text = target.text.slice(0, 200)
    const made = /^&?([A-Za-z_][\w.]*)\{|^new\(([A-Za-z_][\w.]*)\)$/.exec(text)
    if (made) return made[1] ?? made[2]
    const name = text.replace(/^&/, '')
    if (!/^\w+$/.test(name)) return undefined
    const found = this.#names.frames.lookUp(name)
    if (!found) return undefined
    if (found.parameter !== undefined) {
      const own = found.frame.node
        .childForFieldName('parameters')
        ?.namedChildren.find((one) =>
          one.childrenForFieldName('name').some((it) => it?.text === name),
        )
      return typeName(own?.childForFieldName('type')?.text)
    }
    for (const { node } of found.bound) {
      const declared = node.type === 'var_spec' ? node.childForFieldName('type')?.text : undefined
      const type = typeName(declared) ?? (node.type === 'var_spec' ? undefined : this.#made(node))
      if (type !== undefined) return type
    }
    return undefined
  }

  #made(node: Node): string | undefined {
    const made = /^&?([A-Za-z_][\w.]*)\{|^new\(([A-Za-z_][\w.]*)\)$/.exec(node.text.slice(0, 200))
    return made?.[1] ?? made?.[2]
  }
}

const typeName = (text: string | undefined): string | undefined =>
  /^\*?([A-Za-z_]\w*(?:\.\w+)?)$/.exec(text ?? '')?.[1]

/** Of kelseyhightower/envconfig; undefined = the field is left out, '' = its own fields stand in its place. */
function envconfigName({ name, embedded, tags }: Field): string | undefined {
  if (tags.ignored === 'true') return undefined
  const named = tags.envconfig?.split(',')[0]
  if (named === '-') return undefined
  if (named) return named.toUpperCase()
  if (embedded) return ''
  if (!/^[A-Z]/.test(name)) return undefined
  return (tags.split_words === 'true' ? words(name) : name).toUpperCase()
}

/** As `gatherRegexp` and `acronymRegexp` of envconfig split a name. */
function words(name: string): string {
  return [...name.matchAll(/[A-Z]+[^A-Z]+|[^A-Z]+|[A-Z]+/g)]
    .map(([word]) => word.replace(/^([A-Z]+)([A-Z][^A-Z]+)$/, '$1_$2'))
    .join('_')
}

/** Of mapstructure, as viper and koanf bind structs to dotted names. */
function boundName({ name, embedded, tags }: Field): string | undefined {
  const tag = tags.mapstructure ?? tags.koanf
  const [named = '', ...options] = (tag ?? '').split(',')
  if (named === '-') return undefined
  if (options.includes('squash') || (embedded && named === '')) return ''
  if (tag === undefined && !/^[A-Z]/.test(name)) return undefined
  return (named || name).toUpperCase().replaceAll(/[.-]/g, '_')
}
