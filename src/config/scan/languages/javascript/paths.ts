/** What an expression stands for: the environment (`[]`), or a path of names that linking resolves. */
import type { SymbolPath } from '../../file-facts.ts'
import { fieldOf, type LiftedNode, literalText, operatorOf, unwrap } from './lifted-node.ts'
import { lookUp, type Scope } from './scope.ts'

const globals = new Set(['globalThis', 'global', 'window', 'self'])
/** Functions that give back what they get, or a copy of it. */
const copying =
  /^(Object\.(freeze|assign|seal|fromEntries|entries)|structuredClone|expand|(\w+\.)*\w*(env|Env|ENV|secret|Secret|expand|proxy)\w*|_\.\w+|(pick|omit|pickBy|omitBy|mapKeys|mapValues|clone|cloneDeep|merge|defaults))$/
/** What is handed to them is judged, and what comes out is not the environment. */
const judging =
  /(parse|Parse|validate|Validate|check|assert|load|create|build|read|make|init|start|spawn|exec|fork|log)\w*$/

export function pathOf(
  given: LiftedNode | undefined,
  scope: Scope,
  depth = 0,
): SymbolPath | undefined {
  if (given === undefined || depth > 30) return undefined
  const node = unwrap(given)
  switch (node.type) {
    case 'identifier': {
      const found = lookUp(scope, node.text)
      if (found === undefined || found.kind === 'each' || found.kind === 'key') return undefined
      return [found.symbol]
    }
    case 'this':
      return scope.self
    case 'member_expression':
    case 'subscript_expression': {
      if (isEnvironment(node, scope)) return []
      const name = memberName(node)
      const object = pathOf(fieldOf(node, 'object'), scope, depth + 1)
      return name === undefined || object === undefined || object.length === 0 || object.length > 6
        ? undefined
        : [...object, name]
    }
    case 'call_expression':
      return callPath(node, scope, depth)
    case 'new_expression': {
      const made = fieldOf(node, 'constructor')
      const [first] = argumentsOf(node)
      return made?.text === 'Proxy'
        ? pathOf(first, scope, depth + 1)
        : pathOf(made, scope, depth + 1)
    }
    case 'binary_expression':
      return ['||', '??', '&&'].includes(operatorOf(node))
        ? better(
            pathOf(fieldOf(node, 'left'), scope, depth + 1),
            pathOf(fieldOf(node, 'right'), scope, depth + 1),
          )
        : undefined
    case 'ternary_expression':
      return better(
        pathOf(fieldOf(node, 'consequence'), scope, depth + 1),
        pathOf(fieldOf(node, 'alternative'), scope, depth + 1),
      )
    case 'object': {
      const spreads = node.children.filter((it) => it.type === 'spread_element')
      const paths = spreads.map((it) => pathOf(it.children[0], scope, depth + 1))
      return paths.find((it) => it?.length === 0)
    }
    default:
      return undefined
  }
}

const better = (a: SymbolPath | undefined, b: SymbolPath | undefined): SymbolPath | undefined =>
  b?.length === 0 ? b : (a ?? b)

function callPath(node: LiftedNode, scope: Scope, depth: number): SymbolPath | undefined {
  const callee = fieldOf(node, 'function')
  if (callee === undefined) return undefined
  const args = argumentsOf(node)
  if (callee.text === 'require' && literalText(args[0]) !== undefined) return [node.text]
  if (callee.type === 'member_expression' && memberName(callee) === 'toObject') {
    const object = pathOf(fieldOf(callee, 'object'), scope, depth + 1)
    if (object?.length === 0) return []
  }
  if (copying.test(callee.text) && !judging.test(callee.text)) {
    const handed = args.slice(0, 3).map((it) => pathOf(it, scope, depth + 1))
    if (handed.some((it) => it?.length === 0)) return []
  }
  // Object.entries(process.env).filter(...).map(...)
  if (
    callee.type === 'member_expression' &&
    /^(filter|map|reduce|flatMap|sort|toSorted)$/.test(memberName(callee) ?? '')
  ) {
    const inner = unwrap(fieldOf(callee, 'object') ?? callee)
    if (inner.type === 'call_expression' && pathOf(inner, scope, depth + 1)?.length === 0) return []
  }
  // `app.get(ConfigService)`: a container gives an instance of the class that it is asked for
  if (args[0]?.type === 'identifier' && /^[A-Z]/.test(args[0].text)) {
    const asked = callee.type === 'member_expression' ? memberName(callee) : callee.text
    if (/^(get|resolve|inject|make)$/.test(asked ?? '')) return pathOf(args[0], scope, depth + 1)
  }
  const path = pathOf(callee, scope, depth + 1)
  return path === undefined || path.length === 0 ? undefined : [...path, '()']
}

/** The language's own environment: `process.env` and its like. */
export function isEnvironment(node: LiftedNode, scope: Scope): boolean {
  if (memberName(node) !== 'env') return false
  const object = fieldOf(node, 'object')
  if (object === undefined) return false
  const inner = unwrap(object)
  const text = inner.text.replaceAll('?.', '.')
  if (text === 'import.meta') return true
  const root = /^\w+/.exec(text)?.[0] ?? ''
  const names = text.split('.')
  const last = names.at(-1)!
  if (last !== 'process' && last !== 'Bun' && last !== 'Deno') return false
  if (names.length > 2 || (names.length === 2 && !globals.has(root))) return false
  return lookUp(scope, root) === undefined
}

/** `b` of `a.b`, `a?.b` and `a['b']`. */
export function memberName(node: LiftedNode): string | undefined {
  if (node.type === 'member_expression') return fieldOf(node, 'property')?.text
  if (node.type !== 'subscript_expression') return undefined
  return literalText(fieldOf(node, 'index'))
}

export const argumentsOf = (node: LiftedNode): LiftedNode[] => {
  const list = fieldOf(node, 'arguments')
  return list?.type === 'arguments' ? list.children : []
}

/** Whether the environment as a whole stands somewhere in an expression, not in functions of it. */
export function holdsEnvironment(node: LiftedNode, scope: Scope, depth = 0): boolean {
  if (depth > 12) return false
  const inner = unwrap(node)
  if (pathOf(inner, scope)?.length === 0) return true
  if (
    ![
      'call_expression',
      'object',
      'spread_element',
      'arguments',
      'array',
      'member_expression',
    ].includes(inner.type)
  )
    return false
  if (inner.type === 'member_expression') {
    // `Object.entries(process.env).map`: a call's receiver; `process.env.KEY` is no whole
    const object = fieldOf(inner, 'object')
    return (
      object !== undefined &&
      unwrap(object).type === 'call_expression' &&
      holdsEnvironment(object, scope, depth + 1)
    )
  }
  return inner.children.some((it) => holdsEnvironment(it, scope, depth + 1))
}
