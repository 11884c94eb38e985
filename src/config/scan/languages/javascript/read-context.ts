/** What the code around a read says of the key. */
import type { DefaultValue, ValueType } from '../../../key-read.ts'
import { fieldOf, isWrapper, type LiftedNode, literalValue, operatorOf } from './lifted-node.ts'

export interface ReadContext {
  default?: DefaultValue
  required?: boolean
  type?: ValueType
  sink?: string
}

const conversions: Record<string, ValueType> = {
  Number: 'number', parseInt: 'integer', 'Number.parseInt': 'integer', parseFloat: 'number', BigInt: 'integer',
  'Number.parseFloat': 'number', Boolean: 'boolean', 'JSON.parse': 'json', URL: 'url', ms: 'duration',
  parseBoolean: 'boolean', toBoolean: 'boolean', parseBool: 'boolean', toNumber: 'number', toInt: 'integer',
} // prettier-ignore
const refusing = /^(\w+\.)*(throw|fail|raise|panic|die|abort|missing|required|invariant)\w*$/i
const asserting = /^(assert(\.\w+)?|invariant|ok|assertDefined|nullthrows|ensure\w*|required?\w*)$/

/** Climbs from an expression that gives the value of a key. `via` = what it flowed through a name into. */
export function contextOf(read: LiftedNode): ReadContext {
  const found: ReadContext = {}
  let node = read
  for (let steps = 0; steps < 25 && node.parent !== undefined; steps++) {
    const parent: LiftedNode = node.parent
    if (parent.type === 'non_null_expression') found.required ??= true
    if (isWrapper(parent)) {
      node = parent
      continue
    }
    if (!step(found, node, parent)) break
    node = parent
  }
  if (found.default !== undefined) delete found.required
  return found
}

/** Whether to climb on. */
function step(found: ReadContext, node: LiftedNode, parent: LiftedNode): boolean {
  switch (parent.type) {
    case 'binary_expression': {
      const operator = operatorOf(parent)
      if (operator === '||' || operator === '??') {
        if (node.field !== 'left') return true
        fallback(found, fieldOf(parent, 'right'), operator === '||')
        return true
      }
      if (/^[!=]==?$/.test(operator)) {
        const other = literalValue(fieldOf(parent, node.field === 'left' ? 'right' : 'left'))
        if (other !== undefined && /^(true|false|1|0|yes|no|on|off)$/i.test(other))
          found.type ??= 'boolean'
      }
      return false
    }
    case 'augmented_assignment_expression': {
      if (node.field === 'left')
        fallback(found, fieldOf(parent, 'right'), operatorOf(parent) === '||=')
      return false
    }
    case 'unary_expression': {
      const operator = parent.text.slice(0, node.start - parent.start).trim()
      if (operator === '+') found.type ??= 'number'
      if (operator === '!') {
        if (parent.parent?.type === 'unary_expression') found.type ??= 'boolean'
        if (throwsAfter(parent)) found.required ??= true
      }
      return operator === '+'
    }
    case 'member_expression': {
      const name = fieldOf(parent, 'property')?.text ?? ''
      if (name === 'split') found.type ??= 'list'
      return /^(trim|toLowerCase|toUpperCase|split|replace|replaceAll|map|filter|toString|slice)$/.test(
        name,
      )
    }
    case 'call_expression':
      return node.field === 'function'
    case 'arguments': {
      const call = parent.parent
      if (call === undefined) return false
      const callee =
        fieldOf(call, call.type === 'new_expression' ? 'constructor' : 'function')?.text ?? ''
      const type = Object.hasOwn(conversions, callee.replace(/^this\./, ''))
        ? conversions[callee.replace(/^this\./, '')]
        : undefined
      if (type !== undefined) found.type ??= type
      if (asserting.test(callee)) found.required ??= true
      if (type === undefined || type === 'url') {
        const name = callee.replaceAll(/\s+/g, ' ').slice(0, 60)
        if (name !== '') found.sink ??= call.type === 'new_expression' ? `new ${name}` : name
        return false
      }
      return true
    }
    case 'pair':
    case 'object':
    case 'array':
    case 'spread_element':
    case 'template_substitution':
    case 'template_string':
      return node.field !== 'key'
    case 'ternary_expression':
      return node.field !== 'condition'
    case 'assignment_expression': {
      if (node.field === 'right') found.sink ??= (fieldOf(parent, 'left')?.text ?? '').slice(0, 60)
      return false
    }
    case 'public_field_definition':
    case 'field_definition':
      return false
    default:
      return false
  }
}

function fallback(found: ReadContext, right: LiftedNode | undefined, forEmpty: boolean): void {
  if (right === undefined || found.default !== undefined) return
  if (right.type === 'call_expression' && refusing.test(fieldOf(right, 'function')?.text ?? '')) {
    found.required ??= true
    return
  }
  // another key stands in: no default in the code
  found.default = { literal: literalValue(right)?.slice(0, 500), forEmpty }
}

/** `if (!value) throw`, `if (!value) process.exit(1)`. */
export function throwsAfter(negation: LiftedNode): boolean {
  let node: LiftedNode | undefined = negation
  for (let i = 0; i < 6 && node !== undefined; i++) {
    if (node.type === 'if_statement') {
      const body = fieldOf(node, 'consequence')?.text ?? ''
      return (
        /^\{?\s*(throw\b|process\.exit\()/.test(body) ||
        (body.length < 600 && /\b(throw|process\.exit\()/.test(body))
      )
    }
    node = node.parent
  }
  return false
}
