/** What names and texts of a Ruby file stand for, as far as the file tells. */
import type { Node } from 'web-tree-sitter'
import type { SymbolPath } from '../../file-facts.ts'
import type { Frame, Frames } from '../shared/frames.ts'
import { concatenated, maxAlternatives, upperCased, type KeyText } from '../shared/key-text.ts'

const unknown: readonly KeyText[] = [[null]]
const maxDepth = 8
/** Methods that hand on what they are called on. */
const through = new Set(['to_s', 'strip', 'freeze', 'to_sym', 'each', 'map', 'dup'])

export class RubyNames {
  readonly frames: Frames
  /** Methods of the file: `Class\0method`. */
  readonly methods = new Set<string>()

  constructor(frames: Frames) {
    this.frames = frames
  }

  get ownClass(): Frame | undefined {
    for (let frame: Frame | undefined = this.frames.current; frame; frame = frame.parent)
      if (frame.kind === 'class') return frame
    return undefined
  }

  isEnvironment(node: Node | null | undefined, depth = 0): boolean {
    if (!node || depth > 4) return false
    if (node.type === 'constant') return node.text === 'ENV'
    if (node.type === 'scope_resolution') return node.text === '::ENV'
    if (node.type !== 'identifier') return false
    const found = this.frames.lookUp(node.text)
    return (
      found?.bound.length === 1 &&
      found.bound[0]!.how === 'value' &&
      this.isEnvironment(found.bound[0]!.node, depth + 1)
    )
  }

  /** Path of a method, class or constant by its last name; undefined for objects whose class is not told. */
  path(node: Node | null | undefined): SymbolPath | undefined {
    switch (node?.type) {
      case 'constant':
        return [node.text]
      case 'scope_resolution':
        return [node.childForFieldName('name')?.text ?? '']
      case 'self': {
        return this.ownClass?.path
      }
      case 'call': {
        const receiver = node.childForFieldName('receiver')
        const method = node.childForFieldName('method')?.text
        if (method === undefined) return undefined
        if (receiver) {
          const of = this.path(receiver)
          return of && (method === 'new' || method === 'instance' ? of : [...of, method])
        }
        const own = this.ownClass?.path
        return own && this.methods.has(`${own.at(-1)}\0${method}`) ? [...own, method] : [method]
      }
      case undefined:
      default:
        return undefined
    }
  }

  texts(node: Node | null | undefined, depth = 0): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    const inner = (one: Node | null | undefined) => this.texts(one, depth + 1)
    switch (node.type) {
      case 'simple_symbol':
        return [[node.text.slice(1)]]
      case 'string':
      case 'bare_string':
      case 'delimited_symbol':
      case 'chained_string': {
        let all: readonly KeyText[] = [[]]
        for (const part of node.namedChildren)
          all = concatenated(
            all,
            part.type === 'string_content'
              ? [[part.text]]
              : part.type === 'interpolation'
                ? inner(part.namedChild(0))
                : inner(part),
          )
        return all
      }
      case 'parenthesized_statements':
        return inner(node.namedChild(0))
      case 'binary':
        return node.childForFieldName('operator')?.text === '+'
          ? concatenated(
              inner(node.childForFieldName('left')),
              inner(node.childForFieldName('right')),
            )
          : unknown
      case 'conditional':
        return [
          ...inner(node.childForFieldName('consequence')),
          ...inner(node.childForFieldName('alternative')),
        ]
      case 'call': {
        const method = node.childForFieldName('method')?.text ?? ''
        const receiver = node.childForFieldName('receiver')
        if (method === 'upcase') return inner(receiver).map((text) => upperCased(text))
        if (through.has(method)) return inner(receiver)
        if (method === 'join') return this.#joined(node)
        if (method !== 'tr' && method !== 'gsub') return unknown
        const [text] = inner(receiver)
        return text?.length === 1 && text[0] && typeof text[0] === 'object' ? [text] : unknown
      }
      case 'identifier':
      case 'constant':
      case 'scope_resolution':
        return this.#name(node, depth)
      default:
        return unknown
    }
  }

  /** `parts.map(&:upcase).join('__')`, of all that a method is given. */
  #joined(node: Node): readonly KeyText[] {
    const between = node.childForFieldName('arguments')?.namedChild(0)
    let list: Node | null | undefined = node.childForFieldName('receiver')
    let cased = false
    for (let i = 0; list?.type === 'call' && i < maxDepth; i++) {
      if (/&:upcase\b|\.upcase\b/.test(list.childForFieldName('arguments')?.text ?? ''))
        cased = true
      list = list.childForFieldName('receiver')
    }
    const found = list?.type === 'identifier' ? this.frames.lookUp(list.text) : undefined
    if (found?.parameter === undefined || !found.frame.parameters[found.parameter]?.rest)
      return unknown
    const [text] = this.texts(between)
    const joined = text?.length === 0 ? '' : text?.[0]
    if (typeof joined !== 'string') return unknown
    return [
      [
        {
          parameter: found.parameter,
          frame: found.frame,
          joined,
          ...(cased && { upperCased: true }),
        },
      ],
    ]
  }

  #name(node: Node, depth: number): readonly KeyText[] {
    if (node.type === 'scope_resolution') {
      const owner = node.childForFieldName('scope')
      const of = owner?.type === 'scope_resolution' ? owner.childForFieldName('name') : owner
      return [
        [{ constant: [...(of ? [of.text] : []), node.childForFieldName('name')?.text ?? ''] }],
      ]
    }
    const found = this.frames.lookUp(node.text)
    if (!found) return node.type === 'constant' ? [[{ constant: [node.text] }]] : unknown
    if (found.parameter !== undefined) return [[{ parameter: found.parameter, frame: found.frame }]]
    if (found.bound.length === 0) return unknown
    return found.bound
      .flatMap((bound) =>
        bound.how === 'value'
          ? this.texts(bound.node, depth + 1)
          : this.elements(bound.node, bound.at, depth + 1),
      )
      .slice(0, maxAlternatives)
  }

  /** Texts of the elements of a list, or of the keys of a hash, that is written out. */
  elements(node: Node | null, at: number | string | undefined, depth = 0): readonly KeyText[] {
    if (!node || depth > maxDepth) return unknown
    switch (node.type) {
      case 'identifier':
      case 'constant': {
        const found = this.frames.lookUp(node.text)
        if (found?.parameter !== undefined)
          return [[{ parameter: found.parameter, frame: found.frame }]]
        if (!found) return node.type === 'constant' ? [[{ constant: [node.text] }]] : unknown
        const [bound] = found.bound
        return found.bound.length === 1 && bound?.how === 'value'
          ? this.elements(bound.node, at, depth + 1)
          : unknown
      }
      case 'call':
        return ['freeze', 'keys', 'each', 'sort', 'uniq', 'to_a'].includes(
          node.childForFieldName('method')?.text ?? '',
        )
          ? this.elements(node.childForFieldName('receiver'), at, depth + 1)
          : unknown
      case 'array':
      case 'string_array':
      case 'symbol_array':
      case 'hash':
        return node.namedChildren.slice(0, maxAlternatives).flatMap((one) => {
          if (one.type === 'comment') return []
          if (one.type === 'pair') {
            const key = one.childForFieldName(at === 1 ? 'value' : 'key')
            return key?.type === 'hash_key_symbol' ? [[key.text]] : this.texts(key, depth + 1)
          }
          if (one.type === 'bare_symbol') return [[one.text]]
          if (one.type === 'array' && typeof at === 'number')
            return this.texts(one.namedChild(at), depth + 1)
          return this.texts(one, depth + 1)
        })
      default:
        return unknown
    }
  }
}
