/** Classes whose fields are calls of a library that names a key after the field: django-configurations, environ-config. */
import type { Node } from 'web-tree-sitter'
import type { FactsDraft } from '../shared/facts-draft.ts'
import { literalOf } from '../shared/key-text.ts'
import { pythonLiteral, pythonType } from './python-context.ts'
import type { PythonNames } from './python-names.ts'

const maxNesting = 4

/** Fields of one class, by the library that its decorator, its base or its values tell. */
export function keyedClass(node: Node, names: PythonNames, draft: FactsDraft): void {
  const classes = names.classes
  const via = node.childForFieldName('name')?.text ?? ''
  const decorator = decoratorOf(node, names)
  if (decorator !== undefined && !isNested(node)) {
    const prefix = textOf(keyword(decorator, 'prefix'), names)
    grouped(node, (prefix ?? 'APP').toUpperCase(), 0)
  } else if (decorator === undefined) configured(node)

  /** `@environ.config(prefix='APP')`, its variables and groups. */
  function grouped(own: Node, prefix: string, depth: number): void {
    for (const { name, call } of fieldsOf(own)) {
      const method = /^environ\.(var|bool_var|group|secret|vault|\w+)$/.exec(
        names.qualified(call.childForFieldName('function')) ?? '',
      )?.[1]
      if (method === undefined) continue
      const key = prefix === '' ? name.toUpperCase() : `${prefix}_${name.toUpperCase()}`
      if (method === 'group') {
        const [inner] = positional(call)
        const type = classes.get(inner?.text.split('.').at(-1) ?? '')
        if (type && depth < maxNesting) grouped(type, key, depth + 1)
        continue
      }
      const type = method === 'bool_var' ? 'boolean' : pythonType(keyword(call, 'converter')?.text)
      tell(call, textOf(keyword(call, 'name'), names) ?? key, type)
    }
  }

  /** `class Prod(Configuration): SECRET_KEY = values.SecretValue()` of django-configurations. */
  function configured(own: Node): void {
    for (const { name, call } of fieldsOf(own)) {
      const callee = names.qualified(call.childForFieldName('function')) ?? ''
      if (!/^configurations\.values\.\w*Value$/.test(callee)) continue
      const environ = keyword(call, 'environ')
      if (environ?.text === 'False') continue
      const written = keyword(call, 'environ_prefix')
      const prefix = written === undefined ? 'DJANGO' : textOf(written, names)
      const key = textOf(keyword(call, 'environ_name'), names) ?? name
      const whole = prefix ? `${prefix}_${key}` : key
      const type = pythonType(
        /\.(\w+)Value$/
          .exec(callee)?.[1]
          ?.toLowerCase()
          .replace('boolean', 'bool')
          .replace('integer', 'int'),
      )
      tell(call, whole.toUpperCase(), type, callee.endsWith('SecretValue'))
    }
  }

  function tell(
    call: Node,
    key: string,
    type: ReturnType<typeof pythonType>,
    required = false,
  ): void {
    const standIn = positional(call)[0] ?? keyword(call, 'default')
    draft.lookUp(call, { tier: 'schema' }, [[key]], {
      via,
      type,
      ...(standIn ? { default: { literal: pythonLiteral(standIn), forEmpty: false } } : {}),
      ...(required ? { required: true } : {}),
    })
  }
}

function fieldsOf(own: Node): { name: string; call: Node }[] {
  return (own.childForFieldName('body')?.namedChildren ?? []).flatMap((statement) => {
    const one = statement.type === 'expression_statement' ? statement.namedChild(0) : null
    const [left, call] = [one?.childForFieldName('left'), one?.childForFieldName('right')]
    return one?.type === 'assignment' && left?.type === 'identifier' && call?.type === 'call'
      ? [{ name: left.text, call }]
      : []
  })
}

function decoratorOf(node: Node, names: PythonNames): Node | undefined {
  if (node.parent?.type !== 'decorated_definition') return undefined
  return node.parent.namedChildren.find((one) => {
    const inner = one.type === 'decorator' ? one.namedChild(0) : null
    const callee = inner?.type === 'call' ? inner.childForFieldName('function') : inner
    return names.qualified(callee) === 'environ.config'
  })
}

/** A class within a class is read with the one that holds it. */
const isNested = (node: Node): boolean => node.parent?.parent?.parent?.type === 'class_definition'

function keyword(call: Node, name: string): Node | undefined {
  const list = (call.type === 'decorator' ? call.namedChild(0) : call)?.childForFieldName(
    'arguments',
  )
  return (
    list?.namedChildren
      .find(
        (one) => one.type === 'keyword_argument' && one.childForFieldName('name')?.text === name,
      )
      ?.childForFieldName('value') ?? undefined
  )
}

const positional = (call: Node): Node[] =>
  (call.childForFieldName('arguments')?.namedChildren ?? []).filter(
    (one) => one.type !== 'keyword_argument' && one.type !== 'comment',
  )

const textOf = (node: Node | undefined, names: PythonNames): string | undefined =>
  node && literalOf(names.texts(node))
