/** Settings classes that libraries fill from the environment: pydantic (1 and 2), environ-config. */
import type { Node } from 'web-tree-sitter'
import type { ValueType } from '../../../key-read.ts'
import type { FactsDraft } from '../shared/facts-draft.ts'
import { literalOf } from '../shared/key-text.ts'
import { pythonLiteral, pythonType } from './python-context.ts'
import type { PythonNames } from './python-names.ts'

interface Options {
  prefix: string
  delimiter: string | undefined
  caseSensitive: boolean
  aliases: Map<string, Node>
}

const maxNesting = 4

export class PythonSettings {
  readonly #draft: FactsDraft
  readonly #names: PythonNames
  /** Classes of the file by name. */
  readonly #classes: ReadonlyMap<string, Node>

  constructor(draft: FactsDraft, names: PythonNames, classes: ReadonlyMap<string, Node>) {
    this.#draft = draft
    this.#names = names
    this.#classes = classes
  }

  isSettings(node: Node, depth = 0): boolean {
    if (depth > maxNesting) return false
    return this.#bases(node).some((base) => {
      const name = this.#names.qualified(base) ?? ''
      if (/(^|\.)\w*BaseSettings$/.test(name)) return true
      const own = this.#classes.get(base.text)
      if (own) return own.id !== node.id && this.isSettings(own, depth + 1)
      // a base of another file: a class of settings by its own name and its base's
      return (
        name.endsWith('Settings') &&
        node.childForFieldName('name')?.text.endsWith('Settings') === true
      )
    })
  }

  #bases(node: Node): Node[] {
    const given = node.childForFieldName('superclasses')?.namedChildren ?? []
    return given.filter((one) => one.type === 'identifier' || one.type === 'attribute')
  }

  /** The options of a class and of the classes of the file that it is built on. */
  #options(node: Node, depth = 0): Options {
    const options: Options = {
      prefix: '',
      delimiter: undefined,
      caseSensitive: false,
      aliases: new Map(),
    }
    for (const base of depth < maxNesting ? this.#bases(node) : []) {
      const own = this.#classes.get(base.text)
      if (own && own.id !== node.id) Object.assign(options, this.#options(own, depth + 1))
    }
    const set = (name: string, value: Node | null) => {
      const text = literalOf(this.#names.texts(value))
      if (name === 'env_prefix' && text !== undefined) options.prefix = text
      if (name === 'env_nested_delimiter') options.delimiter = text
      if (name === 'case_sensitive') options.caseSensitive = value?.text === 'True'
      if (name === 'fields' && value?.type === 'dictionary')
        for (const pair of value.namedChildren) {
          const field = pythonLiteral(pair.childForFieldName('key'))
          const env = pair
            .childForFieldName('value')
            ?.namedChildren.find((one) => pythonLiteral(one.childForFieldName('key')) === 'env')
          const names = env?.childForFieldName('value')
          if (field && names) options.aliases.set(field, names)
        }
    }
    for (const keyword of node.childForFieldName('superclasses')?.namedChildren ?? [])
      if (keyword.type === 'keyword_argument')
        set(keyword.childForFieldName('name')?.text ?? '', keyword.childForFieldName('value'))
    for (const statement of this.#statements(node)) {
      const inner =
        statement.type === 'class_definition' &&
        statement.childForFieldName('name')?.text === 'Config'
      if (inner) for (const { left, right } of this.#assignments(statement)) set(left, right)
    }
    for (const { left, right } of this.#assignments(node)) {
      if (left !== 'model_config' || !right) continue
      const list = right.type === 'call' ? right.childForFieldName('arguments') : right
      for (const one of list?.namedChildren ?? [])
        set(
          one.childForFieldName('name')?.text ?? pythonLiteral(one.childForFieldName('key')) ?? '',
          one.childForFieldName('value'),
        )
    }
    return options
  }

  #statements(node: Node): Node[] {
    return node.childForFieldName('body')?.namedChildren ?? []
  }

  #assignments(
    node: Node,
  ): { left: string; right: Node | null; annotation: Node | null; node: Node }[] {
    return this.#statements(node).flatMap((statement) => {
      const assignment = statement.type === 'expression_statement' ? statement.namedChild(0) : null
      const left = assignment?.childForFieldName('left')
      if (assignment?.type !== 'assignment' || left?.type !== 'identifier') return []
      return [
        {
          left: left.text,
          right: assignment.childForFieldName('right'),
          annotation: assignment.childForFieldName('type'),
          node: assignment,
        },
      ]
    })
  }

  collect(node: Node): void {
    if (!this.isSettings(node)) return
    const options = this.#options(node)
    this.#fields(node, options, options.prefix, node.childForFieldName('name')?.text ?? '', 0)
  }

  #fields(node: Node, options: Options, prefix: string, via: string, depth: number): void {
    for (const field of this.#assignments(node)) {
      if (!field.annotation || field.left === 'model_config' || field.left.startsWith('_')) continue
      if (/^(typing\.)?ClassVar\b/.test(field.annotation.text)) continue
      const value = this.#field(field.right, field.annotation)
      const nested = this.#classes.get(annotated(field.annotation.text))
      const plain = [prefix + field.left]
      const keys =
        depth > 0 ? plain : (value.keys ?? this.#keysIn(options.aliases.get(field.left)) ?? plain)
      if (nested && options.delimiter !== undefined && depth < maxNesting) {
        this.#fields(nested, options, keys[0]! + options.delimiter, via, depth + 1)
        continue
      }
      const read = {
        ...typeOf(field.annotation.text),
        ...(value.default
          ? { default: { literal: pythonLiteral(value.default), forEmpty: false } }
          : {}),
        ...(value.required ? { required: true } : {}),
        via,
      }
      for (const key of keys)
        this.#draft.lookUp(
          field.node,
          { tier: 'schema' },
          [[options.caseSensitive ? key : key.toUpperCase()]],
          read,
        )
    }
  }

  /** Names that a field goes by, its default, and whether it must be set. */
  #field(
    right: Node | null,
    annotation: Node,
  ): { keys?: string[]; default?: Node; required: boolean } {
    const inner = annotation.descendantsOfType('call').find((one) => isField(one))
    const call = right?.type === 'call' && isField(right) ? right : (inner ?? null)
    const optional = /\bNone\b|Optional\[/.test(annotation.text)
    if (!call) {
      if (!right) return { required: !optional }
      return right.type === 'none' ? { required: false } : { default: right, required: false }
    }
    const given = call.childForFieldName('arguments')?.namedChildren ?? []
    const keyword = (name: string) =>
      given
        .find(
          (one) => one.type === 'keyword_argument' && one.childForFieldName('name')?.text === name,
        )
        ?.childForFieldName('value')
    const first = given[0]?.type === 'keyword_argument' ? undefined : given[0]
    const outside = call.id === right?.id ? undefined : right
    const standIn = outside ?? keyword('default') ?? first
    const factory = keyword('default_factory')
    const keys = this.#keysIn(keyword('env') ?? keyword('validation_alias') ?? keyword('alias'))
    const written = standIn && standIn.type !== 'ellipsis' && standIn.type !== 'none'
    return {
      ...(keys ? { keys } : {}),
      ...(written ? { default: standIn } : {}),
      required: !factory && (!standIn || standIn.type === 'ellipsis'),
    }
  }

  #keysIn(node: Node | null | undefined): string[] | undefined {
    if (!node) return undefined
    const list =
      node.type === 'call'
        ? node.childForFieldName('arguments')
        : ['list', 'tuple', 'set'].includes(node.type)
          ? node
          : null
    const keys = (list ? list.namedChildren : [node])
      .map((one) => literalOf(this.#names.texts(one)))
      .filter((one) => one !== undefined)
    return keys.length > 0 ? keys : undefined
  }
}

const isField = (call: Node | null): boolean =>
  call?.childForFieldName('function')?.text.endsWith('Field') === true

/** `Optional[Mail]` and `Mail | None` are `Mail`. */
function annotated(text: string): string {
  return text
    .replace(/^Annotated\[\s*([^,\]]+).*$/s, '$1')
    .replace(/^(?:typing\.)?Optional\[(.*)\]$/s, '$1')
    .replaceAll(/\|\s*None|None\s*\|/g, '')
    .trim()
}

function typeOf(annotation: string): { type?: ValueType; values?: string[] } {
  const text = annotated(annotation)
  const literal = /^(?:typing\.)?Literal\[(.*)\]$/s.exec(text)
  if (literal)
    return {
      type: 'enum',
      values: [...literal[1]!.matchAll(/['"]([^'"]*)['"]/g)].map(([, value]) => value!),
    }
  const type = pythonType(/^[\w.]+/.exec(text)?.[0])
  return type ? { type } : {}
}
