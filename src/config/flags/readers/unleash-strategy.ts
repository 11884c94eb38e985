import { fieldOf, itemsOf, stringOf } from '../../readers/json-text.ts'
import type { Condition, TestOperator } from '../condition.ts'
import type { FlagRule, FlagVariant, Outcome } from '../flag.ts'
import { scalarsOf } from './flags-read.ts'

/** Constraints of each segment, by its id. */
export type Segments = ReadonlyMap<string, readonly unknown[]>

/** One activation strategy; any of them is enough (Unleash/client-specification). */
export function strategyRule(
  strategy: unknown,
  index: number,
  segments: Segments,
  variants: readonly unknown[],
): FlagRule {
  const kind = stringOf(strategy, 'name') ?? ''
  const parameter = (name: string): string => stringOf(strategy, 'parameters', name) ?? ''
  const conditions = itemsOf(strategy, 'constraints').map(constraintOf)
  for (const id of itemsOf(strategy, 'segments')) {
    const constraints = segments.get(String(id))
    if (constraints === undefined) {
      conditions.push({ is: 'opaque', text: `segment ${String(id).slice(0, 40)}` })
    } else conditions.push(...constraints.map(constraintOf))
  }
  let share = 100
  let by: string | undefined
  if (kind === 'flexibleRollout') {
    share = percentOf(parameter('rollout'))
    const stickiness = parameter('stickiness')
    by = ['', 'default', 'random'].includes(stickiness) ? undefined : stickiness
  } else if (kind.startsWith('gradualRollout')) {
    share = percentOf(parameter('percentage'))
    if (kind === 'gradualRolloutUserId') by = 'userId'
    if (kind === 'gradualRolloutSessionId') by = 'sessionId'
  } else if (kind === 'userWithId') conditions.push(listed('userId', parameter('userIds')))
  else if (kind === 'remoteAddress') conditions.push(listed('remoteAddress', parameter('IPs')))
  else if (kind !== 'default')
    conditions.push({ is: 'opaque', text: `strategy ${kind.slice(0, 40)}` })
  const own = itemsOf(strategy, 'variants')
  const title = stringOf(strategy, 'title')
  return {
    name: `strategy ${index + 1} (${(title || kind || 'without a name').slice(0, 60)})`,
    when:
      conditions.length === 0
        ? { is: 'always' }
        : conditions.length === 1
          ? conditions[0]!
          : { is: 'all', of: conditions },
    share,
    serve: servedBy(own.length > 0 ? own : variants),
    ...(by === undefined ? {} : { by }),
  }
}

/** Weights of 1000 or of 100: only their ratio counts. */
export function servedBy(variants: readonly unknown[]): Outcome {
  if (variants.length === 0) return { is: 'variant', variant: 'enabled' }
  const shares = variants.map((variant) => ({
    variant: stringOf(variant, 'name') ?? '',
    weight: Math.max(0, Number(stringOf(variant, 'weight') ?? 0)) || 0,
  }))
  return shares.length === 1
    ? { is: 'variant', variant: shares[0]!.variant }
    : { is: 'split', shares }
}

/** Payloads are texts, whatever their type. */
export function variantsIn(variants: readonly unknown[]): FlagVariant[] {
  return variants.map((variant) => {
    const name = stringOf(variant, 'name') ?? ''
    return { name, value: fieldOf(variant, 'payload', 'value') ?? name }
  })
}

const operators: Record<string, TestOperator> = {
  IN: 'in',
  STR_STARTS_WITH: 'starts-with',
  STR_ENDS_WITH: 'ends-with',
  STR_CONTAINS: 'contains',
  NUM_EQ: 'in',
  NUM_GT: 'more',
  NUM_GTE: 'at-least',
  NUM_LT: 'less',
  NUM_LTE: 'at-most',
  DATE_AFTER: 'more',
  DATE_BEFORE: 'less',
  REGEX: 'other',
  IN_CIDR: 'other',
  SEMVER_EQ: 'other',
  SEMVER_GT: 'other',
  SEMVER_GTE: 'other',
  SEMVER_LT: 'other',
  SEMVER_LTE: 'other',
}

function constraintOf(constraint: unknown): Condition {
  const attribute = stringOf(constraint, 'contextName') ?? ''
  const name = stringOf(constraint, 'operator') ?? ''
  const inverted = (name === 'NOT_IN') !== (fieldOf(constraint, 'inverted') === true)
  const wanted = name === 'NOT_IN' ? 'IN' : name
  if (!Object.hasOwn(operators, wanted)) {
    return { is: 'never', why: `its operator ${name.slice(0, 40)} does not exist` }
  }
  const listed = scalarsOf(itemsOf(constraint, 'values'))
  const single = stringOf(constraint, 'value')
  const values = listed.length > 0 || single === undefined ? listed : [single]
  const condition: Condition = {
    is: 'test',
    attribute,
    operator: operators[wanted]!,
    values,
    whenMissing: false,
    ...(fieldOf(constraint, 'caseInsensitive') === true ? { ignoreCase: true } : {}),
    ...(name === 'NUM_EQ' ? { numeric: true } : {}),
    ...(operators[wanted] === 'other' ? { text: wanted } : {}),
  }
  return inverted ? { is: 'not', of: condition } : condition
}

function listed(attribute: string, text: string): Condition {
  const values = text
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '')
  return { is: 'test', attribute, operator: 'in', values, whenMissing: false }
}

function percentOf(text: string): number {
  const percent = Number(text)
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0
}
