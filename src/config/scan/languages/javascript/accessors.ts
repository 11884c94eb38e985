/** Functions that look up a key that they are handed. */
import type { Meaning, SymbolPath } from '../../file-facts.ts'
import { addSymbol, type FileScan } from './file-scan.ts'
import type { NamedKeys } from './key-names-in.ts'
import { fieldOf, isWrapper, type LiftedNode, operatorOf } from './lifted-node.ts'
import { contextOf } from './read-context.ts'
import { lookUp, type Scope } from './scope.ts'

/** The function whose parameter the key is made from looks keys up, in what `of` stands for. */
export function addAccessor(
  scan: FileScan,
  lookup: LiftedNode,
  parameter: NonNullable<NamedKeys['parameter']>,
  of: SymbolPath,
  argument: number | undefined,
  scope: Scope,
): void {
  const { required: refused, type, default: given } = contextOf(lookup)
  const defaultParameter = fallbackParameter(lookup, parameter, scope)
  const refuses =
    refused === true || /\bthrow\b|process\.exit\(/.test(parameter.of.node.text.slice(0, 5000))
  const required = defaultParameter === undefined && given === undefined && refuses
  const meaning: Accessor = {
    is: 'accessor',
    keyParameter: parameter.index,
    ...(parameter.prefix === '' ? {} : { prefix: parameter.prefix }),
    ...(parameter.suffix === '' ? {} : { suffix: parameter.suffix }),
    ...(parameter.upperCased ? { upperCased: true } : {}),
    ...(of.length === 0 ? {} : { of }),
    ...(argument === undefined ? {} : { argument }),
    ...(defaultParameter === undefined ? {} : { defaultParameter }),
    ...(required ? { required } : {}),
    ...(type === undefined ? {} : { type }),
    ...(given?.literal === undefined ? {} : { default: given }),
  }
  const known = scan.facts.symbols.find(
    (it) => it.name === parameter.of.symbol && it.meaning.is === 'accessor',
  )?.meaning
  if (known?.is === 'accessor' && mergeTwins(known, meaning)) return
  addSymbol(scan, parameter.of.symbol, meaning)
}

type Accessor = Extract<Meaning, { is: 'accessor' }>

/** `env[name + '_FILE'] ?? env[name]`: one lookup of two keys. */
function mergeTwins(known: Accessor, other: Accessor): boolean {
  const twin = /^_[A-Z]+$/
  const same =
    known.keyParameter === other.keyParameter &&
    known.of?.join('\0') === other.of?.join('\0') &&
    known.prefix === undefined &&
    other.prefix === undefined
  if (!same) return false
  if (known.suffix === undefined && twin.test(other.suffix ?? '')) {
    known.also = [...new Set([...(known.also ?? []), other.suffix!])]
    return true
  }
  if (other.suffix !== undefined || !twin.test(known.suffix ?? '')) return false
  const suffix = known.suffix!
  delete known.suffix
  Object.assign(known, other)
  known.also = [suffix]
  return true
}

/** `process.env[name] ?? fallback`, also where the value got a name before; else a parameter that is called so. */
function fallbackParameter(
  lookup: LiftedNode,
  key: NonNullable<NamedKeys['parameter']>,
  scope: Scope,
): number | undefined {
  let node = lookup
  while (node.parent !== undefined && isWrapper(node.parent)) node = node.parent
  const parent = node.parent
  if (parent?.type === 'binary_expression' && ['||', '??'].includes(operatorOf(parent))) {
    const index = parameterIndex(fieldOf(parent, 'right'), key, scope)
    if (index !== undefined) return index
  }
  const list = fieldOf(key.of.node, 'parameters')?.children ?? []
  const named = list.findIndex((it) =>
    /^(default|fallback|def|otherwise|ifMissing|backup)\w*/i.test(it.text),
  )
  return named >= 0 && named !== key.index ? named : undefined
}

function parameterIndex(
  node: LiftedNode | undefined,
  key: NonNullable<NamedKeys['parameter']>,
  scope: Scope,
): number | undefined {
  if (node?.type !== 'identifier') return undefined
  const local = lookUp(scope, node.text)
  return local?.kind === 'parameter' && local.of === key.of ? local.index : undefined
}
