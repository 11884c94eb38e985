/** What names and texts of a Python file stand for, as far as the file tells. */
import type { Node } from 'web-tree-sitter'
import type { SymbolPath } from '../../file-facts.ts'
import type { Bound, Frames } from '../shared/frames.ts'
import { concatenated, maxAlternatives, upperCased, type KeyText } from '../shared/key-text.ts'
import { dataFields, fieldOf, isEnum, memberValues, recordsIn } from './python-records.ts'

const unknown: readonly KeyText[] = [[null]]
const maxDepth = 8

export class PythonNames {
  /** Local name -> dotted name: `environ` -> `os.environ`. */
  readonly imported = new Map<string, string>()
  readonly frames: Frames
  /** Classes of the file, by name. */
  readonly classes: ReadonlyMap<string, Node>

  constructor(frames: Frames, classes: ReadonlyMap<string, Node> = new Map()) {
    this.frames = frames
    this.classes = classes
  }

  /** Dotted name of an expression, with `()` for a call: `environ.Env().bool`; undefined where it is none. */
  qualified(node: Node | null | undefined, depth = 0): string | undefined {
    if (!node || depth > maxDepth) return undefined
    if (node.type === 'identifier') {
      const found = this.frames.lookUp(node.text)
      if (found) {
        if (found.parameter !== undefined) {
          // a parameter that is the environment unless somebody says otherwise
          const standIn = found.frame.parameters[found.parameter]?.default
          const name = standIn && this.qualified(standIn, depth + 1)
          return name === 'os.environ' ? name : undefined
        }
        if (found.bound.length !== 1 || found.bound[0]!.how !== 'value') return undefined
        return this.qualified(found.bound[0]!.node, depth + 1)
      }
      return this.imported.get(node.text) ?? node.text
    }
    if (node.type === 'attribute') {
      const object = this.qualified(node.childForFieldName('object'), depth + 1)
      return object && `${object}.${node.childForFieldName('attribute')?.text ?? ''}`
    }
    if (node.type === 'call') {
      const callee = this.qualified(node.childForFieldName('function'), depth + 1)
      return callee && `${callee}()`
    }
    if (node.type === 'parenthesized_expression')
      return this.qualified(node.namedChild(0), depth + 1)
    if (node.type === 'boolean_operator' || node.type === 'conditional_expression') {
      // `env or os.environ`
      const last = this.qualified(node.namedChildren.at(-1), depth + 1)
      return last === 'os.environ' ? last : undefined
    }
    return undefined
  }

  /** Path of a symbol that may be followed across files; undefined for names of functions' insides. */
  path(node: Node | null | undefined, depth = 0): SymbolPath | undefined {
    if (!node || depth > maxDepth) return undefined
    if (node.type === 'identifier') {
      const { text } = node
      const found = this.frames.lookUp(text)
      if (text === 'self' || text === 'cls') return this.#classPath()
      if (!found) return [text]
      if (found.parameter !== undefined) return undefined
      if (found.frame.kind === 'file') return [text]
      if (found.bound.length === 1 && found.bound[0]!.how === 'value')
        return this.path(found.bound[0]!.node, depth + 1)
      return undefined
    }
    if (node.type === 'attribute') {
      const object = this.path(node.childForFieldName('object'), depth + 1)
      return object && [...object, node.childForFieldName('attribute')!.text]
    }
    if (node.type === 'call') {
      const callee = node.childForFieldName('function')
      const name = callee?.childForFieldName('attribute')?.text ?? callee?.text ?? ''
      // an instance has the methods of its class
      return /^_?[A-Z]/.test(name) ? this.path(callee, depth + 1) : undefined
    }
    return undefined
  }

  #classPath(): SymbolPath | undefined {
    for (let frame = this.frames.current; ; frame = frame.parent) {
      if (frame.kind === 'class') return frame.path
      if (!frame.parent) return undefined
    }
  }

  /** Literals that an expression may stand for. */
  texts(node: Node | null | undefined, depth = 0): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    switch (node.type) {
      case 'string':
        return this.#string(node, depth)
      case 'concatenated_string':
      case 'interpolation':
      case 'parenthesized_expression': {
        let all: readonly KeyText[] = [[]]
        const parts =
          node.type === 'concatenated_string' ? node.namedChildren : [node.namedChild(0)]
        for (const part of parts)
          if (part?.type !== 'comment') all = concatenated(all, this.texts(part, depth + 1))
        return all
      }
      case 'binary_operator':
        return this.#operator(node, depth)
      case 'conditional_expression':
        return [
          ...this.texts(node.namedChild(0), depth + 1),
          ...this.texts(node.namedChild(2), depth + 1),
        ]
      case 'call':
        return this.#call(node, depth)
      case 'subscript': {
        const key = node.childForFieldName('subscript')
        return key?.type === 'string'
          ? this.#field(node.childForFieldName('value'), key.text.slice(1, -1), depth + 1)
          : unknown
      }
      case 'attribute':
      case 'identifier':
        return this.#name(node, depth)
      default:
        return unknown
    }
  }

  #string(node: Node, depth: number): readonly KeyText[] {
    let all: readonly KeyText[] = [[]]
    for (const part of node.namedChildren) {
      if (part.type === 'string_content') all = concatenated(all, [[part.text]])
      else if (part.type === 'interpolation') all = concatenated(all, this.texts(part, depth + 1))
    }
    return all
  }

  #operator(node: Node, depth: number): readonly KeyText[] {
    const operator = node.childForFieldName('operator')?.text
    const left = this.texts(node.childForFieldName('left'), depth + 1)
    const right = node.childForFieldName('right')
    if (operator === '+') return concatenated(left, this.texts(right, depth + 1))
    if (operator !== '%') return unknown
    const given = right?.type === 'tuple' ? right.namedChildren : [right]
    return this.#filled(left, given, /%[a-z]/, depth)
  }

  /** A format with its places filled by expressions. */
  #filled(
    format: readonly KeyText[],
    given: readonly (Node | null)[],
    mark: RegExp,
    depth: number,
  ): readonly KeyText[] {
    if (format.length !== 1 || format[0]!.length !== 1 || typeof format[0]![0] !== 'string')
      return unknown
    let all: readonly KeyText[] = [[]]
    for (const [i, text] of format[0]![0].split(mark).entries()) {
      if (i > 0)
        all = concatenated(all, given[i - 1] ? this.texts(given[i - 1], depth + 1) : unknown)
      all = concatenated(all, [[text]])
    }
    return all
  }

  #call(node: Node, depth: number): readonly KeyText[] {
    const callee = node.childForFieldName('function')
    const given = node.childForFieldName('arguments')?.namedChildren ?? []
    if (callee?.type === 'identifier' && callee.text === 'str')
      return this.texts(given[0], depth + 1)
    if (callee?.type !== 'attribute') return unknown
    const object = callee.childForFieldName('object')
    switch (callee.childForFieldName('attribute')?.text) {
      case 'get':
        return given[0]?.type === 'string'
          ? this.#field(object, given[0].text.slice(1, -1), depth + 1)
          : unknown
      case 'upper':
        return this.texts(object, depth + 1).map((text) => upperCased(text))
      case 'strip':
        return this.texts(object, depth + 1)
      case 'format':
        return this.#filled(this.texts(object, depth + 1), given, /\{[^{}]*\}/, depth)
      case 'replace': {
        const [text] = this.texts(object, depth + 1)
        return text?.length === 1 && text[0] && typeof text[0] === 'object' ? [text] : unknown
      }
      case undefined:
      default:
        return unknown
    }
  }

  #name(node: Node, depth: number): readonly KeyText[] {
    let name = node.text
    let from = this.frames.current
    if (node.type === 'attribute') {
      const object = node.childForFieldName('object')!
      name = node.childForFieldName('attribute')!.text
      if (object.text === 'self' || object.text === 'cls') {
        while (from.kind !== 'class' && from.parent) from = from.parent
      } else {
        const members = memberValues(this.classes.get(object.text), name)
        if (members.length === 1) return this.texts(members[0], depth + 1)
        const path = this.path(node)
        if (path && this.imported.has(path[0]!))
          return [[{ constant: path.at(-1) === 'value' ? path.slice(0, -1) : path }]]
        if (name === 'value' && object.type === 'attribute') return this.texts(object, depth + 1)
        return this.#field(object, name, depth + 1)
      }
    }
    const found = this.frames.lookUp(name, from)
    if (!found) return this.imported.has(name) ? [[{ constant: [name] }]] : unknown
    if (found.parameter !== undefined) return [[{ parameter: found.parameter, frame: found.frame }]]
    if (found.bound.length === 0) return unknown
    return found.bound.flatMap((bound) => this.#bound(bound, depth + 1)).slice(0, maxAlternatives)
  }

  #bound(bound: Bound, depth: number): readonly KeyText[] {
    if (bound.how === 'value') return this.texts(bound.node, depth)
    return this.elements(bound.node, bound.at, depth)
  }

  /** One field of a record, or of every record of a list that is looped over. */
  #field(object: Node | null | undefined, field: string, depth: number): readonly KeyText[] {
    if (!object || depth > maxDepth) return unknown
    if (object.type === 'subscript') {
      const list = object.childForFieldName('value')
      return list?.type === 'identifier' ? this.#fields(list, field, depth + 1) : unknown
    }
    if (object.type !== 'identifier') return unknown
    const bound = this.frames.lookUp(object.text)?.bound ?? []
    if (bound.length === 0) return unknown
    return bound
      .flatMap((one) =>
        one.how === 'value'
          ? this.#fieldTexts([one.node], field, depth)
          : this.#fields(one.node, field, depth + 1),
      )
      .slice(0, maxAlternatives)
  }

  /** Texts of one field of a record, or of each record of a list that a name goes through. */
  fieldTexts(record: Node | null, field: string): readonly KeyText[] {
    return this.#field(record, field, 0)
  }

  #fields(list: Node, field: string, depth: number): readonly KeyText[] {
    if (depth > maxDepth) return unknown
    if (list.type === 'identifier') {
      const found = this.frames.lookUp(list.text)
      if (!found && this.imported.has(list.text))
        return [[{ constant: [list.text, `[].${field}`] }]]
      if (!found && field === 'value' && isEnum(this.classes.get(list.text)))
        return memberValues(this.classes.get(list.text)).flatMap((it) => this.texts(it, depth + 1))
      const [bound] = found?.bound ?? []
      return found?.bound.length === 1 && bound?.how === 'value'
        ? this.#fields(bound.node, field, depth + 1)
        : unknown
    }
    if (list.type === 'call') {
      const callee = list.childForFieldName('function')
      if (callee?.type === 'attribute')
        return ['items', 'values'].includes(callee.childForFieldName('attribute')?.text ?? '')
          ? this.#fields(callee.childForFieldName('object')!, field, depth + 1)
          : unknown
      const inner = list.childForFieldName('arguments')?.namedChild(0)
      if (field === 'name' && callee?.text === 'fields' && inner)
        return dataFields(inner, this.frames.current, this.classes).map((name): KeyText => [name])
      return inner && ['list', 'tuple', 'sorted', 'enumerate'].includes(callee?.text ?? '')
        ? this.#fields(inner, field, depth + 1)
        : unknown
    }
    return this.#fieldTexts(recordsIn(list) ?? [list], field, depth)
  }

  #fieldTexts(records: readonly Node[], field: string, depth: number): readonly KeyText[] {
    const texts = records.flatMap((record) => {
      const value = fieldOf(record, field, this.classes)
      if (value === null || value?.type === 'none') return []
      return value ? this.texts(value, depth + 1) : unknown
    })
    return texts.length === 0 ? unknown : texts
  }

  /** Texts of the elements of a list, tuple, set or the keys of a dictionary. */
  elements(node: Node | null, at: number | string | undefined, depth = 0): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    if (node.type === 'identifier') {
      const found = this.frames.lookUp(node.text)
      if (found?.parameter !== undefined)
        return [[{ parameter: found.parameter, frame: found.frame }]]
      if (!found && this.imported.has(node.text)) return [[{ constant: [node.text] }]]
      if (found?.bound.length !== 1 || found.bound[0]!.how !== 'value') return unknown
      return this.elements(found.bound[0]!.node, at, depth + 1)
    }
    if (node.type === 'call') {
      const callee = node.childForFieldName('function')
      if (callee?.type === 'attribute') {
        const method = callee.childForFieldName('attribute')?.text ?? ''
        if (!['items', 'keys', 'values'].includes(method)) return unknown
        return this.elements(
          callee.childForFieldName('object'),
          method === 'values' ? 1 : (at ?? 0),
          depth + 1,
        )
      }
      const inner = node.childForFieldName('arguments')?.namedChild(0) ?? null
      return ['list', 'tuple', 'set', 'sorted', 'frozenset'].includes(callee?.text ?? '')
        ? this.elements(inner, at, depth + 1)
        : unknown
    }
    if (node.type === 'attribute') {
      const path = this.path(node)
      return path && this.imported.has(path[0]!) ? [[{ constant: path }]] : unknown
    }
    if (!['list', 'tuple', 'set', 'dictionary'].includes(node.type)) return unknown
    return node.namedChildren.slice(0, maxAlternatives).flatMap((element) => {
      if (element.type === 'comment') return []
      if (element.type === 'pair')
        return this.texts(element.childForFieldName(at === 1 ? 'value' : 'key'), depth + 1)
      if (typeof at !== 'number') return this.texts(element, depth + 1)
      return ['tuple', 'list'].includes(element.type)
        ? this.texts(element.namedChild(at), depth + 1)
        : unknown
    })
  }
}
