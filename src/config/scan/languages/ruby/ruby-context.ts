/** What Ruby code makes of a value right where it is read. */
import type { Node } from 'web-tree-sitter'
import type { ValueType } from '../../../key-read.ts'
import type { ContextStep } from '../shared/read-context.ts'

const casts: Record<string, ValueType> = {
  to_i: 'integer',
  Integer: 'integer',
  to_f: 'number',
  Float: 'number',
  split: 'list',
  to_sym: 'string',
  parse: 'json',
  URI: 'url',
}

const through = new Set([
  'to_s',
  'strip',
  'presence',
  'downcase',
  'upcase',
  'freeze',
  'chomp',
  'blank?',
  'present?',
  'nil?',
  'String',
])

export function rubyStep(parent: Node, child: Node): ContextStep | undefined {
  switch (parent.type) {
    case 'parenthesized_statements':
    case 'argument_list':
    case 'unary':
      return {}
    case 'binary': {
      const operator = parent.childForFieldName('operator')?.text
      if (operator === '||' || operator === 'or')
        return parent.childForFieldName('left')?.id === child.id
          ? { default: parent.childForFieldName('right') ?? undefined, forEmpty: false }
          : {}
      return /['"](true|false|1|0|yes|no|on|off)['"]/i.test(parent.text.slice(0, 300))
        ? { type: 'boolean', stop: true }
        : { stop: true }
    }
    case 'call': {
      const method = parent.childForFieldName('method')?.text ?? ''
      const receiver = parent.childForFieldName('receiver')
      if (/Boolean/.test(receiver?.text ?? '') && method === 'cast') return { type: 'boolean' }
      if (method === 'parse' && receiver?.text !== 'JSON')
        return receiver?.text === 'URI'
          ? { type: 'url' }
          : { sink: `${receiver?.text ?? ''}.parse` }
      if (Object.hasOwn(casts, method)) return { type: casts[method]! }
      if (receiver?.id === child.id) return through.has(method) ? {} : { stop: true }
      if (through.has(method)) return {}
      return { sink: receiver ? `${receiver.text}.${method}` : method }
    }
    case 'pair': {
      const key = parent.childForFieldName('key')
      return key && key.id !== child.id
        ? { sink: key.text.replaceAll(/^[:'"]|['"]$/g, '') }
        : { stop: true }
    }
    case 'assignment': {
      const left = parent.childForFieldName('left')
      return left?.type === 'call' ? { sink: left.childForFieldName('method')?.text } : undefined
    }
    default:
      return undefined
  }
}

export function rubyLiteral(node: Node | null | undefined): string | undefined {
  if (!node) return undefined
  if (node.type === 'string')
    return node.namedChildren.every((part) => part.type === 'string_content')
      ? node.namedChildren.map((part) => part.text).join('')
      : undefined
  if (node.type === 'simple_symbol') return node.text.slice(1)
  if (node.type === 'unary' && /^-[\d.]+$/.test(node.text)) return node.text
  return ['integer', 'float', 'true', 'false'].includes(node.type) ? node.text : undefined
}
