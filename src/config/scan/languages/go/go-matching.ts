/**
 * The whole environment gone through line by line, each name held against tables, cases and prefixes:
 * `for _, line := range os.Environ() { name, value, _ := strings.Cut(line, "="); option, ok := options[name] ... }`.
 */
import type { Node } from 'web-tree-sitter'
import type { SymbolPath } from '../../file-facts.ts'
import { type FactsDraft, placeOf } from '../shared/facts-draft.ts'
import { literalOf, looksLikeKey, type KeyText } from '../shared/key-text.ts'
import type { GoNames } from './go-names.ts'

const maxDepth = 6
const maxRounds = 3

/** Types of nodes that `goMatching` looks at. */
export const matchingTypes = [
  'index_expression',
  'expression_switch_statement',
  'binary_expression',
]

export function goMatching(nodes: readonly Node[], names: GoNames, draft: FactsDraft): void {
  const { frames } = names
  /** Parameters that are handed the name of any key, by the start of their function. */
  const handed = new Set<string>()
  /** Maps that the environment is copied into. */
  const copies = new Set<string>()

  const argumentsOf = (node: Node): Node[] =>
    node.childForFieldName('arguments')?.namedChildren ?? []
  const called = (node: Node): string =>
    node.type === 'call_expression'
      ? (names.qualified(node.childForFieldName('function')) ?? '')
      : ''

  /** `A=1`, one after the other. */
  function isLine(node: Node | undefined | null): boolean {
    if (node?.type !== 'identifier') return false
    return (frames.lookUp(node.text)?.bound ?? []).some(
      (bound) => bound.how === 'element' && names.qualified(bound.node) === 'os.Environ()',
    )
  }

  function isSplit(node: Node, depth: number): boolean {
    if (depth > maxDepth) return false
    if (node.type === 'identifier')
      return (frames.lookUp(node.text)?.bound ?? []).some(
        (bound) => bound.how === 'value' && isSplit(bound.node, depth + 1),
      )
    return (
      /^strings\.Split(N)?$/.test(called(node)) &&
      literalOf(names.texts(argumentsOf(node)[1])) === '='
    )
  }

  function isName(node: Node | undefined | null, depth = 0): boolean {
    if (!node || depth > maxDepth) return false
    switch (node.type) {
      case 'identifier': {
        const found = frames.lookUp(node.text)
        if (found?.parameter !== undefined && handed.has(`${found.frame.start}:${found.parameter}`))
          return true
        return (found?.bound ?? []).some(
          (bound) =>
            bound.how === 'value' && bound.node.id !== node.id && isName(bound.node, depth + 1),
        )
      }
      case 'index_expression':
        return (
          node.childForFieldName('index')?.text === '0' &&
          isSplit(node.childForFieldName('operand')!, depth + 1)
        )
      case 'slice_expression':
        return !node.childForFieldName('start') && isLine(node.childForFieldName('operand'))
      case 'call_expression': {
        const name = called(node)
        const [first, second] = argumentsOf(node)
        if (name === 'strings.Cut') return literalOf(names.texts(second)) === '='
        return /^strings\.(TrimSpace|ToUpper|Trim)$/.test(name) && isName(first, depth + 1)
      }
      default:
        return false
    }
  }

  function told(node: Node, texts: readonly KeyText[]): void {
    for (const text of texts) {
      const key = literalOf([text])
      const [part] = text
      if (key !== undefined) {
        if (looksLikeKey(key)) draft.lookUp(node, { tier: 'alias' }, [text])
      } else if (part && typeof part === 'object' && 'constant' in part) wanted(node, part.constant)
    }
  }

  /** What is not found says nothing: that the environment is used as a whole is told where it is. */
  const wanted = (node: Node, keyOf: SymbolPath): void => {
    draft.facts.uses.push({ path: [], how: 'member', keyOf, ...placeOf(node) })
  }

  function table(node: Node): void {
    const operand = node.childForFieldName('operand')!
    if (operand.type === 'selector_expression') {
      const field = operand.childForFieldName('field')!.text
      const owner = operand.childForFieldName('operand')!
      wanted(
        node,
        owner.type === 'identifier' && names.packages.has(owner.text)
          ? [owner.text, field]
          : [`.${field}`],
      )
    } else if (operand.type === 'identifier') {
      const found = frames.lookUp(operand.text)
      const written = node.parent?.parent
      const left = written?.childForFieldName('left')
      if (written?.type === 'assignment_statement' && left && left.endIndex >= node.endIndex)
        copies.add(`${found?.frame.start ?? -1}:${operand.text}`)
      else told(node, names.elements(operand, 'key', undefined))
    }
  }

  for (let round = 0, before = -1; round < maxRounds && handed.size > before; round++) {
    before = handed.size
    for (const node of nodes) {
      frames.arrive(node)
      if (/^(function_declaration|method_declaration|func_literal)$/.test(node.type))
        frames.again(node)
      if (node.type !== 'call_expression') continue
      const path = names.path(node.childForFieldName('function'))?.join('\0')
      if (path === undefined) continue
      for (const [i, one] of argumentsOf(node).entries()) {
        if (!isName(one)) continue
        const frame = frames.byPath(path)
        if (frame) handed.add(`${frame.start}:${i}`)
      }
    }
  }
  for (const node of nodes) {
    frames.arrive(node)
    switch (node.type) {
      case 'function_declaration':
      case 'method_declaration':
      case 'func_literal':
        frames.again(node)
        break
      case 'index_expression': {
        const index = node.childForFieldName('index')
        const operand = node.childForFieldName('operand')!
        if (isName(index)) table(node)
        else if (operand.type === 'identifier' && copies.size > 0) {
          const frame = frames.lookUp(operand.text)?.frame
          if (copies.has(`${frame?.start ?? -1}:${operand.text}`)) told(node, names.texts(index))
        }
        break
      }
      case 'expression_switch_statement':
        if (isName(node.childForFieldName('value')))
          for (const one of node.namedChildren)
            if (one.type === 'expression_case')
              for (const value of one.childForFieldName('value')?.namedChildren ?? [])
                told(value, names.texts(value))
        break
      case 'binary_expression':
        if (
          node.childForFieldName('operator')?.text === '==' &&
          isName(node.childForFieldName('left'))
        )
          told(node, names.texts(node.childForFieldName('right')))
        break
      case 'call_expression': {
        if (!/^strings\.(HasPrefix|CutPrefix)$/.test(called(node))) break
        const [first, second] = argumentsOf(node)
        const prefix = literalOf(names.texts(second))
        if (!isName(first) && !isLine(first)) break
        if (prefix?.endsWith('=') && looksLikeKey(prefix.slice(0, -1)))
          draft.lookUp(node, { tier: 'alias' }, [[prefix.slice(0, -1)]])
        else if (prefix && /^[A-Z][A-Z0-9_]{2,}_$/.test(prefix))
          draft.lookUp(node, { tier: 'alias' }, [[prefix, null]])
        break
      }
      default:
    }
  }
}
