/** What names and texts of a PHP file stand for, as far as the file tells. */
import type { Node } from 'web-tree-sitter'
import type { SymbolPath } from '../../file-facts.ts'
import type { Bound, Frame, Frames } from '../shared/frames.ts'
import { concatenated, maxAlternatives, upperCased, type KeyText } from '../shared/key-text.ts'

const unknown: readonly KeyText[] = [[null]]
const maxDepth = 8

export class PhpNames {
  readonly frames: Frames
  /** Name in the file -> name with its namespace. */
  readonly imported = new Map<string, string>()

  constructor(frames: Frames) {
    this.frames = frames
  }

  /** The class around the walk. */
  get ownClass(): Frame | undefined {
    for (let frame: Frame | undefined = this.frames.current; frame; frame = frame.parent)
      if (frame.kind === 'class') return frame
    return undefined
  }

  /** `[Class, method]` or `[function]`; undefined for methods of objects whose class the text does not tell. */
  path(call: Node): SymbolPath | undefined {
    const name = call.childForFieldName('name')?.text
    if (call.type === 'function_call_expression') {
      const callee = call.childForFieldName('function')
      return callee && /^(name|qualified_name)$/.test(callee.type)
        ? [lastPart(callee.text)]
        : undefined
    }
    if (name === undefined) return undefined
    if (call.type === 'scoped_call_expression') {
      const scope = this.className(call.childForFieldName('scope')?.text ?? '')
      return scope === undefined ? undefined : [scope, name]
    }
    const own = this.ownClass?.path
    return call.childForFieldName('object')?.text === '$this' && own ? [...own, name] : undefined
  }

  className(text: string): string | undefined {
    if (text === 'self' || text === 'static' || text === '$this') return this.ownClass?.path?.at(-1)
    return /^\\?[A-Za-z_][\w\\]*$/.test(text) ? lastPart(text) : undefined
  }

  texts(node: Node | null | undefined, depth = 0): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    const inner = (one: Node | null | undefined) => this.texts(one, depth + 1)
    switch (node.type) {
      case 'argument':
        return inner(node.namedChildren.at(-1))
      case 'parenthesized_expression':
        return inner(node.namedChild(0))
      case 'string':
        return [[node.text.slice(1, -1)]]
      case 'encapsed_string': {
        let all: readonly KeyText[] = [[]]
        for (const part of node.namedChildren)
          all = concatenated(
            all,
            /^(string_content|string_value|escape_sequence)$/.test(part.type)
              ? [[part.text]]
              : inner(part),
          )
        return all
      }
      case 'binary_expression':
        return node.childForFieldName('operator')?.text === '.'
          ? concatenated(
              inner(node.childForFieldName('left')),
              inner(node.childForFieldName('right')),
            )
          : unknown
      case 'conditional_expression':
        return [
          ...inner(node.childForFieldName('body')),
          ...inner(node.childForFieldName('alternative')),
        ]
      case 'function_call_expression':
        return this.#call(node, depth)
      case 'cast_expression':
        return inner(node.childForFieldName('value'))
      case 'variable_name':
        return this.#name(node.text, this.frames.current, depth)
      case 'name':
      case 'qualified_name':
        return this.#constant(lastPart(node.text), depth)
      case 'class_constant_access_expression':
        return this.#classConstant(node, depth)
      case 'subscript_expression':
        return this.#subscript(node, depth)
      default:
        return unknown
    }
  }

  #call(node: Node, depth: number): readonly KeyText[] {
    const name = node.childForFieldName('function')?.text.replace(/^\\/, '') ?? ''
    const given = node.childForFieldName('arguments')?.namedChildren ?? []
    const inner = (one: Node | null | undefined) => this.texts(one, depth + 1)
    if (/^(mb_)?strtoupper$/.test(name)) return inner(given[0]).map((text) => upperCased(text))
    if (name === 'trim' || name === 'strval') return inner(given[0])
    if (name === 'str_replace') {
      const [text] = inner(given[2])
      return text?.length === 1 && text[0] && typeof text[0] === 'object' ? [text] : unknown
    }
    if (name !== 'sprintf') return unknown
    const [format] = inner(given[0])
    if (format?.length !== 1 || typeof format[0] !== 'string') return unknown
    let all: readonly KeyText[] = [[]]
    for (const [i, text] of format[0].split(/%[sdu]/).entries()) {
      if (i > 0) all = concatenated(all, given[i] ? inner(given[i]) : unknown)
      all = concatenated(all, [[text]])
    }
    return all
  }

  #name(name: string, from: Frame, depth: number): readonly KeyText[] {
    const found = this.frames.lookUp(name, from)
    if (found?.parameter !== undefined)
      return [[{ parameter: found.parameter, frame: found.frame }]]
    if (!found || found.bound.length === 0) return unknown
    return found.bound
      .flatMap((bound) => this.#bound(bound, undefined, depth + 1))
      .slice(0, maxAlternatives)
  }

  #bound(bound: Bound, member: string | undefined, depth: number): readonly KeyText[] {
    if (bound.how === 'value') return member === undefined ? this.texts(bound.node, depth) : unknown
    return this.elements(bound.node, bound.how, member, depth)
  }

  #constant(name: string, depth: number): readonly KeyText[] {
    const bound = this.frames.file.names.get(name)
    return bound?.length === 1 ? this.texts(bound[0]!.node, depth + 1) : [[{ constant: [name] }]]
  }

  #classConstant(node: Node, depth: number): readonly KeyText[] {
    const [scope, constant] = node.namedChildren
    const name = constant?.text ?? ''
    const own = this.ownClass
    const owner = this.className(scope?.text ?? '')
    if (owner === undefined || name === 'class') return unknown
    if (own?.path?.at(-1) === owner && own.names.has(name)) return this.#name(name, own, depth)
    return [[{ constant: [owner, name] }]]
  }

  /** `$variable['name']`, where the variable runs over a list of arrays that is written out. */
  #subscript(node: Node, depth: number): readonly KeyText[] {
    const [of, index] = node.namedChildren
    if (of?.type !== 'variable_name' || index?.type !== 'string') return unknown
    const found = this.frames.lookUp(of.text)
    if (!found || found.bound.length === 0) return unknown
    return found.bound.flatMap((bound) => this.#bound(bound, index.text.slice(1, -1), depth + 1))
  }

  /** Texts of the elements (or of one member of each), or of the keys, of an array that is written out. */
  elements(
    node: Node | null,
    how: 'element' | 'key' | 'value',
    member: string | undefined,
    depth = 0,
  ): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    if (
      node.type === 'class_constant_access_expression' ||
      node.type === 'member_access_expression'
    ) {
      const name = (node.namedChildren.at(-1)?.text ?? '').replace(/^\$/, '')
      const bound = this.ownClass?.names.get(name) ?? this.ownClass?.names.get(`$${name}`)
      const constant =
        node.type === 'class_constant_access_expression'
          ? this.#classConstant(node, depth)
          : unknown
      return bound?.length === 1 ? this.elements(bound[0]!.node, how, member, depth + 1) : constant
    }
    if (node.type === 'variable_name' || node.type === 'subscript_expression') {
      const inner = node.type === 'subscript_expression'
      const found = this.frames.lookUp(inner ? (node.namedChild(0)?.text ?? '') : node.text)
      if (!inner && found?.parameter !== undefined && how === 'element' && member === undefined)
        return [[{ parameter: found.parameter, frame: found.frame }]]
      const [bound] = found?.bound ?? []
      if (found?.bound.length !== 1 || !bound) return unknown
      if (!inner)
        return bound.how === 'value' ? this.elements(bound.node, how, member, depth + 1) : unknown
      // lists within the elements of a list: categories of variables
      return bound.how === 'element'
        ? arraysIn(bound.node, node.namedChild(1)?.text.slice(1, -1) ?? '').flatMap((one) =>
            this.elements(one, how, member, depth + 1),
          )
        : unknown
    }
    if (node.type !== 'array_creation_expression') return unknown
    return node.namedChildren.slice(0, maxAlternatives).flatMap((element) => {
      if (element.type !== 'array_element_initializer') return []
      const pair = element.namedChildCount > 1
      if (how === 'key') return pair ? this.texts(element.namedChild(0), depth + 1) : unknown
      const value = element.namedChild(pair ? 1 : 0)
      return this.texts(member === undefined ? value : (memberOf(value, member) ?? null), depth + 1)
    })
  }
}

/** Value of a key of an array that is written out. */
export function memberOf(array: Node | null | undefined, key: string): Node | undefined {
  for (const one of array?.type === 'array_creation_expression' ? array.namedChildren : [])
    if (one.namedChildCount > 1 && one.namedChild(0)?.text.slice(1, -1) === key)
      return one.namedChild(1) ?? undefined
  return undefined
}

function arraysIn(array: Node, key: string): Node[] {
  return (array.type === 'array_creation_expression' ? array.namedChildren : []).flatMap(
    (one) => memberOf(one.namedChildren.at(-1), key) ?? [],
  )
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('\\') + 1)
}
