/** Objects whose fields are keys: zod, valibot, joi, yup, arktype, envalid, znv, t3-env, JSON schema and their like. */
import type { DefaultValue, ValueType } from '../../../key-read.ts'
import type { FactField, SymbolPath } from '../../file-facts.ts'
import { addSymbol, type FileScan } from './file-scan.ts'
import { keyName } from './object-literals.ts'
import { fieldOf, type LiftedNode, literalText, literalValue, unwrap } from './lifted-node.ts'
import { argumentsOf, memberName, pathOf } from './paths.ts'
import type { Scope } from './scope.ts'

const fieldName = /^_*[A-Z][A-Z0-9_]*$/
const typeNames: Record<string, ValueType> = {
  string: 'string', str: 'string', nonempty: 'string', email: 'string', host: 'string', number: 'number', num: 'number',
  int: 'integer', integer: 'integer', port: 'integer', bool: 'boolean', boolean: 'boolean', stringbool: 'boolean',
  url: 'url', uri: 'url', httpUrl: 'url', enum: 'enum', nativeEnum: 'enum', picklist: 'enum', valid: 'enum', json: 'json', array: 'list',
  duration: 'duration',
} // prettier-ignore

/** The symbol of the schema that an expression makes; undefined where it makes none. A schema is told once. */
export function schemaOf(
  scan: FileScan,
  given: LiftedNode | undefined,
  scope: Scope,
): SymbolPath | undefined {
  if (given === undefined) return undefined
  const node = unwrap(given)
  const known = scan.schemas.get(node)
  if (known !== undefined) return known
  const objects: LiftedNode[] = []
  const bases: SymbolPath[] = []
  gather(node, scope, objects, bases, 0)
  if (!objects.some((it) => fieldsOf(scan, it, '').length > 0)) {
    return bases.length === 1 && bases[0]!.length > 0 && node.type !== 'object'
      ? bases[0]
      : undefined
  }
  const schema = `schema@${node.start}`
  for (const object of objects) {
    scan.facts.fields.push(...fieldsOf(scan, object, schema))
    for (const spread of object.children) {
      if (spread.type !== 'spread_element') continue
      const inner = unwrap(spread.children[0] ?? spread)
      const path = pathOf(memberName(inner) === 'shape' ? fieldOf(inner, 'object') : inner, scope)
      if (path !== undefined && path.length > 0) bases.push(path)
    }
  }
  addSymbol(scan, schema, { is: 'schema', schema, ...(bases.length > 0 ? { extends: bases } : {}) })
  scan.schemas.set(node, [schema])
  return [schema]
}

/** Down the chain `z.object({...}).merge(Other).strict()`: every object and every other schema that takes part. */
function gather(
  node: LiftedNode,
  scope: Scope,
  objects: LiftedNode[],
  bases: SymbolPath[],
  depth: number,
): void {
  if (depth > 20) return
  if (node.type === 'object') {
    const inner = jsonSchema(node)
    objects.push(inner ?? node)
    return
  }
  if (node.type === 'identifier' || node.type === 'member_expression') {
    const path = pathOf(node, scope)
    if (path !== undefined && path.length > 0) bases.push(path)
    return
  }
  if (node.type !== 'call_expression') return
  const callee = fieldOf(node, 'function')
  if (callee === undefined) return
  const method = callee.type === 'member_expression' ? memberName(callee) : undefined
  const receiver = method === undefined ? undefined : fieldOf(callee, 'object')
  const inner = receiver === undefined ? undefined : unwrap(receiver)
  if (inner?.type === 'call_expression') gather(inner, scope, objects, bases, depth + 1)
  else if (
    inner?.type === 'identifier' &&
    /^(extend|merge|and|omit|pick|partial|refine|superRefine|transform|passthrough|strict|safeExtend|keys|shape)$/.test(
      method ?? '',
    )
  ) {
    gather(inner, scope, objects, bases, depth + 1)
  }
  if (/^(omit|pick|refine|superRefine|transform|describe|meta|catch|default)$/.test(method ?? ''))
    return
  for (const argument of argumentsOf(node)) {
    const value = unwrap(argument)
    if (['object', 'call_expression'].includes(value.type))
      gather(value, scope, objects, bases, depth + 1)
    else if (
      value.type === 'identifier' &&
      /^(merge|and|intersection|intersect|extend|concat)$/.test(method ?? callee.text)
    ) {
      gather(value, scope, objects, bases, depth + 1)
    }
  }
}

/** `{ type: 'object', properties: {...} }`. */
function jsonSchema(object: LiftedNode): LiftedNode | undefined {
  const properties = object.children.find((it) => keyName(it) === 'properties')
  const value = properties === undefined ? undefined : fieldOf(properties, 'value')
  return value?.type === 'object' ? value : undefined
}

function fieldsOf(scan: FileScan, object: LiftedNode, schema: string): FactField[] {
  const fields: FactField[] = []
  for (const pair of object.children) {
    if (pair.type !== 'pair') continue
    const key = keyName(pair)
    const value = fieldOf(pair, 'value')
    if (key === undefined || value === undefined || !fieldName.test(key) || key.length < 2) continue
    const described = unwrap(value)
    if (!describes(described)) continue
    fields.push({ schema, key, ...scan.placeOf(pair.start), ...fieldContext(described) })
  }
  return fields
}

/** A value that says what another value must be like, rather than being one. */
function describes(value: LiftedNode): boolean {
  if (value.type === 'call_expression') {
    const callee = value.text.slice(0, 40)
    // what is computed from something is a value
    return !/^(process|import\.meta|Number|parseInt|String|Boolean|JSON|Object|require|path|fs)\b/.test(
      callee,
    )
  }
  if (value.type === 'identifier' || value.type === 'member_expression')
    return !/process\.env|import\.meta|^undefined$/.test(value.text)
  return (
    value.type === 'object' &&
    value.children.some((it) =>
      /^(type|format|env|default|schema|required|validate|enum|doc)$/.test(keyName(it) ?? ''),
    )
  )
}

/** `min` of `z.number().min(1)`. */
function methodOf(call: LiftedNode): string {
  const callee = fieldOf(call, 'function')
  if (callee === undefined) return ''
  return callee.type === 'member_expression' ? (memberName(callee) ?? '') : callee.text
}

function fieldContext(value: LiftedNode): Omit<FactField, 'schema' | 'key' | 'line' | 'column'> {
  let type: ValueType | undefined
  let values: string[] | undefined
  let given: DefaultValue | undefined
  let optional = false
  const calls: LiftedNode[] = []
  for (let at: LiftedNode | undefined = value, i = 0; at !== undefined && i < 30; i++) {
    if (at.type === 'call_expression') {
      calls.push(at)
      at = fieldOf(at, 'function')
    } else if (at.type === 'member_expression') at = fieldOf(at, 'object')
    else break
  }
  for (const call of calls) {
    const name = methodOf(call)
    const args = argumentsOf(call)
    if (/^(default|catch|prefault|fallback)$/.test(name))
      given ??= { literal: literalValue(args[0]), forEmpty: false }
    else if (/^(optional|nullish|nullable|optionalDefault)$/.test(name)) optional = true
    else if (Object.hasOwn(typeNames, name)) {
      const told = typeNames[name]!
      // the first call of a chain says most: `z.string().url()` is the exception
      type = type === 'url' || type === 'enum' || type === 'integer' ? type : told
      if (told === 'enum' && args[0]?.type === 'array') {
        values = args[0].children.flatMap((it) => literalText(it) ?? [])
      }
    }
    for (const options of args) {
      if (options.type !== 'object') continue
      for (const pair of options.children) {
        const key = keyName(pair)
        const text = fieldOf(pair, 'value')
        if (key === 'default' || key === 'devDefault')
          given ??= { literal: literalValue(text), forEmpty: false }
        if (key === 'choices' && text?.type === 'array') {
          values = text.children.flatMap((it) => literalValue(it) ?? [])
          type = 'enum'
        }
      }
    }
  }
  if (value.type === 'object') {
    const property = (name: string): LiftedNode | undefined => {
      const pair = value.children.find((it) => keyName(it) === name)
      return pair && fieldOf(pair, 'value')
    }
    const told = literalText(property('type') ?? property('format'))
    if (told !== undefined && Object.hasOwn(typeNames, told)) type = typeNames[told]
    const fallback = property('default')
    if (fallback !== undefined) given = { literal: literalValue(fallback), forEmpty: false }
    return { ...(type ? { type } : {}), ...(given ? { default: given } : {}) }
  }
  const certain = calls.length > 0 && !optional && given === undefined && value.text.length < 2000
  return {
    ...(type === undefined ? {} : { type }),
    ...(values === undefined ? {} : { values: values.slice(0, 100) }),
    ...rangeOf(type, calls),
    ...(given === undefined ? {} : { default: given }),
    ...(optional ? { required: false } : certain ? { required: true } : {}),
  }
}

/** `z.coerce.number().int().min(1).max(65535)`; of a text the same words speak of its length. */
function rangeOf(
  type: ValueType | undefined,
  calls: readonly LiftedNode[],
): { range?: { min?: number; max?: number } } {
  if (type !== 'number' && type !== 'integer') return {}
  const range: { min?: number; max?: number } = {}
  for (const call of calls) {
    const name = methodOf(call)
    const text = argumentsOf(call)[0]?.text.replaceAll('_', '') ?? ''
    const told = /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined
    if (told !== undefined && /^(min|gte|minValue)$/.test(name)) range.min ??= told
    else if (told !== undefined && /^(max|lte|maxValue)$/.test(name)) range.max ??= told
    else if (name === 'nonnegative') range.min ??= 0
    else if (name === 'positive' && type === 'integer') range.min ??= 1
    else if (name === 'port') Object.assign(range, { min: 1, max: 65_535 })
  }
  const { min, max } = range
  if (min === undefined && max === undefined) return {}
  return { range: { ...(min !== undefined && { min }), ...(max !== undefined && { max }) } }
}
