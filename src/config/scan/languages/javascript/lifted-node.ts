import type { Node, TreeCursor } from 'web-tree-sitter'

/**
 * A named node of the syntax tree as a plain object: walking the real one costs a call into the parser for every step.
 * Statements that say nothing about configuration have no children.
 */
export interface LiftedNode {
  type: string
  field: string
  start: number
  end: number
  text: string
  parent: LiftedNode | undefined
  children: LiftedNode[]
}

const always = new Set([
  'import_statement', 'export_clause', 'formal_parameters', 'import_clause', 'named_imports', 'class_heritage',
]) // prettier-ignore
const lists = new Set(['program', 'statement_block', 'class_body', 'switch_body', 'switch_case'])
const functions = new Set([
  'function_declaration', 'arrow_function', 'function_expression', 'method_definition', 'generator_function_declaration',
]) // prettier-ignore
const shortText = 300
const shortStatement = 500
const shortFunction = 3000
const maximumDepth = 1200

/** `marks`: offsets in the text, in order, that somebody should look at. */
export function lift(root: Node, source: string, marks: readonly number[]): LiftedNode {
  const cursor = root.walk()
  try {
    return liftHere(cursor, source, marks, undefined, false, 0)
  } finally {
    cursor.delete()
  }
}

function liftHere(
  cursor: TreeCursor,
  source: string,
  marks: readonly number[],
  parent: LiftedNode | undefined,
  whole: boolean,
  depth: number,
): LiftedNode {
  const start = cursor.startIndex
  const end = cursor.endIndex
  const type = cursor.nodeType
  const node: LiftedNode = {
    type,
    field: cursor.currentFieldName ?? '',
    start,
    end,
    // slices of a text share its memory
    text: source.slice(start, end),
    parent,
    children: [],
  }
  const marked = hasMark(marks, start, end)
  const size = end - start
  const inShort =
    whole || (marked && (size <= shortStatement || (functions.has(type) && size <= shortFunction)))
  const open =
    marked ||
    inShort ||
    always.has(type) ||
    (size <= shortText &&
      (type === 'lexical_declaration' || (parent !== undefined && !lists.has(parent.type))))
  if (open && depth < maximumDepth && cursor.gotoFirstChild()) {
    do {
      if (cursor.nodeIsNamed && cursor.nodeType !== 'comment') {
        node.children.push(liftHere(cursor, source, marks, node, inShort, depth + 1))
      }
    } while (cursor.gotoNextSibling())
    cursor.gotoParent()
  }
  return node
}

function hasMark(marks: readonly number[], start: number, end: number): boolean {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (marks[middle]! < start) low = middle + 1
    else high = middle
  }
  return low < marks.length && marks[low]! < end
}

export const fieldOf = (node: LiftedNode, field: string): LiftedNode | undefined =>
  node.children.find((it) => it.field === field)

const wrappers = new Set([
  'parenthesized_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'await_expression',
  'type_assertion', 'expression_statement',
]) // prettier-ignore

export const isWrapper = (node: LiftedNode): boolean => wrappers.has(node.type)

/** Without parentheses, casts, `!` and `await`. */
export function unwrap(node: LiftedNode): LiftedNode {
  let inner = node
  while (wrappers.has(inner.type)) {
    const next =
      inner.type === 'type_assertion'
        ? inner.children.at(-1)
        : inner.children.find((it) => it.type !== 'type_arguments')
    if (next === undefined) break
    inner = next
  }
  return inner
}

/** What stands between the operands. */
export function operatorOf(node: LiftedNode): string {
  const left = fieldOf(node, 'left')
  const right = fieldOf(node, 'right')
  if (left === undefined || right === undefined) return ''
  return node.text
    .slice(left.end - node.start, right.start - node.start)
    .replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, '')
    .trim()
}

/** The text of a string literal, or of a template without substitutions; undefined for all else. */
export function literalText(given: LiftedNode | undefined): string | undefined {
  if (given === undefined) return undefined
  const node = unwrap(given)
  if (node.type === 'string') return plain(node.text.slice(1, -1))
  if (
    node.type === 'template_string' &&
    !node.children.some((it) => it.type === 'template_substitution')
  ) {
    return plain(node.text.slice(1, -1))
  }
  return undefined
}

const plain = (text: string): string => text.replaceAll(/\\(['"`\\])/g, '$1')

/** As written: texts without quotes, numbers without `_`, `true`, `false`, `null`; else undefined. */
export function literalValue(given: LiftedNode | undefined): string | undefined {
  if (given === undefined) return undefined
  const node = unwrap(given)
  const text = literalText(node)
  if (text !== undefined) return text
  if (node.type === 'number') return node.text.replaceAll('_', '')
  if (['true', 'false'].includes(node.type)) return node.text
  return node.type === 'unary_expression' && /^-\s*[\d._]+$/.test(node.text)
    ? node.text.replaceAll('_', '')
    : undefined
}
