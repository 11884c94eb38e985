/** YAML as a tree of plain values with their lines; 1.2 with merge keys. */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from 'yaml'
import type { Node } from 'yaml'
import type { UnreadInput } from '../binding.ts'

export interface YamlMap {
  kind: 'map'
  entries: Map<string, YamlTree>
  line: number
}

export interface YamlList {
  kind: 'list'
  items: YamlTree[]
  line: number
}

export interface YamlScalar {
  kind: 'scalar'
  value: string | number | bigint | boolean | null
  /** As written, where it is not quoted. */
  source: string | undefined
  line: number
}

export type YamlTree = YamlMap | YamlList | YamlScalar

export interface YamlFile {
  documents: { tree: YamlTree }[]
  unread: UnreadInput[]
}

/** Nodes that aliases may add to what a text of that length can hold by itself. */
const mostOfAliases = 200_000
const deepest = 500
/** Longest text, in UTF-16 code units: the parser takes about a second and 80 MB for each million of them. */
const longestYaml = 8_000_000

/** Reads every document; one that is broken, or has duplicate keys, is told and left out, the others stay. */
export function readYaml(file: string, text: string): YamlFile {
  const unread: UnreadInput[] = []
  const lines = new LineCounter()
  const documents: YamlFile['documents'] = []
  if (text.length > longestYaml) {
    return {
      documents,
      unread: [
        { location: { file, line: 1 }, reason: 'This YAML is larger than 8 million characters.' },
      ],
    }
  }
  let parsed
  try {
    parsed = parseAllDocuments(text, {
      version: '1.2',
      merge: true,
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    })
  } catch {
    return {
      documents,
      unread: [{ location: { file, line: 1 }, reason: 'This YAML is nested too deeply.' }],
    }
  }
  const list = Array.isArray(parsed) ? parsed : []
  const builder = new TreeBuilder(lines, text.length + mostOfAliases)
  for (const document of list) {
    const error = document.errors[0]
    if (error !== undefined) {
      const line = lines.linePos(error.pos[0]).line || 1
      unread.push({ location: { file, line }, reason: `This is not valid YAML (${error.code}).` })
      continue
    }
    if (document.contents === null) continue
    try {
      documents.push({ tree: builder.build(document.contents) })
    } catch (problem) {
      if (!(problem instanceof YamlProblem)) throw problem
      unread.push({ location: { file, line: problem.line }, reason: problem.message })
    }
  }
  return { documents, unread }
}

class YamlProblem extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

class TreeBuilder {
  readonly #lines: LineCounter
  readonly #mostNodes: number
  #nodes = 0
  /** Nodes by anchor, as far as the document is read: the last one of a name counts. */
  readonly #anchors = new Map<string, Node>()
  readonly #open = new Set<unknown>()
  /** Aliases that are being followed. */
  #following = 0

  constructor(lines: LineCounter, mostNodes: number) {
    this.#lines = lines
    this.#mostNodes = mostNodes
  }

  build(contents: Node): YamlTree {
    this.#anchors.clear()
    this.#following = 0
    this.#open.clear()
    return this.#tree(contents, 0)
  }

  #tree(node: unknown, depth: number): YamlTree {
    const line = this.#lineOf(node)
    this.#nodes += 1
    if (this.#nodes > this.#mostNodes)
      throw new YamlProblem(line, 'This YAML, with its aliases, is too large.')
    if (depth > deepest) throw new YamlProblem(line, 'This YAML is nested too deeply.')
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      if (target === undefined) throw new YamlProblem(line, 'An alias has no anchor.')
      if (this.#open.has(target))
        throw new YamlProblem(line, 'An alias stands within its own anchor.')
      this.#following += 1
      const tree = this.#tree(target, depth + 1)
      this.#following -= 1
      return tree
    }
    if (
      this.#following === 0 &&
      isNode(node) &&
      'anchor' in node &&
      typeof node.anchor === 'string'
    ) {
      this.#anchors.set(node.anchor, node)
    }
    if (isScalar(node)) {
      const plain = node.type === 'PLAIN' ? node.source : undefined
      return { kind: 'scalar', value: scalarOf(node.value), source: plain, line }
    }
    if (isSeq(node)) {
      this.#open.add(node)
      const items = node.items.map((item) => this.#tree(item, depth + 1))
      this.#open.delete(node)
      return { kind: 'list', items, line }
    }
    if (!isMap(node)) return { kind: 'scalar', value: null, source: undefined, line }
    this.#open.add(node)
    const entries = new Map<string, YamlTree>()
    const merged: YamlTree[] = []
    for (const pair of node.items) {
      if (!isPair(pair)) continue
      const key = this.#tree(pair.key, depth + 1)
      const value = this.#tree(pair.value, depth + 1)
      if (key.kind === 'scalar' && key.source === '<<') {
        merged.push(...(value.kind === 'list' ? value.items : [value]))
        continue
      }
      const name = key.kind === 'scalar' ? String(key.value) : '?'
      if (entries.has(name)) throw new YamlProblem(key.line, 'A key is there twice.')
      entries.set(name, value)
    }
    this.#open.delete(node)
    for (const other of merged) {
      if (other.kind !== 'map') throw new YamlProblem(other.line, 'A merge key takes maps only.')
      for (const [name, value] of other.entries) if (!entries.has(name)) entries.set(name, value)
    }
    return { kind: 'map', entries, line }
  }

  #lineOf(node: unknown): number {
    const range = (node as { range?: [number, number, number] | null } | null)?.range
    return range ? this.#lines.linePos(range[0]).line || 1 : 1
  }
}

function scalarOf(value: unknown): YamlScalar['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  return typeof value === 'bigint' ? value : null
}

/** The value below a path of keys; undefined where there is none. */
export function at(tree: YamlTree | undefined, ...keys: string[]): YamlTree | undefined {
  let found = tree
  for (const key of keys) found = found?.kind === 'map' ? found.entries.get(key) : undefined
  return found
}

export function listAt(tree: YamlTree | undefined, ...keys: string[]): YamlTree[] {
  const found = at(tree, ...keys)
  return found?.kind === 'list' ? found.items : []
}

export function mapAt(tree: YamlTree | undefined, ...keys: string[]): Map<string, YamlTree> {
  const found = at(tree, ...keys)
  return found?.kind === 'map' ? found.entries : new Map<string, YamlTree>()
}

/** A scalar as text; undefined for null, maps and lists. */
export function textOf(tree: YamlTree | undefined): string | undefined {
  return tree?.kind !== 'scalar' || tree.value === null ? undefined : String(tree.value)
}

export function textAt(tree: YamlTree | undefined, ...keys: string[]): string | undefined {
  return textOf(at(tree, ...keys))
}
