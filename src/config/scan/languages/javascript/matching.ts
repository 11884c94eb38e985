/** The whole environment gone through, each name held against tables, literals and prefixes. */
import { addRead, type FileScan } from './file-scan.ts'
import { listKeys, type NamedKeys, namedKeys } from './key-names-in.ts'
import { fieldOf, type LiftedNode, literalText, operatorOf } from './lifted-node.ts'
import { isEveryKey, keyName, objectLiteral } from './object-literals.ts'
import { argumentsOf, memberName } from './paths.ts'
import { lookUp, type Scope } from './scope.ts'

const upper = /^_*[A-Z][A-Z0-9_]+$/

/** `name in TABLE`, `name === 'KEY'`, `TABLE[name]`, `LIST.includes(name)`, `name.startsWith('APP_')`. */
export function visitMatch(scan: FileScan, node: LiftedNode, scope: Scope): void {
  if (node.type === 'binary_expression') {
    if (!isEveryKey(fieldOf(node, 'left'), scope)) return
    const right = fieldOf(node, 'right')!
    const operator = operatorOf(node)
    if (operator === 'in') told(scan, node, namesOf(right, scope))
    else if (/^===?$/.test(operator)) told(scan, node, namedKeys(right, scope))
  } else if (node.type === 'subscript_expression') {
    if (isEveryKey(fieldOf(node, 'index'), scope))
      told(scan, node, namesOf(fieldOf(node, 'object')!, scope))
  } else if (node.type === 'call_expression') {
    const callee = fieldOf(node, 'function')
    if (callee?.type !== 'member_expression') return
    const object = fieldOf(callee, 'object')!
    const method = memberName(callee)
    const [first] = argumentsOf(node)
    if (method === 'startsWith' && isEveryKey(object, scope)) {
      const prefix = literalText(first)
      if (prefix !== undefined && /^[A-Z][A-Z0-9_]{2,}_$/.test(prefix))
        addRead(scan, node, { key: `${prefix}*`, tier: 'alias' })
    } else if (/^(includes|has|get)$/.test(method ?? '') && isEveryKey(first, scope))
      told(scan, node, listKeys(object, scope, undefined))
  }
}

function namesOf(object: LiftedNode, scope: Scope): NamedKeys {
  const literal = objectLiteral(object, scope)
  if (literal !== undefined) return { keys: literal.children.flatMap((it) => keyName(it) ?? []) }
  const local = object.type === 'identifier' ? lookUp(scope, object.text) : undefined
  return local?.kind === 'import' ? { keys: [], of: [local.symbol, '[].$keys'] } : { keys: [] }
}

function told(scan: FileScan, node: LiftedNode, { keys, of }: NamedKeys): void {
  for (const key of keys) if (upper.test(key)) addRead(scan, node, { key, tier: 'alias' })
  if (of !== undefined && scan.facts.uses.length < 20_000)
    scan.facts.uses.push({
      ...scan.placeOf(node.start),
      path: [],
      how: 'member',
      keyOf: of,
    })
}
