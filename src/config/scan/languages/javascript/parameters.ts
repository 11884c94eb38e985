/** Parameters of functions: what they may stand for. */
import { addSymbol, type FileScan } from './file-scan.ts'
import { fieldOf, type LiftedNode } from './lifted-node.ts'
import { declareNames, takeApart } from './patterns.ts'
import { argumentsOf, memberName, pathOf } from './paths.ts'
import { type LocalFunction, lookUp, type Scope } from './scope.ts'

const looping = /^(map|forEach|filter|every|some|find|flatMap|findIndex|reduce)$/

export function declareParameter(
  scan: FileScan,
  parameter: LiftedNode,
  index: number,
  own: LocalFunction,
  scope: Scope,
  outer: Scope,
  loop: { list: LiftedNode; at: number } | undefined,
): void {
  const pattern = fieldOf(parameter, 'pattern') ?? parameter
  const target = pattern.type === 'assignment_pattern' ? pattern.children[0]! : pattern
  if (loop !== undefined && loop.at === index) {
    declareEach(target, loop.list, scope)
    return
  }
  declareNames(target, scope, { kind: 'parameter', of: own, index })
  const symbol =
    target.type === 'identifier' ? lookUp(scope, target.text)!.symbol : `parameter@${target.start}`
  const type = fieldOf(parameter, 'type')?.text.replace(/^:\s*/, '') ?? ''
  const given =
    fieldOf(parameter, 'value') ??
    (pattern.type === 'assignment_pattern' ? pattern.children[1] : undefined)
  const initial = given === undefined ? undefined : pathOf(given, outer)
  if (
    initial?.length === 0 ||
    /^(NodeJS\.ProcessEnv|ProcessEnv|typeof process\.env)\b/.test(type)
  ) {
    addSymbol(scan, symbol, { is: 'environment' })
  }
  const typeName = /^([A-Z]\w*)(<|$|\s)/.exec(type)?.[1]
  const typed = typeName === undefined ? undefined : lookUp(outer, typeName)
  if (typed !== undefined) addSymbol(scan, symbol, { is: 'same', of: [typed.symbol] })
  if (initial !== undefined && initial.length > 0)
    addSymbol(scan, symbol, { is: 'same', of: initial })
  addSymbol(scan, symbol, { is: 'parameter', of: [own.symbol], index })
  if (target.type === 'object_pattern') {
    takeApart(scan, target, initial?.length === 0 ? [] : [symbol], scope)
    strapi(scan, target, own.node, scope)
  }
  if (
    /^(private|public|protected|readonly)\b/.test(parameter.text) &&
    scope.self !== undefined &&
    target.type === 'identifier'
  ) {
    addSymbol(scan, `${scope.self.join('.')}.${target.text}`, { is: 'same', of: [symbol] })
  }
}

/** `export default ({ env }) => ({ host: env('HOST') })`: the framework hands over its lookup. */
function strapi(scan: FileScan, pattern: LiftedNode, node: LiftedNode, scope: Scope): void {
  const exported =
    node.parent?.type === 'export_statement' || /^module\.exports\s*=/.test(node.parent?.text ?? '')
  const env = exported ? scope.names.get('env') : undefined
  if (env !== undefined && pattern.text.includes('env')) {
    addSymbol(scan, env.symbol, { is: 'accessor', keyParameter: 0, defaultParameter: 1 })
  }
}

/** The list that a callback's parameter goes through: `KEYS.map((key) => ...)`. */
export function loopOf(node: LiftedNode): { list: LiftedNode; at: number } | undefined {
  const call = node.parent?.type === 'arguments' ? node.parent.parent : undefined
  const callee = call && fieldOf(call, 'function')
  if (callee?.type !== 'member_expression') return undefined
  const method = memberName(callee) ?? ''
  const list = fieldOf(callee, 'object')
  if (list === undefined || !looping.test(method) || argumentsOf(call!)[0] !== node)
    return undefined
  return { list, at: method === 'reduce' ? 1 : 0 }
}

export function declareEach(
  target: LiftedNode,
  list: LiftedNode,
  scope: Scope,
  property?: string,
): void {
  if (target.type === 'identifier' || target.type === 'shorthand_property_identifier_pattern') {
    const each =
      property === undefined
        ? list
        : { ...list, type: 'each_property', children: [list], field: property }
    scope.names.set(target.text, {
      symbol: `${target.text}@${target.start}`,
      kind: 'each',
      each,
      scope,
    })
  } else if (target.type === 'array_pattern') {
    for (const [i, child] of target.children.entries()) declareEach(child, list, scope, String(i))
  } else if (target.type === 'object_pattern') {
    for (const child of target.children) {
      if (child.type === 'pair_pattern')
        declareEach(fieldOf(child, 'value')!, list, scope, fieldOf(child, 'key')?.text)
      else declareEach(child, list, scope, child.text)
    }
  }
}
