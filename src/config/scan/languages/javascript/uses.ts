/** Members of the environment, and calls that look keys up: what becomes a read, at once or when files are linked. */
import type { FactUse, SymbolPath } from '../../file-facts.ts'
import { addAccessor } from './accessors.ts'
import { annotates, fillsClass } from './class-fields.ts'
import { addRead, type FileScan, shortText } from './file-scan.ts'
import { fillingOf } from './fillings.ts'
import { listKeys, type NamedKeys, namedKeys } from './key-names-in.ts'
import {
  fieldOf,
  isWrapper,
  type LiftedNode,
  literalText,
  literalValue,
  operatorOf,
  unwrap,
} from './lifted-node.ts'
import { plugin, proxied } from './made-objects.ts'
import { argumentsOf, isEnvironment, memberName, pathOf } from './paths.ts'
import { contextOf } from './read-context.ts'
import { lookUp, type Scope } from './scope.ts'

const upper = /^_*[A-Z][A-Z0-9_]+$/
/** What Vite and its like put into `import.meta.env` themselves. */
const bundled = new Set(['MODE', 'DEV', 'PROD', 'SSR', 'BASE_URL', 'LEGACY'])
const methods = new Set([
  'get',
  'has',
  'hasOwnProperty',
  'toObject',
  'set',
  'delete',
  'toString',
  'getOrThrow',
  'propertyIsEnumerable',
])
const mostUses = 20_000

export function visitMember(scan: FileScan, node: LiftedNode, scope: Scope): void {
  if (isEnvironment(node, scope)) return visitWhole(scan, node)
  const path = pathOf(fieldOf(node, 'object'), scope)
  if (path === undefined || isWritten(node)) return
  const name = node.type === 'member_expression' ? memberName(node) : undefined
  if (name !== undefined) {
    const called = node.parent?.type === 'call_expression' && node.field === 'function'
    if (called && methods.has(name)) return
    // of what a call makes of the environment only what is certainly a key
    if (
      path.length === 0 &&
      !upper.test(name) &&
      !isEnvironment(unwrap(fieldOf(node, 'object')!), scope)
    )
      return
    return found(scan, node, path, { keys: [name] }, scope, called)
  }
  found(scan, node, path, namedKeys(fieldOf(node, 'index'), scope), scope, false)
}

function found(
  scan: FileScan,
  node: LiftedNode,
  path: SymbolPath,
  named: NamedKeys,
  scope: Scope,
  called: boolean,
): void {
  const { facts } = scan
  if (named.parameter !== undefined) {
    addAccessor(scan, node, named.parameter, path, undefined, scope)
    const { prefix, suffix } = named.parameter
    if (path.length === 0 && prefix + suffix !== '')
      addRead(scan, node, { key: `${prefix}*${suffix}`, tier: 'direct' })
    return
  }
  const context = contextOf(node)
  if (path.length === 0) {
    const vite = node.text.startsWith('import.meta')
    for (const key of named.keys) {
      if (vite && bundled.has(key)) continue
      const read = addRead(scan, node, {
        key,
        tier: 'direct',
        ...context,
        ...(vite ? { phase: 'build' } : {}),
      })
      remember(scan, node, read, scope)
    }
    if (named.keys.length > 0) return
    if (named.of !== undefined)
      use(
        scan,
        node,
        { path, how: 'member', keyOf: named.of, text: shortText(node), ...context },
        scope,
      )
    else facts.dynamic.push({ ...scan.placeOf(node.start), text: shortText(node) })
    return
  }
  if (named.keys.length > 0) {
    for (const key of named.keys) {
      if (!called && (upper.test(key) || key.includes('*')))
        use(scan, node, { path, how: 'member', key, ...context }, scope)
    }
  } else if (named.of !== undefined)
    use(scan, node, { path, how: 'member', keyOf: named.of, ...context }, scope)
  else if (node.type === 'subscript_expression' && fieldOf(node, 'index')?.type !== 'number') {
    use(scan, node, { path, how: 'member', text: shortText(node) }, scope)
  }
}

function use(
  scan: FileScan,
  node: LiftedNode,
  fact: Omit<FactUse, 'line' | 'column'>,
  scope: Scope,
): void {
  if (scan.facts.uses.length >= mostUses) return
  const whole: FactUse = { ...scan.placeOf(node.start), ...fact }
  scan.facts.uses.push(whole)
  remember(scan, node, whole, scope)
}

/** The value gets a name: what that is handed to is what the key flows into. */
function remember(
  scan: FileScan,
  node: LiftedNode,
  read: { sink?: string; required?: boolean },
  scope: Scope,
): void {
  let at = node
  while (
    at.parent !== undefined &&
    (isWrapper(at.parent) || (at.parent.type === 'binary_expression' && at.field === 'left'))
  ) {
    at = at.parent
  }
  if (at.parent?.type !== 'variable_declarator') return
  const name = fieldOf(at.parent, 'name')
  const local = name?.type === 'identifier' ? lookUp(scope, name.text) : undefined
  if (local === undefined) return
  const flows = scan.flows.get(local.symbol)
  if (flows === undefined) scan.flows.set(local.symbol, [read])
  else flows.push(read)
}

function isWritten(node: LiftedNode): boolean {
  const parent = node.parent
  if (parent?.type === 'assignment_expression') return node.field === 'left'
  return parent?.type === 'unary_expression' && /^delete\b/.test(parent.text)
}

/** The environment itself, where it is not taken apart on the spot. */
function visitWhole(scan: FileScan, node: LiftedNode): void {
  let at = node
  while (
    at.parent !== undefined &&
    (isWrapper(at.parent) || at.parent.type === 'binary_expression') &&
    !scan.understood.has(at)
  ) {
    if (at.parent.type === 'binary_expression' && operatorOf(at.parent) === 'in') return
    at = at.parent
  }
  for (let up: LiftedNode | undefined = at; up !== undefined; up = up.parent)
    if (scan.understood.has(up)) return
  const parent = at.parent
  if (parent === undefined) return
  const handed =
    [
      'arguments',
      'spread_element',
      'return_statement',
      'array',
      'shorthand_property_identifier',
    ].includes(parent.type) ||
    (parent.type === 'pair' && at.field === 'value')
  if (handed)
    scan.facts.wholeObject.push({
      ...scan.placeOf(node.start),
      text: shortText(parent.parent ?? parent),
    })
}

export function visitCall(scan: FileScan, node: LiftedNode, scope: Scope): void {
  const callee = fieldOf(node, node.type === 'new_expression' ? 'constructor' : 'function')
  if (callee === undefined) return
  const args = argumentsOf(node)
  if (node.type === 'new_expression' && /(^|\.)EnvironmentPlugin$/.test(callee.text))
    return plugin(scan, args[0], scope)
  if (annotates(scan, node, callee) || fillsClass(scan, node, callee, args, scope)) return
  if (callee.text === 'Proxy') return proxied(scan, args, scope)
  const member = callee.type === 'member_expression' ? memberName(callee) : undefined
  const receiver = member === undefined ? undefined : pathOf(fieldOf(callee, 'object'), scope)
  if (receiver?.length === 0) {
    if (member !== undefined && /^(get|has|hasOwnProperty|getOrThrow)$/.test(member)) {
      found(scan, node, [], namedKeys(args[0], scope), scope, false)
    }
    return
  }
  if (!scan.understood.has(node) && fillingOf(scan, node, scope) !== undefined)
    scan.understood.add(node)
  if (scan.understood.has(node)) return
  const path = pathOf(callee, scope)
  handOver(scan, callee, args, path, scope)
  if (/^Object\.(hasOwn)$|^Reflect\.(get|has)$|^_\.get$/.test(callee.text) || path !== undefined) {
    const from = args[0] === undefined ? undefined : pathOf(args[0], scope)
    const key = literalText(args[1])
    if (from?.length === 0 && key !== undefined && upper.test(key)) {
      addRead(scan, node, { key, tier: 'direct', ...contextOf(node) })
      return
    }
  }
  if (path === undefined || path.length === 0 || path.at(-1) === '()') return
  lookUps(scan, node, callee, path, args, scope)
}

/** `f(process.env)`: what the function does with its parameter is known where the function is. */
function handOver(
  scan: FileScan,
  callee: LiftedNode,
  args: readonly LiftedNode[],
  path: SymbolPath | undefined,
  scope: Scope,
): void {
  if (path === undefined || path.length === 0) return
  const root = /^[\w$]+/.exec(callee.text)?.[0]
  const local = root === undefined ? undefined : lookUp(scope, root)
  const own = local?.kind !== 'import' || /^['"][.@~#]/.test(local.init?.text ?? '')
  for (const [argument, it] of args.entries()) {
    const from = pathOf(it, scope)
    if (
      from === undefined ||
      (from.length > 0 && (!/env/i.test(it.text) || upper.test(from.at(-1)!)))
    )
      continue
    scan.facts.handovers ??= []
    if (scan.facts.handovers.length < 2000) {
      scan.facts.handovers.push({ to: path, argument, ...(from.length === 0 ? {} : { from }) })
    }
    if (own) scan.understood.add(it)
  }
}

function lookUps(
  scan: FileScan,
  node: LiftedNode,
  callee: LiftedNode,
  path: SymbolPath,
  args: readonly LiftedNode[],
  scope: Scope,
): void {
  const telling = /env|conf|setting|secret|\bvars?\b|getVar/i.test(callee.text)
  for (const [argument, it] of args.slice(0, 5).entries()) {
    const named =
      unwrap(it).type === 'array' ? listKeys(it, scope, undefined) : namedKeys(it, scope)
    if (named.parameter !== undefined) {
      addAccessor(scan, node, named.parameter, path, argument, scope)
      continue
    }
    const keys = named.keys.filter((key) =>
      key.includes('*')
        ? /[A-Z]{3}/.test(key)
        : upper.test(key) || (telling && /^[A-Za-z_][\w.-]*$/.test(key)),
    )
    const common = { path, how: 'call' as const, argument, ...others(args), ...contextOf(node) }
    for (const key of keys) use(scan, node, { ...common, key }, scope)
    const plain = unwrap(it)
    if (
      named.of !== undefined &&
      (telling || upper.test(plain.text) || /\.[A-Z][A-Z0-9_]+$|^[A-Z]\w*\.\w+$/.test(plain.text))
    ) {
      use(scan, node, { ...common, keyOf: named.of }, scope)
    } else if (
      keys.length === 0 &&
      argument === 0 &&
      telling &&
      ['identifier', 'subscript_expression', 'template_string', 'call_expression'].includes(
        plain.type,
      ) &&
      named.keys.length === 0
    ) {
      use(scan, node, { ...common, text: shortText(node) }, scope)
    }
  }
}

function others(args: readonly LiftedNode[]): Pick<FactUse, 'arguments'> {
  const texts: Record<number, string> = {}
  for (const [i, it] of args.slice(0, 5).entries()) {
    const text = literalValue(it)
    if (text !== undefined) texts[i] = text.slice(0, 500)
  }
  return Object.keys(texts).length > 0 ? { arguments: texts } : {}
}
