/** Calls that fill a schema from the environment, or hand the environment on. */
import type { SymbolPath } from '../../file-facts.ts'
import { addRead, type FileScan } from './file-scan.ts'
import { keyName } from './object-literals.ts'
import { fieldOf, type LiftedNode, literalText, unwrap } from './lifted-node.ts'
import { fillsFromEnvironment } from './known-modules.ts'
import { argumentsOf, holdsEnvironment, memberName, pathOf } from './paths.ts'
import { schemaOf } from './schemas.ts'
import { lookUp, type Scope } from './scope.ts'

const judging =
  /^(safe)?(parse|validate|cast|decode|check|assert|is|attempt|create|from|load|filter)\w*$/i
const sourceProperties = new Set([
  'runtimeEnv', 'runtimeEnvStrict', 'experimental__runtimeEnv', 'env', 'environment', 'source', 'data', 'processEnv', 'values',
]) // prettier-ignore
const schemaProperties = new Set([
  'server',
  'client',
  'shared',
  'schema',
  'vars',
  'properties',
  'env',
  'createFinalSchema',
])
const writing =
  /^(Object\.(assign|defineProperty|entries|keys|values|freeze)|Reflect\.(set|defineProperty|deleteProperty)|(\w+\.)?(spawn|exec|fork|merge|stubEnv|defaults)\w*)$/

/** What a call gives back where it fills a schema: the schema. */
export function fillingOf(scan: FileScan, call: LiftedNode, scope: Scope): SymbolPath | undefined {
  const callee = fieldOf(call, 'function')
  if (callee === undefined) return undefined
  const args = argumentsOf(call)
  const filled: SymbolPath[] = []
  const fill = (schema: SymbolPath | undefined, from: SymbolPath, certain = true): void => {
    if (schema === undefined || schema.length === 0) return
    if (certain || schema[0]!.startsWith('schema@')) filled.push(schema)
    scan.facts.fillings.push({
      schema,
      ...scan.placeOf(call.start),
      ...(from.length === 0 ? {} : { from }),
    })
  }
  if (isFiller(callee, scope)) {
    for (const argument of args) {
      const value = unwrap(argument)
      const parts = value.type === 'object' ? schemaParts(value) : []
      for (const part of parts.length > 0 ? parts : [value]) fill(schemaOf(scan, part, scope), [])
    }
    return filled[0]
  }
  const sources = args.map((it) => sourceOf(it, scope))
  const from = sources.find((it) => it !== undefined)
  const named = callee.type === 'member_expression' ? (memberName(callee) ?? '') : callee.text
  if (
    from !== undefined &&
    !writing.test(callee.text) &&
    (from.length === 0 || judging.test(named) || /env/i.test(named))
  ) {
    if (callee.type === 'member_expression' && judging.test(named)) {
      fill(schemaOf(scan, fieldOf(callee, 'object'), scope), from)
    } else if (callee.type === 'call_expression') fill(schemaOf(scan, callee, scope), from)
    // arktype: `const Env = type({...}); Env(process.env)`
    else if (callee.type === 'identifier') fill(pathOf(callee, scope), from, false)
    for (const [i, argument] of args.entries()) {
      if (sources[i] === undefined || sources[i] !== from)
        fill(schemaOf(scan, argument, scope), from, false)
    }
  }
  for (const argument of args) {
    const value = unwrap(argument)
    if (value.type === 'object') optionsFilling(scan, value, scope, fill)
  }
  return filled.find((it) => it.length > 0)
}

/** `f({ schema: {...}, runtimeEnv: process.env })`. */
function optionsFilling(
  scan: FileScan,
  options: LiftedNode,
  scope: Scope,
  fill: (schema: SymbolPath | undefined, from: SymbolPath) => void,
): void {
  for (const pair of options.children) {
    if (pair.type !== 'pair' || !sourceProperties.has(keyName(pair) ?? '')) continue
    const value = fieldOf(pair, 'value')
    if (value === undefined || !holdsEnvironment(value, scope)) continue
    for (const part of schemaParts(options)) {
      if (part !== value) fill(schemaOf(scan, part, scope), [])
    }
  }
}

function schemaParts(options: LiftedNode): LiftedNode[] {
  return options.children.flatMap((pair) => {
    if (pair.type !== 'pair' || !schemaProperties.has(keyName(pair) ?? '')) return []
    const value = fieldOf(pair, 'value')
    return value === undefined ? [] : [unwrap(value)]
  })
}

/** What an argument hands over: the environment, or a name that may stand for it. */
function sourceOf(argument: LiftedNode, scope: Scope): SymbolPath | undefined {
  const path = pathOf(argument, scope)
  if (path !== undefined) return path.length < 4 && path.at(-1) !== '()' ? path : undefined
  return holdsEnvironment(argument, scope) ? [] : undefined
}

function isFiller(callee: LiftedNode, scope: Scope): boolean {
  const root = /^\w+/.exec(callee.text)?.[0]
  const local = root === undefined ? undefined : lookUp(scope, root)
  return (
    local?.kind === 'import' &&
    local.init !== undefined &&
    fillsFromEnvironment(local.init.text.slice(1, -1))
  )
}

/** `convict({ port: { env: 'PORT', default: 1 } })`, `Flags.string({ env: 'TOKEN' })`: one property names the key. */
export function describedKey(scan: FileScan, pair: LiftedNode): void {
  const object = pair.parent
  if (object?.type !== 'object') return
  const key = literalText(fieldOf(pair, 'value'))
  if (key === undefined || !/^[A-Z][A-Z0-9_]+$/.test(key)) return
  const names = object.children.map((it) => keyName(it))
  const described = names.some((it) =>
    /^(default|format|doc|char|nullable|coerce|sensitive)$/.test(it ?? ''),
  )
  const callee = object.parent?.type === 'arguments' ? object.parent.parent?.text.slice(0, 40) : ''
  if (!described && !/^[Ff]lags\.\w+/.test(callee ?? '')) return
  const fallback = object.children.find((it) => keyName(it) === 'default')
  const value = fallback && fieldOf(fallback, 'value')
  addRead(scan, pair, {
    key,
    tier: 'binding',
    ...(value === undefined
      ? {}
      : {
          default: {
            literal: literalText(value) ?? (value.type === 'number' ? value.text : undefined),
            forEmpty: false,
          },
        }),
  })
}
