import type { Condition, Scalar, TestOperator } from '../condition.ts'
import { boundedTest } from '../condition.ts'
import type { FlagRule, Outcome } from '../flag.ts'
import { deepestCondition, isScalar, scalarsOf } from './flags-read.ts'

/** Shared conditions of a flag file, by name. */
export type Evaluators = ReadonlyMap<string, unknown>

/**
 * A targeting rule as rules in order, of which the first that holds decides
 * (flagd.dev, reference/flag-definitions: JsonLogic with `fractional`, `starts_with`, `ends_with`, `sem_ver`, `$ref`).
 */
export function targetingRules(targeting: unknown, evaluators: Evaluators): FlagRule[] {
  const rules: FlagRule[] = []

  function add(when: Condition, serve: Outcome, by?: string): void {
    const name = `rule ${rules.length + 1}`
    rules.push({ name, when, share: 100, serve, ...(by === undefined ? {} : { by }) })
  }

  function enter(value: unknown, when: Condition, depth: number): void {
    if (rules.length > 2000) return
    if (depth > deepestCondition) return add(when, tooDeep)
    if (value === null || value === undefined) return add(when, { is: 'default' })
    if (isScalar(value)) return add(when, { is: 'variant', variant: String(value) })
    const [operator, given] = operationOf(value)
    if (operator === '$ref') return enter(evaluators.get(String(given)), when, depth + 1)
    const list = listOf(given)
    if (operator === 'if' || operator === '?:') {
      const branches = Math.floor(list.length / 2)
      for (let i = 0; i < branches; i++) {
        const condition = conditionOf(list[2 * i], evaluators, depth + 1)
        enter(list[2 * i + 1], both(when, condition), depth + 1)
      }
      return enter(list.length % 2 === 1 ? list.at(-1) : null, when, depth + 1)
    }
    if (operator === 'fractional') {
      const split = splitOf(list)
      add(when, split.serve, split.by)
      return add(when, { is: 'default' })
    }
    const condition = conditionOf(value, evaluators, depth + 1)
    if (condition.is === 'opaque') {
      return add(when, { is: 'unknown', why: `the variant is computed by "${operator}"` })
    }
    add(both(when, condition), { is: 'variant', variant: 'true' })
    add(when, { is: 'variant', variant: 'false' })
  }

  enter(targeting, { is: 'always' }, 0)
  return rules
}

const tooDeep: Outcome = { is: 'unknown', why: 'the targeting is nested too deeply' }

function splitOf(list: readonly unknown[]): { serve: Outcome; by?: string } {
  const [first] = list
  const buckets = Array.isArray(first) ? list : list.slice(1)
  const by = Array.isArray(first) ? 'targetingKey' : attributeIn(first)
  const shares = buckets.map((bucket) => {
    const [variant, weight = 1] = listOf(bucket)
    return { variant: String(variant), weight: typeof weight === 'number' ? weight : Number.NaN }
  })
  const computed = shares.some(({ weight }) => Number.isNaN(weight) || weight < 0)
  const serve: Outcome = computed
    ? { is: 'unknown', why: 'the weights of a split are computed' }
    : { is: 'split', shares }
  return by === undefined ? { serve } : { serve, by }
}

function attributeIn(value: unknown): string | undefined {
  const [operator, given] = operationOf(value)
  if (operator === 'var') {
    const name = String(listOf(given)[0])
    return name.startsWith('$flagd.') ? undefined : name
  }
  return operator === 'cat'
    ? listOf(given)
        .map(attributeIn)
        .find((it) => it !== undefined)
    : undefined
}

const comparisons: Record<string, [TestOperator, TestOperator]> = {
  '<': ['less', 'more'],
  '<=': ['at-most', 'at-least'],
  '>': ['more', 'less'],
  '>=': ['at-least', 'at-most'],
}

function conditionOf(value: unknown, evaluators: Evaluators, depth: number): Condition {
  if (depth > deepestCondition) return { is: 'opaque', text: 'nested too deeply' }
  if (value === null || value === undefined || isScalar(value)) {
    return value ? { is: 'always' } : { is: 'never', why: 'its condition is always false' }
  }
  const inner = (it: unknown): Condition => conditionOf(it, evaluators, depth + 1)
  const [operator, given] = operationOf(value)
  const list = listOf(given)
  switch (operator) {
    case '$ref':
      return evaluators.has(String(given))
        ? inner(evaluators.get(String(given)))
        : { is: 'opaque', text: 'a shared condition that is not there' }
    case 'and':
      return { is: 'all', of: list.map(inner) }
    case 'or':
      return { is: 'any', of: list.map(inner) }
    case '!':
      return { is: 'not', of: inner(list[0]) }
    case '!!':
      return inner(list[0])
    case 'var': {
      const name = variableOf(value)
      return name === undefined ? opaque(operator) : test(name, 'present', [])
    }
    case 'missing':
      return {
        is: 'any',
        of: list.map((it) => ({ is: 'not', of: test(String(it), 'present', []) })),
      }
    case '==':
    case '===':
      return equality(list)
    case '!=':
    case '!==':
      return { is: 'not', of: equality(list) }
    case 'in':
      return membership(list)
    case 'starts_with':
    case 'ends_with': {
      const name = variableOf(list[0])
      const kind = operator === 'starts_with' ? 'starts-with' : 'ends-with'
      return name !== undefined && isScalar(list[1])
        ? test(name, kind, [list[1]])
        : opaque(operator)
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      if (list.length !== 3) return comparison(operator, list)
      return { is: 'all', of: [comparison(operator, list), comparison(operator, list.slice(1))] }
    }
    default:
      return opaque(operator)
  }
}

function equality([one, other]: readonly unknown[]): Condition {
  const name = variableOf(one) ?? variableOf(other)
  const value = variableOf(one) === undefined ? one : other
  if (name === undefined) return opaque('==')
  if (value === null) return { is: 'not', of: test(name, 'present', []) }
  return isScalar(value) ? test(name, 'in', [value]) : opaque('==')
}

function membership([needle, stack]: readonly unknown[]): Condition {
  const name = variableOf(needle)
  if (name !== undefined) {
    if (!Array.isArray(stack)) return opaque('in')
    const values = scalarsOf(stack)
    return values.length === stack.length ? test(name, 'in', values) : opaque('in')
  }
  const within = variableOf(stack)
  return within !== undefined && isScalar(needle)
    ? test(within, 'contains', [needle])
    : opaque('in')
}

/** A missing attribute counts as 0, as in JavaScript. */
function comparison(operator: string, [one, other]: readonly unknown[]): Condition {
  const kinds = comparisons[operator]!
  const name = variableOf(one)
  if (name !== undefined && isScalar(other)) return boundedTest(name, kinds[0], other)
  const second = variableOf(other)
  return second !== undefined && isScalar(one)
    ? boundedTest(second, kinds[1], one)
    : opaque(operator)
}

const test = (attribute: string, operator: TestOperator, values: readonly Scalar[]): Condition => ({
  is: 'test',
  attribute,
  operator,
  values,
  whenMissing: false,
})

const opaque = (operator: string): Condition => ({ is: 'opaque', text: operator.slice(0, 40) })

/** Not for what flagd itself puts in, such as the time. */
function variableOf(value: unknown): string | undefined {
  const [operator, given] = operationOf(value)
  const [name] = listOf(given)
  return operator === 'var' && typeof name === 'string' && !name.startsWith('$flagd.')
    ? name
    : undefined
}

function operationOf(value: unknown): [string, unknown] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return ['', undefined]
  return Object.entries(value)[0] ?? ['', undefined]
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

function both(one: Condition, other: Condition): Condition {
  if (one.is === 'always') return other
  const parts = one.is === 'all' ? one.of : [one]
  return { is: 'all', of: [...parts, other] }
}
