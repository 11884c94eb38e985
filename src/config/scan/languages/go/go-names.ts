/** What names and texts of a Go file stand for, as far as the file tells. */
import type { Node } from 'web-tree-sitter'
import type { SymbolPath } from '../../file-facts.ts'
import type { Bound, Frames } from '../shared/frames.ts'
import { elementType, fieldOf, structFields } from './go-records.ts'
import { concatenated, maxAlternatives, upperCased, type KeyText } from '../shared/key-text.ts'

const unknown: readonly KeyText[] = [[null]]
const maxDepth = 8

export class GoNames {
  /** Local name of a package -> its path. */
  readonly packages = new Map<string, string>()
  readonly frames: Frames
  /** Name of the receiver -> its type, by the start of the method. */
  readonly receivers = new Map<number, { name: string; type: string }>()
  /** Fields of the file's structs, in order. */
  readonly structs = new Map<string, string[]>()

  constructor(frames: Frames) {
    this.frames = frames
  }

  /** `os.Getenv`, `viper.New().BindEnv`: packages by the last part of their path. */
  qualified(node: Node | null | undefined, depth = 0): string | undefined {
    if (!node || depth > maxDepth) return undefined
    switch (node.type) {
      case 'identifier': {
        const found = this.frames.lookUp(node.text)
        if (!found)
          return this.packages.has(node.text)
            ? packageName(this.packages.get(node.text)!)
            : node.text
        if (found.bound.length !== 1 || found.bound[0]!.how !== 'value') return undefined
        return this.qualified(found.bound[0]!.node, depth + 1)
      }
      case 'selector_expression': {
        const operand = this.qualified(node.childForFieldName('operand'), depth + 1)
        return operand && `${operand}.${node.childForFieldName('field')?.text ?? ''}`
      }
      case 'call_expression': {
        const callee = this.qualified(node.childForFieldName('function'), depth + 1)
        return callee && `${callee}()`
      }
      case 'parenthesized_expression':
        return this.qualified(node.namedChild(0), depth + 1)
      default:
        return undefined
    }
  }

  /** Path of a function or constant of this or another package; undefined for what is local. */
  path(node: Node | null | undefined): SymbolPath | undefined {
    if (node?.type === 'identifier') {
      const found = this.frames.lookUp(node.text)
      return found && found.frame.kind !== 'file' ? undefined : [node.text]
    }
    if (node?.type !== 'selector_expression') return undefined
    const operand = node.childForFieldName('operand')
    const field = node.childForFieldName('field')?.text ?? ''
    if (operand?.type !== 'identifier') return undefined
    for (let frame = this.frames.current; ; frame = frame.parent) {
      const receiver = this.receivers.get(frame.start)
      if (receiver && receiver.name === operand.text) return [receiver.type, field]
      if (!frame.parent) break
    }
    const found = this.frames.lookUp(operand.text)
    if (found && found.frame.kind !== 'file') return undefined
    return [operand.text, field]
  }

  texts(node: Node | null | undefined, depth = 0): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    switch (node.type) {
      case 'interpreted_string_literal':
      case 'raw_string_literal':
        return [[node.text.slice(1, -1)]]
      case 'parenthesized_expression':
        return this.texts(node.namedChild(0), depth + 1)
      case 'binary_expression':
        return node.childForFieldName('operator')?.text === '+'
          ? concatenated(
              this.texts(node.childForFieldName('left'), depth + 1),
              this.texts(node.childForFieldName('right'), depth + 1),
            )
          : unknown
      case 'call_expression':
      case 'type_conversion_expression':
        return this.#call(node, depth)
      case 'identifier':
        return this.#name(node, depth)
      case 'selector_expression': {
        const operand = node.childForFieldName('operand')
        if (operand?.type === 'index_expression') {
          const list = operand.childForFieldName('operand')
          return this.elements(list, 'element', node.childForFieldName('field')!.text, depth + 1)
        }
        if (operand?.type !== 'identifier') return unknown
        const found = this.frames.lookUp(operand.text)
        if (found)
          return found.bound.length > 0
            ? found.bound.flatMap((bound) =>
                this.#field(bound, node.childForFieldName('field')!.text, depth + 1),
              )
            : unknown
        return this.packages.has(operand.text)
          ? [[{ constant: [operand.text, node.childForFieldName('field')!.text] }]]
          : unknown
      }
      default:
        return unknown
    }
  }

  #call(node: Node, depth: number): readonly KeyText[] {
    const name = this.qualified(node.childForFieldName('function'))
    const given = node.childForFieldName('arguments')?.namedChildren ?? []
    if (name === 'strings.ToUpper')
      return this.texts(given[0], depth + 1).map((text) => upperCased(text))
    if (name === 'string' || name === 'strings.TrimSpace') return this.texts(given[0], depth + 1)
    if (name === 'strings.ReplaceAll' || name === 'strings.Replace') {
      const [text] = this.texts(given[0], depth + 1)
      return text?.length === 1 && text[0] && typeof text[0] === 'object' ? [text] : unknown
    }
    if (name !== 'fmt.Sprintf') return unknown
    const [format] = this.texts(given[0], depth + 1)
    if (format?.length !== 1 || typeof format[0] !== 'string') return unknown
    let all: readonly KeyText[] = [[]]
    for (const [i, text] of format[0].split(/%[sdvq]/).entries()) {
      if (i > 0) all = concatenated(all, given[i] ? this.texts(given[i], depth + 1) : unknown)
      all = concatenated(all, [[text]])
    }
    return all
  }

  #name(node: Node, depth: number): readonly KeyText[] {
    const found = this.frames.lookUp(node.text)
    if (!found)
      return /^[A-Za-z_]\w*$/.test(node.text) && node.text !== 'nil'
        ? [[{ constant: [node.text] }]]
        : unknown
    if (found.parameter !== undefined) return [[{ parameter: found.parameter, frame: found.frame }]]
    if (found.bound.length === 0) return unknown
    return found.bound
      .flatMap((bound) =>
        bound.how === 'value'
          ? this.texts(bound.node, depth + 1)
          : this.elements(bound.node, bound.how, undefined, depth + 1),
      )
      .slice(0, maxAlternatives)
  }

  #field(bound: Bound, field: string, depth: number): readonly KeyText[] {
    return bound.how === 'element' ? this.elements(bound.node, 'element', field, depth) : unknown
  }

  /** Texts of the elements (or of one field of each), or of the keys, of a slice or map that is written out. */
  elements(
    node: Node | null,
    how: 'key' | 'element' | 'value',
    field: string | undefined,
    depth = 0,
  ): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    if (node.type === 'identifier') {
      const found = this.frames.lookUp(node.text)
      if (found?.parameter !== undefined && how === 'element')
        return [[{ parameter: found.parameter, frame: found.frame }]]
      if (!found)
        return [[{ constant: field === undefined ? [node.text] : [node.text, `[].${field}`] }]]
      const [bound] = found.bound
      return found.bound.length === 1 && bound?.how === 'value'
        ? this.elements(bound.node, how, field, depth + 1)
        : unknown
    }
    if (node.type === 'selector_expression' && field !== undefined) {
      const [owner, name] = [node.childForFieldName('operand')!, node.childForFieldName('field')!]
      return owner.type === 'identifier' && this.packages.has(owner.text)
        ? [[{ constant: [owner.text, name.text, `[].${field}`] }]]
        : unknown
    }
    if (node.type !== 'composite_literal') return unknown
    const isMap = node.childForFieldName('type')?.type === 'map_type'
    if (how === 'key' && !isMap) return unknown
    const type = field === undefined ? null : elementType(node)
    const order = type ? (this.structs.get(type.text) ?? structFields(type)) : []
    return (node.childForFieldName('body')?.namedChildren ?? [])
      .slice(0, maxAlternatives)
      .flatMap((one) => {
        if (one.type === 'comment') return []
        let element: Node | null = one
        if (one.type === 'keyed_element') element = one.namedChild(how === 'key' ? 0 : 1)
        if (element?.type === 'literal_element') element = element.namedChild(0)
        if (field === undefined) return this.texts(element, depth + 1)
        const value = fieldOf(element, field, order)
        if (value === null) return []
        return value ? this.texts(value, depth + 1) : unknown
      })
  }
}

/** Name that a package goes by: the last part of its path, without the version. */
export function packageName(path: string): string {
  const parts = path.split('/')
  const last = parts.at(-1)!
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last.replace(/\.v\d+$/, '')
}
