import type { Node } from 'web-tree-sitter'
import { shallowNodes } from '../../scan/languages/shared/shallow-nodes.ts'

/** What one file says about calls; plain data. */
export interface SourceCalls {
  calls: SourceCall[]
  /** Texts by the name they are given: constants, members of enums and of plain objects. */
  constants: [string, string][]
}

export interface SourceCall {
  /** The last part of what is called. */
  name: string
  arguments: CallArgument[]
  line: number
  column: number
  /** The expression, at most 80 characters. */
  text: string
  /** The nearest function around it that has a name. */
  within?: { name: string; parameters: string[] }
}

export interface CallArgument {
  /** Left out = no literal. */
  literal?: { value: unknown }
  /** The last part of a name: `NEW_CHECKOUT` of `Flags.NEW_CHECKOUT`. */
  name?: string
  /** Of an argument with a name. */
  keyword?: string
}

const callTypes = ['call_expression', 'call', 'method_invocation']
const functionTypes = [
  'function_declaration', 'method_definition', 'arrow_function', 'function_expression', 'function_definition',
  'method_declaration',
] // prettier-ignore
const constantTypes = [
  'variable_declarator', 'pair', 'enum_assignment', 'assignment', 'const_spec', 'public_field_definition',
] // prettier-ignore

/** JavaScript, TypeScript, Python, Go and Java. */
export function sourceCalls(root: Node): SourceCalls {
  const found: SourceCalls = { calls: [], constants: [] }
  const { nodes } = shallowNodes(root, [...callTypes, ...functionTypes, ...constantTypes])
  const around: { name: string; parameters: string[]; end: number }[] = []
  let declared: { name: string; start: number } | undefined
  for (const node of nodes) {
    while (around.length > 0 && around.at(-1)!.end <= node.startIndex) around.pop()
    if (functionTypes.includes(node.type)) {
      const own = node.childForFieldName('name')?.text
      const name = own ?? (declared?.start === node.startIndex ? declared.name : undefined)
      if (name !== undefined) {
        around.push({ name, parameters: parametersOf(node), end: node.endIndex })
      }
    } else if (callTypes.includes(node.type)) {
      const call = callOf(node)
      const [within] = around.slice(-1)
      if (call !== undefined) {
        const { name, parameters } = within ?? {}
        found.calls.push(
          name === undefined || parameters === undefined
            ? call
            : { ...call, within: { name, parameters } },
        )
      }
    } else {
      const name =
        node.childForFieldName('name') ??
        node.childForFieldName('left') ??
        node.childForFieldName('key')
      const value = node.childForFieldName('value') ?? node.childForFieldName('right')
      if (name === null || value === null) continue
      const plain = unquoted(name.text)
      declared = { name: plain, start: value.startIndex }
      const text = literalOf(value)?.value
      if (typeof text === 'string' && text.length <= 200) found.constants.push([plain, text])
    }
  }
  return found
}

function callOf(node: Node): SourceCall | undefined {
  const callee = node.childForFieldName('function') ?? node.childForFieldName('name')
  const given = node.childForFieldName('arguments')
  if (callee === null || given === null) return undefined
  const last =
    callee.childForFieldName('property') ??
    callee.childForFieldName('attribute') ??
    callee.childForFieldName('field') ??
    callee
  const name = last.text
  if (!/^[\w$]{1,80}$/.test(name)) return undefined
  return {
    name,
    arguments: given.namedChildren.flatMap((it) =>
      it === null || it.type === 'comment' ? [] : [argumentOf(it)],
    ),
    line: last.startPosition.row + 1,
    column: last.startPosition.column + 1,
    text: node.text
      .slice(0, 500)
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/(["'])[^"']{16,}\1/g, '$1…$1')
      .slice(0, 80),
  }
}

function argumentOf(node: Node): CallArgument {
  if (node.type === 'keyword_argument') {
    const value = node.childForFieldName('value')
    const keyword = node.childForFieldName('name')?.text
    return {
      ...(value === null ? {} : argumentOf(value)),
      ...(keyword === undefined ? {} : { keyword }),
    }
  }
  const literal = literalOf(node)
  if (literal !== undefined) return { literal }
  const name = /(?:^|[.?!])([\w$]+)!?$/.exec(node.text.length < 200 ? node.text : '')?.[1]
  return name === undefined ? {} : { name }
}

function literalOf(node: Node): { value: unknown } | undefined {
  const text = node.text
  switch (node.type) {
    case 'true':
    case 'false':
      return { value: /^true$/i.test(text) }
    case 'null':
    case 'none':
    case 'nil':
    case 'null_literal':
      return { value: null }
    case 'string':
    case 'string_literal':
    case 'interpreted_string_literal':
    case 'raw_string_literal':
    case 'template_string':
      if (/^[fFrRbB]/.test(text) || (node.type === 'template_string' && text.includes('${')))
        return undefined
      return { value: unquoted(text) }
    case 'number':
    case 'integer':
    case 'float':
    case 'int_literal':
    case 'float_literal':
    case 'decimal_integer_literal':
    case 'decimal_floating_point_literal':
    case 'unary_expression':
    case 'unary_operator': {
      const value = Number(text.replaceAll('_', '').replace(/[lLfFdD]$/, ''))
      return Number.isNaN(value) ? undefined : { value }
    }
    case 'expression_list':
    case 'as_expression':
    case 'parenthesized_expression': {
      const inner = node.namedChild(0)
      return inner === null ? undefined : literalOf(inner)
    }
    default:
      return undefined
  }
}

const unquoted = (text: string): string =>
  /^(?:"""|'''|["'`])([\s\S]*?)(?:"""|'''|["'`])$/.exec(text)?.[1] ?? text

function parametersOf(node: Node): string[] {
  const list = node.childForFieldName('parameters') ?? node.childForFieldName('parameter')
  if (list === null) return []
  if (list.type === 'identifier') return [list.text]
  return list.namedChildren.flatMap((it): string[] => {
    if (it === null) return []
    const names = it
      .childrenForFieldName('name')
      .flatMap((name) => (name === null ? [] : [name.text]))
    if (names.length > 0) return names
    const pattern = it.childForFieldName('pattern') ?? it.childForFieldName('left') ?? it
    return [/^[\w$]+/.exec(pattern.text)?.[0] ?? '']
  })
}
