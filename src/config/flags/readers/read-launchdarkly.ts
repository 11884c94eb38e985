import { defined } from '../../defined.ts'
import { fieldOf, itemsOf, pairsOf, stringOf } from '../../readers/json-text.ts'
import type { Condition, TestOperator } from '../condition.ts'
import type { Flag, FlagEnvironment, FlagRule, FlagVariant, Outcome } from '../flag.ts'
import type { FlagDocument, FlagsRead } from './flags-read.ts'
import { kindOf, purposeOf, scalarsOf, timeOf } from './flags-read.ts'

/**
 * Flags as the REST API gives them (one, a list, or `items`; `summary=0`, else rules are missing), or the data of an SDK
 * (`flags` by key, of one environment).
 */
export function readLaunchDarkly(document: FlagDocument): FlagsRead {
  const { value, file, lineOf } = document
  const found: FlagsRead = { flags: [], unread: [] }
  const items = fieldOf(value, 'items') ?? value
  const data = pairsOf(fieldOf(value, 'data') ?? value, 'flags')
  const flags: unknown[] = Array.isArray(items)
    ? items
    : data.length > 0
      ? data.map(([, it]) => it)
      : [items]
  for (const flag of flags) {
    const key = stringOf(flag, 'key') ?? ''
    const location = { file, line: lineOf(key) }
    if (key === '') {
      found.unread.push({ location, reason: 'A flag here has no key.' })
      continue
    }
    const variants = variantsOf(itemsOf(flag, 'variations'))
    const environments = pairsOf(flag, 'environments')
    if (environments.length === 0) environments.push([document.environment, flag])
    const read: FlagEnvironment[] = []
    for (const [name, environment] of environments) {
      if (fieldOf(environment, 'fallthrough') === undefined) {
        const reason = `The flag ${key} has no rules for ${name}: the export is a summary (add summary=0, or env=${name}).`
        found.unread.push({ location, reason })
      } else read.push(environmentOf(name, environment, variants, location))
    }
    const temporary = fieldOf(flag, 'temporary')
    const purpose =
      purposeOf(undefined, key, ...itemsOf(flag, 'tags')) ??
      (temporary === true ? 'release' : temporary === false ? 'permanent' : undefined)
    const made: Flag = {
      key,
      platform: 'launchdarkly',
      kind: kindOf(variants.map((it) => it.value)),
      variants,
      environments: read,
      archived: fieldOf(flag, 'archived') === true || fieldOf(flag, 'deleted') === true,
      markedStale: fieldOf(flag, 'deprecated') === true,
      location,
      ...defined({ purpose, createdAt: timeOf(flag, 'creationDate') }),
    }
    found.flags.push(made)
  }
  return found
}

function variantsOf(variations: readonly unknown[]): FlagVariant[] {
  const names = new Set<string>()
  return variations.map((variation, index) => {
    const isWrapped = variation !== null && typeof variation === 'object' && 'value' in variation
    const value: unknown = isWrapped ? variation.value : variation
    const wanted = (isWrapped ? stringOf(variation, 'name') : undefined) || `variation ${index}`
    const plain = typeof value === 'boolean' ? String(value) : wanted
    const name = names.has(plain) ? `${plain} (${index})` : plain
    names.add(name)
    return { name, value }
  })
}

function environmentOf(
  name: string,
  environment: unknown,
  variants: readonly FlagVariant[],
  location: Flag['location'],
): FlagEnvironment {
  const nameOf = (index: unknown): string =>
    variants[Number(index)]?.name ?? `variation ${String(index)}`
  const served = (place: unknown): Outcome => {
    const index = fieldOf(place, 'variation')
    if (index !== undefined && index !== null) return { is: 'variant', variant: nameOf(index) }
    const rollout = itemsOf(place, 'rollout', 'variations')
    if (rollout.length === 0) return { is: 'code-default' }
    const shares = rollout.map((it) => ({
      variant: nameOf(fieldOf(it, 'variation')),
      weight: Math.max(0, Number(fieldOf(it, 'weight')) || 0),
    }))
    return { is: 'split', shares }
  }
  const rules: FlagRule[] = []
  for (const target of [
    ...itemsOf(environment, 'targets'),
    ...itemsOf(environment, 'contextTargets'),
  ]) {
    const values = scalarsOf(itemsOf(target, 'values'))
    if (values.length === 0) continue
    const attribute = attributeOf(stringOf(target, 'contextKind'), 'key')
    rules.push({
      name: `targets of ${nameOf(fieldOf(target, 'variation'))}`,
      when: { is: 'test', attribute, operator: 'in', values, whenMissing: false },
      share: 100,
      serve: served(target),
    })
  }
  for (const [index, rule] of itemsOf(environment, 'rules').entries()) {
    if (fieldOf(rule, 'disabled') === true) continue
    const clauses = itemsOf(rule, 'clauses').map(clauseOf)
    const described = stringOf(rule, 'description')
    rules.push({
      name: `rule ${index + 1}${described ? ` (${described.slice(0, 60)})` : ''}`,
      when: clauses.length === 1 ? clauses[0]! : { is: 'all', of: clauses },
      share: 100,
      serve: served(rule),
    })
  }
  const off = fieldOf(environment, 'offVariation')
  return {
    name,
    on: fieldOf(environment, 'on') === true,
    rules,
    fallthrough: served(fieldOf(environment, 'fallthrough')),
    off:
      off === undefined || off === null
        ? { is: 'code-default' }
        : { is: 'variant', variant: nameOf(off) },
    prerequisites: itemsOf(environment, 'prerequisites').map((it) => ({
      flag: stringOf(it, 'key') ?? '',
      // the other flag's variations are named when all flags are there
      variants: [`#${stringOf(it, 'variation') ?? ''}`],
    })),
    location,
    ...defined({
      changedAt: timeOf(environment, 'lastModified'),
      lastSeenAt: timeOf(environment, 'lastRequested'),
    }),
  }
}

/** Prerequisites name a variation by its place, which the names of the other flag's variations replace here. */
export function namePrerequisites(flags: readonly Flag[]): Flag[] {
  const byKey = new Map(flags.map((flag) => [flag.key, flag]))
  return flags.map((flag) => ({
    ...flag,
    environments: flag.environments.map((environment) => ({
      ...environment,
      prerequisites: environment.prerequisites.map((it) => ({
        ...it,
        variants: it.variants.map((variant) => {
          const index = /^#(\d{1,6})$/.exec(variant)?.[1]
          return index === undefined
            ? variant
            : (byKey.get(it.flag)?.variants[Number(index)]?.name ?? variant)
        }),
      })),
    })),
  }))
}

const operators: Record<string, TestOperator> = {
  in: 'in',
  startsWith: 'starts-with',
  endsWith: 'ends-with',
  contains: 'contains',
  matches: 'matches',
  lessThan: 'less',
  lessThanOrEqual: 'at-most',
  greaterThan: 'more',
  greaterThanOrEqual: 'at-least',
  before: 'less',
  after: 'more',
}

function attributeOf(kind: string | undefined, attribute: string): string {
  return kind === undefined || kind === '' || kind === 'user' ? attribute : `${kind}.${attribute}`
}

/** A clause whose attribute is missing never holds, negated or not. */
function clauseOf(clause: unknown): Condition {
  const operator = stringOf(clause, 'op') ?? ''
  if (operator === 'segmentMatch') {
    return {
      is: 'opaque',
      text: `segment ${itemsOf(clause, 'values').map(String).join(', ').slice(0, 60)}`,
    }
  }
  const negated = fieldOf(clause, 'negate') === true
  const test: Condition = {
    is: 'test',
    attribute: attributeOf(stringOf(clause, 'contextKind'), stringOf(clause, 'attribute') ?? ''),
    operator: Object.hasOwn(operators, operator) ? operators[operator]! : 'other',
    values: scalarsOf(itemsOf(clause, 'values')),
    whenMissing: negated,
    ...(Object.hasOwn(operators, operator) ? {} : { text: operator.slice(0, 40) }),
  }
  return negated ? { is: 'not', of: test } : test
}
