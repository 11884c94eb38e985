import type { Condition, Scalar, TestOperator } from '../condition.ts'
import { boundedTest } from '../condition.ts'
import { deepestCondition, isScalar, scalarsOf } from './flags-read.ts'

const bounds: Record<string, TestOperator> = {
  $lt: 'less',
  $lte: 'at-most',
  $gt: 'more',
  $gte: 'at-least',
}

/** GrowthBook's targeting: conditions as MongoDB writes them (docs.growthbook.io, "SDK conditions"). */
export function mongoCondition(value: unknown, depth = 0): Condition {
  if (depth > deepestCondition) return opaque('nested too deeply')
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return opaque('a condition that is no object')
  }
  const parts = Object.entries(value).map(([name, wanted]): Condition => {
    const list = Array.isArray(wanted) ? wanted.map((it) => mongoCondition(it, depth + 1)) : []
    if (name === '$and') return { is: 'all', of: list }
    if (name === '$or') return list.length === 0 ? { is: 'always' } : { is: 'any', of: list }
    if (name === '$nor') return { is: 'not', of: { is: 'any', of: list } }
    if (name === '$not') return { is: 'not', of: mongoCondition(wanted, depth + 1) }
    if (name.startsWith('$')) return opaque(name)
    return attributeCondition(name, wanted, depth + 1)
  })
  if (parts.length === 0) return { is: 'always' }
  return parts.length === 1 ? parts[0]! : { is: 'all', of: parts }
}

function attributeCondition(attribute: string, wanted: unknown, depth: number): Condition {
  if (isScalar(wanted)) return test(attribute, 'in', [wanted])
  if (wanted === null) return { is: 'not', of: test(attribute, 'present', []) }
  if (depth > deepestCondition || typeof wanted !== 'object' || Array.isArray(wanted)) {
    return opaque('a list or a deep condition')
  }
  const parts = Object.entries(wanted).map(([operator, value]): Condition => {
    if (Object.hasOwn(bounds, operator)) {
      return isScalar(value) ? boundedTest(attribute, bounds[operator]!, value) : opaque(operator)
    }
    const values = Array.isArray(value) ? scalarsOf(value) : []
    switch (operator) {
      case '$eq':
        return attributeCondition(attribute, value, depth + 1)
      case '$ne':
        return { is: 'not', of: attributeCondition(attribute, value, depth + 1) }
      case '$in':
      case '$ini':
        return Array.isArray(value)
          ? test(attribute, 'in', values, operator === '$ini')
          : opaque(operator)
      case '$nin':
      case '$nini':
        return Array.isArray(value)
          ? { is: 'not', of: test(attribute, 'in', values, operator === '$nini') }
          : opaque(operator)
      case '$exists': {
        const present = test(attribute, 'present', [])
        return value === true ? present : { is: 'not', of: present }
      }
      case '$not':
        return { is: 'not', of: attributeCondition(attribute, value, depth + 1) }
      case '$regex':
        return isScalar(value) ? test(attribute, 'matches', [value]) : opaque(operator)
      default:
        return opaque(operator)
    }
  })
  return parts.length === 1 ? parts[0]! : { is: 'all', of: parts }
}

function test(
  attribute: string,
  operator: TestOperator,
  values: readonly Scalar[],
  ignoreCase = false,
): Condition {
  return {
    is: 'test',
    attribute,
    operator,
    values,
    whenMissing: false,
    ...(ignoreCase ? { ignoreCase } : {}),
  }
}

const opaque = (text: string): Condition => ({ is: 'opaque', text: text.slice(0, 60) })
