/** Objects and lists of objects that are written out. */
import { fieldOf, type LiftedNode, literalText, unwrap } from './lifted-node.ts'
import { argumentsOf, memberName, pathOf } from './paths.ts'
import { lookUp, type Scope } from './scope.ts'

/** The object that an expression is, through names of the file and calls that wrap one (`z.object({...})`). */
export function objectLiteral(
  given: LiftedNode | undefined,
  scope: Scope,
  depth = 0,
): LiftedNode | undefined {
  if (given === undefined || depth > 12) return undefined
  const node = unwrap(given)
  if (node.type === 'object') return node
  if (node.type === 'identifier') {
    const local = lookUp(scope, node.text)
    return local?.init === undefined
      ? undefined
      : objectLiteral(local.init, local.scope ?? scope, depth + 1)
  }
  if (node.type === 'call_expression') {
    return argumentsOf(node)
      .map((it) => objectLiteral(it, scope, depth + 1))
      .find((it) => it !== undefined)
  }
  return node.type === 'member_expression' && memberName(node) === 'shape'
    ? objectLiteral(fieldOf(node, 'object'), scope, depth + 1)
    : undefined
}

/** The name of a property; undefined where it is computed. */
export function keyName(pair: LiftedNode): string | undefined {
  if (pair.type === 'shorthand_property_identifier') return pair.text
  const key = fieldOf(pair, pair.type === 'method_definition' ? 'name' : 'key')
  if (key === undefined) return undefined
  if (key.type === 'string') return key.text.slice(1, -1)
  if (key.type === 'computed_property_name') return literalText(key.children[0])
  return key.type === 'number' ? undefined : key.text
}

export const propertyOf = (object: LiftedNode, name: string): LiftedNode | undefined => {
  const pair = object.children.find((it) => keyName(it) === name)
  return pair?.type === 'shorthand_property_identifier'
    ? pair
    : pair && (fieldOf(pair, 'value') ?? pair)
}

/** The elements of a list, or the values of an object, as far as they are objects or lists themselves. */
export function recordsOf(
  given: LiftedNode | undefined,
  scope: Scope,
  depth = 0,
): LiftedNode[] | undefined {
  if (given === undefined || depth > 12) return undefined
  const node = unwrap(given)
  if (node.type === 'array') return node.children.map((it) => unwrap(it))
  if (node.type === 'each_property')
    return node.field === '1' ? recordsOf(node.children[0], scope, depth + 1) : undefined
  if (node.type === 'identifier') {
    const local = lookUp(scope, node.text)
    return local?.init === undefined
      ? undefined
      : recordsOf(local.init, local.scope ?? scope, depth + 1)
  }
  if (node.type === 'call_expression') {
    const callee = fieldOf(node, 'function')?.text ?? ''
    return /^Object\.(values|entries|freeze|seal)$/.test(callee)
      ? recordsOf(argumentsOf(node)[0], scope, depth + 1)
      : undefined
  }
  if (node.type !== 'object') return undefined
  return node.children.flatMap((it) => {
    const value = fieldOf(it, 'value')
    return value === undefined ? [] : unwrap(value)
  })
}

/** One property of every record of a list, where it is a literal. */
export function propertyTexts(records: readonly LiftedNode[], property: string): string[] {
  return records.flatMap((it) =>
    it.type === 'object' ? (literalText(propertyOf(it, property)) ?? []) : [],
  )
}

/** True where a name stands for the keys of the whole environment, one after the other. */
export function isEveryKey(given: LiftedNode | undefined, scope: Scope): boolean {
  if (given?.type !== 'identifier') return false
  const local = lookUp(scope, given.text)
  if (local?.kind !== 'each' || local.each === undefined) return false
  let list = local.each
  const within = local.scope ?? scope
  if (list.type === 'each_keys') return pathOf(list.children[0], within)?.length === 0
  const entries = list.type === 'each_property'
  if (entries && list.field !== '0') return false
  if (entries) list = list.children[0]!
  for (let i = 0; i < 6 && list.type === 'call_expression'; i++) {
    const callee = fieldOf(list, 'function')
    if (callee?.text === (entries ? 'Object.entries' : 'Object.keys'))
      return pathOf(argumentsOf(list)[0], within)?.length === 0
    if (callee?.type !== 'member_expression') return false
    if (!/^(filter|sort|toSorted|reverse)$/.test(memberName(callee) ?? '')) return false
    list = fieldOf(callee, 'object')!
  }
  return false
}
