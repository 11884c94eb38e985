/** Struct tags that name keys: caarlos0/env, envconfig (kelseyhightower, sethvargo), cleanenv, kong, go-flags. */
import type { Node } from 'web-tree-sitter'
import type { DefaultValue } from '../../../key-read.ts'
import type { FactRead, Place, SymbolPath } from '../../file-facts.ts'
import { type FactsDraft, placeOf } from '../shared/facts-draft.ts'
import { goType } from './go-context.ts'

const maxNesting = 5

export class GoTags {
  readonly #draft: FactsDraft
  readonly #structs = new Map<string, Node>()
  /** Structs that stand in others: they are read with those. */
  readonly #nested = new Set<string>()
  /** Structs of other files that stand in a struct of this one. */
  readonly #elsewhere: { of: SymbolPath; prefix: string; place: Place; via: string }[] = []
  /** For every struct of the file: `env.Options{Prefix: "APP_"}`. */
  prefix = ''

  constructor(draft: FactsDraft) {
    this.#draft = draft
  }

  declare(node: Node): void {
    const type = node.childForFieldName('type')
    const name = node.childForFieldName('name')?.text
    if (type?.type === 'struct_type' && name) this.#structs.set(name, type)
  }

  collect(): void {
    for (const type of this.#structs.values())
      for (const field of fieldsOf(type)) {
        const inner = this.#structs.get(field.type)
        if (
          inner &&
          (field.tags.envPrefix !== undefined ||
            /prefix=/.test(field.tags.env ?? '') ||
            field.embedded)
        )
          this.#nested.add(field.type)
      }
    for (const [name, type] of this.#structs) {
      if (this.#nested.has(name)) continue
      const { reads } = this.#draft.facts
      const before = reads.length
      this.#fields(type, name, this.prefix, 0)
      if (this.prefix === '') this.#shared(name, reads.slice(before))
    }
  }

  /** A struct of another file may hold this one under a prefix: its fields are then read under that. */
  #shared(schema: string, reads: readonly FactRead[]): void {
    const { facts } = this.#draft
    for (const read of reads) {
      const { tier: _, via: __, ...field } = read
      read.within ??= schema
      facts.fields.push({ ...field, schema })
    }
    for (const { of, prefix, place, via } of this.#elsewhere) {
      if (via === schema) facts.fields.push({ schema, key: prefix, of, separator: '', ...place })
    }
    if (facts.fields.length > 0)
      facts.symbols.push({ name: schema, exported: schema, meaning: { is: 'schema', schema } })
  }

  #fields(type: Node, via: string, prefix: string, depth: number): void {
    for (const field of fieldsOf(type)) {
      const { tags } = field
      const inner = this.#structs.get(field.type) ?? field.inner
      const inPrefix = tags.envPrefix ?? /\bprefix=(\w+)/.exec(tags.env ?? '')?.[1]
      if (
        inner &&
        depth < maxNesting &&
        (inPrefix !== undefined || field.embedded || (field.inner && !tags.env))
      ) {
        this.#fields(inner, via, prefix + (inPrefix ?? ''), depth + 1)
        continue
      }
      if (!inner && inPrefix !== undefined && /^[\w.]+$/.test(field.type)) {
        const place = placeOf(field.node)
        const of = field.type.split('.')
        this.#elsewhere.push({ of, prefix: prefix + inPrefix, place, via })
        this.#draft.facts.fillings.push({
          schema: of,
          prefix: prefix + inPrefix,
          root: via,
          ...place,
        })
        continue
      }
      for (const key of this.#keys(field, prefix)) {
        const [, ...options] = (tags.env ?? tags.envconfig ?? '')
          .split(',')
          .map((one) => one.trim())
        const inTag = options.find((one) => one.startsWith('default='))?.slice('default='.length)
        const literal = tags.envDefault ?? tags['env-default'] ?? inTag ?? tags.default
        const standIn: DefaultValue | undefined =
          literal === undefined ? undefined : { literal, forEmpty: false }
        const required =
          options.includes('required') ||
          options.includes('notEmpty') ||
          tags.required === 'true' ||
          (tags.required === '' && 'env' in tags) ||
          tags['env-required'] === 'true'
        this.#draft.lookUp(field.node, { tier: 'binding', anyCase: true }, [[key]], {
          default: standIn,
          // envconfig's own name without the prefix is what it asks for last
          required: required && tags.env !== undefined ? true : undefined,
          type: goType(field.type),
          via,
        })
        // a struct of its own, perhaps: then the fields of that are the keys
        const last = this.#draft.facts.reads.at(-1)
        if (tags.env === undefined && last?.via === via && !isPlain(field.type))
          last.within = `${via}~envconfig`
      }
    }
  }

  #keys(field: Field, prefix: string): string[] {
    const { tags } = field
    if (tags.env !== undefined) {
      // kong takes several names, the others options after the first
      const [first = '', ...more] = tags.env.split(',').map((one) => one.trim())
      const names = [first, ...more.filter((one) => /^[A-Z][A-Z0-9_]+$/.test(one))]
      return names
        .filter((one) => one !== '' && one !== '-' && !one.includes('='))
        .map((one) => prefix + one.replace(/^\$/, ''))
    }
    const name = tags.envconfig?.split(',')[0]
    if (name === '-' || tags.ignored === 'true') return []
    return name ? [prefix + name] : []
  }
}

export interface Field {
  node: Node
  name: string
  type: string
  inner: Node | undefined
  embedded: boolean
  tags: Record<string, string | undefined>
}

export function fieldsOf(type: Node): Field[] {
  const list = type.namedChildren.find((one) => one.type === 'field_declaration_list')
  return (list?.namedChildren ?? [])
    .filter((one) => one.type === 'field_declaration')
    .map((node) => {
      const written = node.childForFieldName('type')
      return {
        node,
        name: node.childForFieldName('name')?.text ?? '',
        type: (written?.text ?? '').replace(/^\*/, '').slice(0, 100),
        inner: written?.type === 'struct_type' ? written : undefined,
        embedded: !node.childForFieldName('name'),
        tags: tagsIn(node.childForFieldName('tag')?.text ?? ''),
      }
    })
}

/** A type that holds no fields that are keys. */
export const isPlain = (type: string): boolean =>
  /^(\[\]|map\[)|^\*?(string|bool|byte|rune|error|any|u?int\d*|float\d+|complex\d+)$/.test(type) ||
  /^(time|url|regexp|net|netip|big|slog|zap\w*|logrus)\.|^(interface|func|chan)\b/.test(type)

function tagsIn(text: string): Record<string, string | undefined> {
  const tags: Record<string, string | undefined> = {}
  const plain = text.startsWith('`') ? text : text.replaceAll('\\"', '"')
  for (const [, name, value] of plain.matchAll(/([\w-]+):"((?:[^"\\]|\\.)*)"/g))
    tags[name!] = value!
  if (/[`\s]required[`\s]/.test(plain)) tags.required ??= ''
  return tags
}
