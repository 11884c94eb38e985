/** What PHP code makes of a value right where it is read. */
import type { Node } from 'web-tree-sitter'
import type { ValueType } from '../../../key-read.ts'
import type { ContextStep } from '../shared/read-context.ts'

const casts: Record<string, ValueType> = {
  intval: 'integer',
  floatval: 'number',
  boolval: 'boolean',
  explode: 'list',
  json_decode: 'json',
  parse_url: 'url',
}

const through = new Set([
  'trim',
  'strtolower',
  'strtoupper',
  'strval',
  'rtrim',
  'ltrim',
  'empty',
  'isset',
  'is_null',
])

export function phpStep(parent: Node, child: Node): ContextStep | undefined {
  switch (parent.type) {
    case 'parenthesized_expression':
    case 'argument':
    case 'arguments':
    case 'unary_op_expression':
      return {}
    case 'cast_expression': {
      const type = parent.childForFieldName('type')?.text ?? ''
      if (type.startsWith('int')) return { type: 'integer' }
      if (type.startsWith('bool')) return { type: 'boolean' }
      return /^(float|double)/.test(type) ? { type: 'number' } : {}
    }
    case 'conditional_expression': {
      const short = !parent.childForFieldName('body')
      if (short && parent.childForFieldName('condition')?.id === child.id)
        return { default: parent.childForFieldName('alternative') ?? undefined, forEmpty: true }
      return { stop: true }
    }
    case 'binary_expression': {
      const operator = parent.childForFieldName('operator')?.text
      if (operator === '??')
        return parent.childForFieldName('left')?.id === child.id
          ? { default: parent.childForFieldName('right') ?? undefined }
          : {}
      return /^[!=]==?$/.test(operator ?? '') &&
        /['"](true|false|1|0|yes|no|on|off|enabled|disabled)['"]/i.test(parent.text.slice(0, 300))
        ? { type: 'boolean', stop: true }
        : { stop: true }
    }
    case 'function_call_expression':
    case 'scoped_call_expression':
    case 'member_call_expression': {
      const name =
        (parent.childForFieldName('function') ?? parent.childForFieldName('name'))?.text.replace(
          /^\\/,
          '',
        ) ?? ''
      if (name === 'filter_var') return filtered(parent)
      if (Object.hasOwn(casts, name)) return { type: casts[name]! }
      return through.has(name) ? {} : { sink: name }
    }
    case 'object_creation_expression':
      return {
        sink: `new ${parent.namedChildren.find((one) => /name/.test(one.type))?.text ?? ''}`,
      }
    case 'array_element_initializer': {
      const key = parent.namedChildCount > 1 ? parent.namedChild(0) : null
      return key && key.id !== child.id
        ? { sink: key.text.replaceAll(/^['"]|['"]$/g, '') }
        : { stop: true }
    }
    default:
      return undefined
  }
}

function filtered(call: Node): ContextStep {
  const filter = call.childForFieldName('arguments')?.text ?? ''
  if (/FILTER_VALIDATE_BOOL/.test(filter)) return { type: 'boolean' }
  if (/FILTER_VALIDATE_INT/.test(filter)) return { type: 'integer' }
  if (/FILTER_VALIDATE_FLOAT/.test(filter)) return { type: 'number' }
  return /FILTER_VALIDATE_URL/.test(filter) ? { type: 'url' } : {}
}

export function phpLiteral(node: Node | null | undefined): string | undefined {
  if (!node) return undefined
  if (node.type === 'argument') return phpLiteral(node.namedChildren.at(-1))
  if (node.type === 'string') return node.text.slice(1, -1)
  if (node.type === 'encapsed_string')
    return node.namedChildren.every((part) => /^(string_content|string_value)$/.test(part.type))
      ? node.text.slice(1, -1)
      : undefined
  if (node.type === 'unary_op_expression' && /^-[\d.]+$/.test(node.text)) return node.text
  return ['integer', 'float', 'boolean'].includes(node.type) ? node.text : undefined
}
