/** Classes whose fields are keys: class-transformer fills them (Nest's custom validate function), or decorators name keys. */
import type { ValueType } from '../../../key-read.ts'
import type { Meaning, SymbolPath } from '../../file-facts.ts'
import { addRead, type FileScan } from './file-scan.ts'
import { fieldOf, type LiftedNode, literalText, literalValue } from './lifted-node.ts'
import { argumentsOf, pathOf } from './paths.ts'
import type { Scope } from './scope.ts'

/** Member of a class's symbol that stands for its fields. */
export const fieldsMember = '<fields>'

const types: Record<string, ValueType> = { string: 'string', number: 'number', boolean: 'boolean' }

/** The schema of a class's fields that are named like keys; undefined = it has none. */
export function classFields(scan: FileScan, node: LiftedNode, schema: string): Meaning | undefined {
  const before = scan.facts.fields.length
  for (const member of fieldOf(node, 'body')?.children ?? []) {
    if (!member.type.endsWith('field_definition')) continue
    const key = (fieldOf(member, 'name') ?? fieldOf(member, 'property'))?.text ?? ''
    if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(key) || key.length < 3) continue
    if (/^(?:@[^\n]*\n\s*)*(?:(?:public|private|protected)\s+)?static\b/.test(member.text)) continue
    const type = types[/^:\s*(\w+)/.exec(fieldOf(member, 'type')?.text ?? '')?.[1] ?? '']
    const value = literalValue(fieldOf(member, 'value'))
    scan.facts.fields.push({
      schema,
      key,
      ...scan.placeOf(member.start),
      ...(type !== undefined && { type }),
      ...(value !== undefined && { default: { literal: value.slice(0, 500), forEmpty: false } }),
    })
  }
  return scan.facts.fields.length > before ? { is: 'schema', schema } : undefined
}

/** `plainToInstance(EnvironmentVariables, config)`. */
export function fillsClass(
  scan: FileScan,
  call: LiftedNode,
  callee: LiftedNode,
  args: readonly LiftedNode[],
  scope: Scope,
): boolean {
  if (!/^plainTo(?:Instance|Class)$/.test(callee.text) || args[0]?.type !== 'identifier')
    return false
  const path: SymbolPath | undefined = pathOf(args[0], scope)
  const handed = args[1]?.text ?? ''
  if (path === undefined || !/env|config|setting|variable/i.test(`${args[0].text} ${handed}`))
    return false
  scan.facts.fillings.push({ schema: [...path, fieldsMember], ...scan.placeOf(call.start) })
  return true
}

/** `@Env('KEY')` before a field. */
export function annotates(scan: FileScan, call: LiftedNode, callee: LiftedNode): boolean {
  if (call.parent?.type !== 'decorator') return false
  if (!/^(?:Inject|From)?Env(?:Var|Variable|Property|Value|ironmentVariable)?$/.test(callee.text))
    return false
  const key = literalText(argumentsOf(call)[0])
  if (key === undefined || !/^[A-Z][A-Z0-9_]+$/.test(key)) return false
  addRead(scan, call, { key, tier: 'binding', via: `@${callee.text}` })
  return true
}
