/** What Python code makes of a value right where it is read. */
import type { Node } from 'web-tree-sitter'
import type { ValueType } from '../../../key-read.ts'
import type { ContextStep } from '../shared/read-context.ts'

const casts: Record<string, ValueType> = {
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  strtobool: 'boolean',
  str_to_bool: 'boolean',
  asbool: 'boolean',
  Decimal: 'number',
  loads: 'json',
  literal_eval: 'json',
  urlparse: 'url',
  make_url: 'url',
  timedelta: 'duration',
  Csv: 'list',
  CommaSeparatedStrings: 'list',
  URL: 'url',
  AnyUrl: 'url',
  HttpUrl: 'url',
  PostgresDsn: 'url',
  RedisDsn: 'url',
  MongoDsn: 'url',
  AmqpDsn: 'url',
  list: 'list',
  List: 'list',
  tuple: 'list',
  set: 'list',
  Set: 'list',
  Sequence: 'list',
  dict: 'json',
  Dict: 'json',
  Json: 'json',
  json: 'json',
}

/** Functions that hand on what they are given. */
const through = new Set(['str', 'Path', 'cast', 'SecretStr', 'expanduser', 'abspath', 'print'])

/** Type that a conversion or an annotation names. */
export function pythonType(name: string | undefined): ValueType | undefined {
  const last = name?.split('.').at(-1) ?? ''
  return Object.hasOwn(casts, last) ? casts[last] : undefined
}

export function pythonStep(parent: Node, child: Node): ContextStep | undefined {
  switch (parent.type) {
    case 'parenthesized_expression':
    case 'argument_list':
    case 'await':
    case 'not_operator':
      return {}
    case 'boolean_operator': {
      const left = parent.childForFieldName('left')
      const or = parent.childForFieldName('operator')?.text === 'or'
      if (!or) return { stop: true }
      return left?.id === child.id
        ? { default: parent.childForFieldName('right')!, forEmpty: true }
        : {}
    }
    case 'comparison_operator':
      return /['"](true|false|1|0|yes|no|on|off)['"]/i.test(parent.text.slice(0, 300))
        ? { type: 'boolean', stop: true }
        : { stop: true }
    case 'attribute': {
      const method = parent.childForFieldName('attribute')?.text
      if (method === 'split') return { type: 'list' }
      return ['lower', 'strip', 'upper', 'rstrip', 'lstrip', 'casefold'].includes(method ?? '')
        ? {}
        : { stop: true }
    }
    case 'call': {
      const callee = parent.childForFieldName('function')
      if (callee?.id === child.id) return {}
      const name = callee?.text ?? ''
      const type = pythonType(name)
      if (type) return { type }
      return through.has(name.split('.').at(-1)!) ? {} : { sink: name }
    }
    case 'keyword_argument':
      return { sink: parent.childForFieldName('name')?.text }
    case 'pair': {
      const key = parent.childForFieldName('key')
      return key?.type === 'string' ? { sink: key.text.slice(1, -1) } : { stop: true }
    }
    case 'type':
      return undefined
    default:
      return undefined
  }
}

/** The literal as a person would set it; undefined where it is no literal or stands for nothing. */
export function pythonLiteral(node: Node | null | undefined): string | undefined {
  if (!node) return undefined
  if (node.type === 'string')
    return node.namedChildren.some((part) => part.type === 'interpolation')
      ? undefined
      : node.namedChildren
          .filter((part) => part.type === 'string_content')
          .map((part) => part.text)
          .join('')
  if (['integer', 'float', 'true', 'false'].includes(node.type)) return node.text
  if (node.type === 'unary_operator' && /^-[\d.]+$/.test(node.text)) return node.text
  return undefined
}
