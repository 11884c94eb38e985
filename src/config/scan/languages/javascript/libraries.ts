/** Calls of public libraries that name keys, or hand a schema the environment, in ways of their own. */
import type { SymbolPath } from '../../file-facts.ts'
import { addRead, type FileScan } from './file-scan.ts'
import { fillsFromEnvironment } from './known-modules.ts'
import { fieldOf, type LiftedNode, literalText, unwrap } from './lifted-node.ts'
import { keyName } from './object-literals.ts'
import { requiredModule } from './modules.ts'
import { argumentsOf, memberName, pathOf } from './paths.ts'
import { schemaOf } from './schemas.ts'
import { lookUp, type Scope } from './scope.ts'

const upper = /^[A-Z][A-Z0-9_]+$/
const mostOptions = 500

export function visitLibrary(scan: FileScan, node: LiftedNode, scope: Scope): void {
  const callee = fieldOf(node, 'function')
  if (callee?.type !== 'member_expression') return
  const method = memberName(callee)
  const args = argumentsOf(node)
  if (method === 'env') environmentCall(scan, node, callee, args)
  else if (method === 'forRoot' && /(^|\.)ConfigModule\.forRoot$/.test(callee.text))
    nestModule(scan, node, args[0], scope)
  else if (method === 'register' && args.length > 1) registered(scan, node, args, scope)
}

/** `new Option('--port <n>').env('PORT')` of commander, `nconf.env(['A'])`, `yargs.env('APP').option('the-key')`. */
function environmentCall(
  scan: FileScan,
  node: LiftedNode,
  callee: LiftedNode,
  args: readonly LiftedNode[],
): void {
  const key = literalText(args[0])
  if (key !== undefined && args.length === 1 && upper.test(key)) {
    const object = fieldOf(callee, 'object')?.text ?? ''
    if (/\bOption\(/.test(object)) addRead(scan, node, { key, tier: 'binding', via: 'Option.env' })
    else if (imports(scan, 'yargs')) options(scan, node, key)
    return
  }
  if (!imports(scan, 'nconf')) return
  const list = args[0] && unwrap(args[0])
  const listed =
    list?.type === 'object' ? list.children.find((it) => keyName(it) === 'whitelist') : undefined
  const names = listed === undefined ? list : fieldOf(listed, 'value')
  if (names?.type !== 'array') return
  for (const one of names.children) {
    const name = literalText(one)
    if (name !== undefined && upper.test(name))
      addRead(scan, one, { key: name, tier: 'binding', via: 'nconf.env' })
  }
}

/** Every option of a chain, under the prefix that the chain says. */
function options(scan: FileScan, node: LiftedNode, prefix: string): void {
  let chain = node
  while (/^(member|call)_expression$/.test(chain.parent?.type ?? '')) chain = chain.parent!
  for (const [, name] of [...chain.text.matchAll(/\.option\(\s*['"]([\w-]+)['"]/g)].slice(
    0,
    mostOptions,
  )) {
    const own = name!
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toUpperCase()
    addRead(scan, node, { key: `${prefix}_${own}`, tier: 'binding', via: 'yargs' })
  }
}

/** `ConfigModule.forRoot({ validationSchema: Joi.object({...}), validate })`: Nest hands them the environment. */
function nestModule(
  scan: FileScan,
  node: LiftedNode,
  given: LiftedNode | undefined,
  scope: Scope,
): void {
  const settings = given && unwrap(given)
  if (settings?.type !== 'object') return
  for (const pair of settings.children) {
    const name = pair.type === 'shorthand_property_identifier' ? pair.text : keyName(pair)
    const value =
      pair.type === 'shorthand_property_identifier'
        ? { ...pair, type: 'identifier' }
        : fieldOf(pair, 'value')
    if (value === undefined) continue
    if (name === 'validationSchema')
      fill(scan, node, schemaOf(scan, value, scope) ?? pathOf(value, scope))
    else if (name === 'validate') {
      const to = pathOf(value, scope)
      scan.facts.handovers ??= []
      if (to !== undefined && to.length > 0) scan.facts.handovers.push({ to, argument: 0 })
    }
  }
}

/** `fastify.register(fastifyEnv, { schema })`. */
function registered(
  scan: FileScan,
  node: LiftedNode,
  args: readonly LiftedNode[],
  scope: Scope,
): void {
  const [plugin, given] = [args[0]!, unwrap(args[1]!)]
  const local = plugin.type === 'identifier' ? lookUp(scope, plugin.text) : undefined
  const module =
    local?.kind === 'import'
      ? local.init?.text.slice(1, -1)
      : requiredModule(plugin)?.text.slice(1, -1)
  if (module === undefined || !fillsFromEnvironment(module) || given.type !== 'object') return
  for (const pair of given.children) {
    const named = pair.type === 'shorthand_property_identifier' ? pair.text : keyName(pair)
    if (named !== 'schema') continue
    const value =
      pair.type === 'shorthand_property_identifier'
        ? { ...pair, type: 'identifier' }
        : fieldOf(pair, 'value')
    if (value !== undefined) fill(scan, node, schemaOf(scan, value, scope) ?? pathOf(value, scope))
  }
}

function fill(scan: FileScan, node: LiftedNode, schema: SymbolPath | undefined): void {
  if (schema !== undefined && schema.length > 0)
    scan.facts.fillings.push({ schema, ...scan.placeOf(node.start) })
}

const imports = (scan: FileScan, module: string): boolean =>
  scan.facts.imports.some((it) => it.module === module || it.module.startsWith(`${module}/`))
