/** Which names mean what where: the functions, classes and loops of one file, entered in the order of its text. */
import type { Node } from 'web-tree-sitter'
import type { SymbolPath } from '../../file-facts.ts'

export interface Parameter {
  name: string
  /** Its own default, where it has one. */
  default?: Node | undefined
  /** It takes every argument from here on. */
  rest?: boolean
}

/** What a local name was given. */
export interface Bound {
  node: Node
  /** `value`: the expression itself; `element`: one of its elements; `key`: one of its keys. */
  how: 'value' | 'element' | 'key'
  /** Only this part of it: the index in a tuple, the key in a map. */
  at?: number | string | undefined
  /** The loop that gives it. */
  within?: { startIndex: number; endIndex: number } | undefined
}

export interface Frame {
  kind: 'file' | 'function' | 'class'
  /** What others call it by: `['Settings', 'get']`; undefined = nobody can. */
  path: SymbolPath | undefined
  parameters: readonly Parameter[]
  names: Map<string, Bound[]>
  start: number
  end: number
  node: Node
  parent: Frame | undefined
}

/** A name that is given more values than this is not followed. */
const maxBound = 12

export class Frames {
  readonly file: Frame
  #current: Frame
  #position = 0
  readonly #byStart = new Map<string, Frame>()

  constructor(root: Node) {
    this.file = {
      kind: 'file',
      path: [],
      parameters: [],
      names: new Map(),
      start: root.startIndex,
      end: Number.MAX_SAFE_INTEGER,
      node: root,
      parent: undefined,
    }
    this.#current = this.file
  }

  get current(): Frame {
    return this.#current
  }

  /** To be called with each node in the order of the text, in every pass. */
  arrive(node: Node): Frame {
    const { startIndex } = node
    this.#position = startIndex
    if (startIndex < this.#current.start) this.#current = this.file
    while (startIndex >= this.#current.end && this.#current.parent)
      this.#current = this.#current.parent
    return this.#current
  }

  enter(
    node: Node,
    kind: Frame['kind'],
    path: SymbolPath | undefined,
    parameters: readonly Parameter[],
  ): Frame {
    const parent = this.arrive(node)
    const frame: Frame = {
      kind,
      path,
      parameters,
      names: new Map(),
      start: node.startIndex,
      end: node.endIndex,
      node,
      parent,
    }
    this.#byStart.set(`${node.startIndex}:${node.endIndex}`, frame)
    this.#current = frame
    return frame
  }

  /** In a later pass: the frame that was made for the node. */
  again(node: Node): Frame | undefined {
    this.arrive(node)
    const frame = this.#byStart.get(`${node.startIndex}:${node.endIndex}`)
    if (frame) this.#current = frame
    return frame
  }

  /** The function that others call by that path, its parts put together with NUL. */
  byPath(path: string): Frame | undefined {
    for (const frame of this.#byStart.values())
      if (frame.kind === 'function' && frame.path?.join('\0') === path) return frame
    return undefined
  }

  bind(name: string, bound: Bound, frame = this.#current): void {
    const all = frame.names.get(name)
    if (!all) frame.names.set(name, [bound])
    else if (all.length <= maxBound || bound.within) all.push(bound)
  }

  /** What a name means where the walk is. */
  lookUp(
    name: string,
    from = this.#current,
  ): { frame: Frame; parameter?: number; bound: readonly Bound[] } | undefined {
    for (let frame: Frame | undefined = from; frame; frame = frame.parent) {
      const bound = frame.names.get(name)
      if (bound) {
        const position = this.#position
        const loop = bound.findLast(
          ({ within }) => within && within.startIndex <= position && position < within.endIndex,
        )
        return { frame, bound: loop ? [loop] : bound.length > maxBound ? [] : bound }
      }
      const parameter = frame.parameters.findIndex((one) => one.name === name)
      if (parameter >= 0) return { frame, parameter, bound: [] }
    }
    return undefined
  }

  /** Name that is unique in the file: of the file's own names, the name itself. */
  symbolName(name: string): string {
    const found = this.lookUp(name)
    return found && found.frame.kind === 'function' ? `${name}@${found.frame.start}` : name
  }

  /** Path of a name that is defined where the walk is; undefined inside functions. */
  pathFor(name: string): SymbolPath | undefined {
    const frame = this.#current
    return frame.kind === 'function' || !frame.path ? undefined : [...frame.path, name]
  }
}
