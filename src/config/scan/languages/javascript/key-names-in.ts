/** Which keys an expression names. */
import type { SymbolPath } from '../../file-facts.ts'
import { fieldOf, type LiftedNode, literalText, operatorOf, unwrap } from './lifted-node.ts'
import { keyName, objectLiteral, propertyOf, propertyTexts, recordsOf } from './object-literals.ts'
import { argumentsOf, memberName, pathOf } from './paths.ts'
import { type LocalFunction, lookUp, type Scope } from './scope.ts'

/** Literals and templates, a symbol that holds them, or a parameter of a function; none of it = nobody can tell. */
export interface NamedKeys {
  keys: string[]
  of?: SymbolPath
  parameter?: {
    of: LocalFunction
    index: number
    prefix: string
    suffix: string
    upperCased: boolean
  }
}

const nothing: NamedKeys = { keys: [] }
const mostKeys = 2000

export function namedKeys(given: LiftedNode | undefined, scope: Scope, depth = 0): NamedKeys {
  if (given === undefined || depth > 12) return nothing
  const node = unwrap(given)
  const literal = literalText(node)
  if (literal !== undefined) return { keys: [literal] }
  switch (node.type) {
    case 'template_string':
      return joined(templateParts(node), scope, depth)
    case 'binary_expression':
      if (operatorOf(node) === '+') {
        return joined([fieldOf(node, 'left')!, fieldOf(node, 'right')!], scope, depth)
      }
      return nothing
    case 'ternary_expression': {
      const one = namedKeys(fieldOf(node, 'consequence'), scope, depth + 1)
      const two = namedKeys(fieldOf(node, 'alternative'), scope, depth + 1)
      return one.keys.length > 0 && two.keys.length > 0
        ? { keys: [...one.keys, ...two.keys] }
        : nothing
    }
    case 'call_expression':
      return calledKeys(node, scope, depth)
    case 'identifier':
      return nameKeys(node, scope, depth)
    case 'member_expression':
    case 'subscript_expression': {
      const object = fieldOf(node, 'object')
      const local = object?.type === 'identifier' ? lookUp(scope, object.text) : undefined
      if (local?.kind === 'each' && local.each !== undefined) {
        return listKeys(local.each, local.scope ?? scope, memberName(node), depth + 1)
      }
      // `TABLE[name].env`
      if (object?.type === 'subscript_expression' && memberName(object) === undefined) {
        const list = fieldOf(object, 'object')
        const records = recordsOf(list, scope) ?? []
        return { keys: propertyTexts(records, memberName(node) ?? '') }
      }
      // `KEYS[i]` is one of them
      if (
        node.type === 'subscript_expression' &&
        memberName(node) === undefined &&
        object !== undefined
      ) {
        return listKeys(object, scope, undefined, depth + 1)
      }
      const path = pathOf(node, scope)
      return path === undefined || path.length === 0 ? nothing : { keys: [], of: path }
    }
    default:
      return nothing
  }
}

function nameKeys(node: LiftedNode, scope: Scope, depth: number): NamedKeys {
  const local = lookUp(scope, node.text)
  if (local === undefined) return nothing
  switch (local.kind) {
    case 'parameter':
      return local.of === undefined
        ? nothing
        : {
            keys: [],
            parameter: {
              of: local.of,
              index: local.index ?? 0,
              prefix: '',
              suffix: '',
              upperCased: false,
            },
          }
    case 'each':
      return local.each === undefined
        ? nothing
        : listKeys(local.each, local.scope ?? scope, undefined, depth + 1)
    case 'variable':
      if (local.init === undefined) return nothing
      return namedKeys(local.init, local.scope ?? scope, depth + 1)
    case 'import':
      return { keys: [], of: [local.symbol] }
    case 'class':
    case 'function':
    case 'key':
      break
  }
  return nothing
}

/** `name.toUpperCase()`, `name.replace(...)`, `String(name)`, `[a, b].join('_')`. */
function calledKeys(node: LiftedNode, scope: Scope, depth: number): NamedKeys {
  const callee = fieldOf(node, 'function')
  if (callee === undefined) return nothing
  if (callee.text === 'String') return namedKeys(argumentsOf(node)[0], scope, depth + 1)
  const name = callee.type === 'member_expression' ? memberName(callee) : undefined
  const object = fieldOf(callee, 'object')
  if (name === undefined || object === undefined) {
    // a function of its own that makes a name from a parameter: the name is not known
    return nothing
  }
  if (name === 'join' && object.type === 'array') {
    const between = literalText(argumentsOf(node)[0]) ?? ','
    const parts: (string | LiftedNode)[] = []
    for (const [i, part] of object.children.entries()) {
      if (i > 0) parts.push(between)
      parts.push(part)
    }
    return joined(parts, scope, depth)
  }
  if (!/^(toUpperCase|toLocaleUpperCase|replace|replaceAll|trim|toString)$/.test(name))
    return nothing
  const inner = namedKeys(object, scope, depth + 1)
  const upper = name.startsWith('to') && name.endsWith('UpperCase')
  if (inner.parameter !== undefined) {
    const upperCased = inner.parameter.upperCased || upper
    return { keys: [], parameter: { ...inner.parameter, upperCased } }
  }
  if (!upper) return name === 'trim' || name === 'toString' ? inner : nothing
  return { keys: inner.keys.map((it) => it.toUpperCase()) }
}

function templateParts(node: LiftedNode): (string | LiftedNode)[] {
  const parts: (string | LiftedNode)[] = []
  let at = node.start + 1
  for (const part of node.children) {
    if (part.type !== 'template_substitution') continue
    parts.push(node.text.slice(at - node.start, part.start - node.start))
    const inner = part.children[0]
    if (inner !== undefined) parts.push(inner)
    at = part.end
  }
  parts.push(node.text.slice(at - node.start, node.text.length - 1))
  return parts
}

/** Texts one after the other: `*` for what is not known, unless it is one parameter. */
function joined(parts: readonly (string | LiftedNode)[], scope: Scope, depth: number): NamedKeys {
  let texts = ['']
  let parameter: NamedKeys['parameter']
  let before = ''
  for (const part of parts) {
    const known = typeof part === 'string' ? { keys: [part] } : namedKeys(part, scope, depth + 1)
    if (
      'parameter' in known &&
      known.parameter !== undefined &&
      parameter === undefined &&
      texts.length === 1
    ) {
      parameter = known.parameter
      before = texts[0]!
      texts = ['']
    } else {
      const next = known.keys.length > 0 ? known.keys : ['*']
      texts = texts.flatMap((text) => next.map((it) => text + it)).slice(0, mostKeys)
    }
  }
  if (parameter === undefined) {
    return { keys: texts.map((it) => it.replaceAll(/\*+/g, '*')).filter((it) => it !== '*') }
  }
  const [suffix] = texts
  if (before.includes('*') || suffix!.includes('*')) {
    return { keys: [`${before}*${suffix!}`.replaceAll(/\*+/g, '*')] }
  }
  return {
    keys: [],
    parameter: {
      ...parameter,
      prefix: before + parameter.prefix,
      suffix: parameter.suffix + suffix!,
    },
  }
}

/** What a loop goes through: a list of texts, the names or values of an object, or one property of listed objects. */
export function listKeys(
  given: LiftedNode,
  scope: Scope,
  property: string | undefined,
  depth = 0,
): NamedKeys {
  if (depth > 12) return nothing
  const node = unwrap(given)
  switch (node.type) {
    case 'array':
      return {
        keys: node.children
          .flatMap((it) => {
            if (it.type === 'spread_element')
              return listKeys(it.children[0] ?? it, scope, property, depth + 1).keys
            const item = unwrap(it)
            if (property === undefined)
              return item.type === 'object' ? [] : namedKeys(item, scope, depth + 1).keys
            const value =
              item.type === 'array' ? item.children[Number(property)] : propertyOf(item, property)
            return literalText(value) ?? []
          })
          .slice(0, mostKeys),
      }
    case 'identifier': {
      const local = lookUp(scope, node.text)
      if (local?.kind === 'import') {
        const inner = property === undefined ? [] : [`[].${property}`]
        return { keys: [], of: [local.symbol, ...inner] }
      }
      // the caller has the list: `ensure(['KEY'])`
      if (local?.kind === 'parameter' && property === undefined) {
        return namedKeys(node, scope, depth + 1)
      }
      return local?.init === undefined
        ? nothing
        : listKeys(local.init, local.scope ?? scope, property, depth + 1)
    }
    case 'each_keys':
      return everyName(node.children[0]!, scope, depth)
    case 'each_property':
      if (property !== undefined)
        return { keys: propertyTexts(recordsOf(node, scope) ?? [], property) }
      return listKeys(node.children[0]!, scope, node.field, depth + 1)
    case 'new_expression':
      return listKeys(argumentsOf(node)[0] ?? node.children[0]!, scope, property, depth + 1)
    case 'object':
      return property === undefined
        ? { keys: node.children.flatMap((it) => literalText(fieldOf(it, 'value')) ?? []) }
        : nothing
    case 'call_expression': {
      const callee = fieldOf(node, 'function')
      const first = argumentsOf(node)[0]
      if (callee?.type !== 'member_expression') return nothing
      const method = /^Object\.(keys|values|entries)$/.exec(callee.text)?.[1]
      if (method !== undefined) {
        const object = objectLiteral(first, scope, depth)
        if (method === 'keys') return first ? everyName(first, scope, depth) : nothing
        if (method === 'values' && property !== undefined)
          return { keys: propertyTexts(recordsOf(node, scope) ?? [], property) }
        const values = method === 'values' || (method === 'entries' && property === '1')
        if (object === undefined) return shared(first, scope, values ? '[].$values' : '[].$keys')
        return {
          keys: object.children.flatMap(
            (it) => (values ? literalText(fieldOf(it, 'value')) : keyName(it)) ?? [],
          ),
        }
      }
      const receiver = fieldOf(callee, 'object')
      return receiver !== undefined &&
        /^(filter|slice|concat|sort|toSorted|reverse|flat)$/.test(memberName(callee) ?? '')
        ? listKeys(receiver, scope, property, depth + 1)
        : nothing
    }
    default: {
      const path = pathOf(node, scope)
      return path === undefined || path.length === 0 ? nothing : { keys: [], of: path }
    }
  }
}

/** The names of an object's members. */
function everyName(given: LiftedNode, scope: Scope, depth: number): NamedKeys {
  const object = objectLiteral(given, scope, depth)
  if (object === undefined) return shared(given, scope, '[].$keys')
  return { keys: object.children.flatMap((it) => keyName(it) ?? []).slice(0, mostKeys) }
}

/** Of an object that another file made. */
function shared(given: LiftedNode | undefined, scope: Scope, member: string): NamedKeys {
  const local = given?.type === 'identifier' ? lookUp(scope, given.text) : undefined
  return local?.kind === 'import' ? { keys: [], of: [local.symbol, member] } : nothing
}
