/** What Go code makes of a value right where it is read. */
import type { Node } from 'web-tree-sitter'
import type { ValueType } from '../../../key-read.ts'
import type { ContextStep } from '../shared/read-context.ts'

const casts: Record<string, ValueType> = {
  'strconv.Atoi': 'integer',
  'strconv.ParseInt': 'integer',
  'strconv.ParseUint': 'integer',
  'strconv.ParseFloat': 'number',
  'strconv.ParseBool': 'boolean',
  'time.ParseDuration': 'duration',
  'strings.Split': 'list',
  'strings.Fields': 'list',
  'url.Parse': 'url',
  'url.ParseRequestURI': 'url',
  'json.Unmarshal': 'json',
}

const through = new Set([
  'strings.TrimSpace',
  'strings.ToLower',
  'strings.ToUpper',
  'strings.Trim',
  'string',
  '[]byte',
])

export function goStep(parent: Node, child: Node): ContextStep | undefined {
  switch (parent.type) {
    case 'parenthesized_expression':
    case 'argument_list':
    case 'type_conversion_expression':
    case 'literal_element':
      return {}
    case 'binary_expression':
      return /"(true|false|1|0|yes|no|on|off)"/i.test(parent.text.slice(0, 300))
        ? { type: 'boolean', stop: true }
        : { stop: true }
    case 'call_expression': {
      if (parent.childForFieldName('function')?.id === child.id) return {}
      const name = parent.childForFieldName('function')?.text ?? ''
      if (Object.hasOwn(casts, name)) return { type: casts[name]! }
      return through.has(name) ? {} : { sink: name }
    }
    case 'keyed_element': {
      const key = parent.namedChild(0)
      return key && key.id !== child.id ? { sink: key.text } : { stop: true }
    }
    case 'expression_list':
      return parent.parent?.type === 'short_var_declaration' ? { stop: true } : {}
    default:
      return undefined
  }
}

/** Type that a Go type, or the type of a command line flag, stands for. */
export function goType(name: string | undefined): ValueType | undefined {
  const text = (name ?? '').replace(/^[*&]/, '')
  if (/^\[\]|Slice(Flag)?$|^map\[/.test(text)) return 'list'
  if (/^bool$|BoolFlag$/.test(text)) return 'boolean'
  if (/^u?int\d*$|\.(Int|Uint)(64|32)?Flag$/.test(text)) return 'integer'
  if (/^float(32|64)$|FloatFlag$|Float64Flag$/.test(text)) return 'number'
  if (/Duration$|DurationFlag$/.test(text)) return 'duration'
  if (/^url\.URL$/.test(text)) return 'url'
  return undefined
}

export function goLiteral(node: Node | null | undefined): string | undefined {
  if (!node) return undefined
  if (node.type === 'literal_element' || node.type === 'parenthesized_expression')
    return goLiteral(node.namedChild(0))
  if (node.type === 'interpreted_string_literal' || node.type === 'raw_string_literal')
    return node.text.slice(1, -1)
  return ['int_literal', 'float_literal', 'true', 'false'].includes(node.type)
    ? node.text
    : undefined
}
