/** What is made of a value right where it is read: converted, compared, given a stand-in, handed on. */
import type { Node } from 'web-tree-sitter'
import type { ValueType } from '../../../key-read.ts'

export interface ContextStep {
  type?: ValueType | undefined
  sink?: string | undefined
  /** Expression that stands in for an empty or missing value. */
  default?: Node | undefined
  forEmpty?: boolean
  /** Nothing further out is about the value. */
  stop?: boolean
}

export interface ReadContext {
  type?: ValueType
  sink?: string
  default?: { node: Node; forEmpty: boolean }
}

/** Climbs from a read at most this far. */
const maxSteps = 8

export function contextOf(
  node: Node,
  step: (parent: Node, child: Node) => ContextStep | undefined,
): ReadContext {
  const context: ReadContext = {}
  let child = node
  for (let i = 0; i < maxSteps; i++) {
    const { parent } = child
    if (!parent) break
    const seen = step(parent, child)
    if (!seen) break
    if (seen.type) context.type ??= seen.type
    if (seen.sink) context.sink ??= seen.sink.replaceAll(/\s+/g, ' ').slice(0, 60)
    if (seen.default) context.default ??= { node: seen.default, forEmpty: seen.forEmpty ?? false }
    if (seen.stop || context.sink) break
    child = parent
  }
  return context
}

/** Type that the literal of a default tells; a text tells none. */
export function typeOfLiteral(literal: string | undefined): ValueType | undefined {
  if (literal === undefined) return undefined
  if (/^(true|false)$/i.test(literal)) return 'boolean'
  return undefined
}
