import { defined } from '../../defined.ts'
import { fieldOf, itemsOf, pairsOf, parseJson, stringOf } from '../../readers/json-text.ts'
import type { Condition } from '../condition.ts'
import type { Flag, FlagEnvironment, FlagRule, FlagVariant, Outcome } from '../flag.ts'
import type { FlagDocument, FlagsRead } from './flags-read.ts'
import { isScalar, kindOf, purposeOf, timeOf } from './flags-read.ts'
import { mongoCondition } from './mongo-condition.ts'

/**
 * Features as the REST API gives them (`features` as a list, or one `feature`; rules by environment, or with their
 * environments beside them), or what an SDK is given (`features` by key, of one environment).
 */
export function readGrowthBook(document: FlagDocument): FlagsRead {
  const { value, file, lineOf } = document
  const found: FlagsRead = { flags: [], unread: [] }
  const listed = fieldOf(value, 'features') ?? fieldOf(value, 'feature') ?? value
  const entries: [string, unknown][] = Array.isArray(listed)
    ? listed.map((it: unknown) => [stringOf(it, 'id') ?? '', it])
    : fieldOf(listed, 'valueType') !== undefined
      ? [[stringOf(listed, 'id') ?? '', listed]]
      : pairsOf(listed)
  for (const [key, feature] of entries) {
    const location = { file, line: lineOf(key) }
    if (key === '' || feature === null || typeof feature !== 'object') {
      found.unread.push({ location, reason: 'A feature here is no object, or has no id.' })
      continue
    }
    found.flags.push(new Feature(key, feature, location, document.environment).flag())
  }
  return found
}

class Feature {
  readonly #key: string
  readonly #feature: object
  readonly #location: Flag['location']
  readonly #environment: string
  readonly #variants = new Map<string, FlagVariant>()

  constructor(key: string, feature: object, location: Flag['location'], environment: string) {
    this.#key = key
    this.#feature = feature
    this.#location = location
    this.#environment = environment
  }

  flag(): Flag {
    const feature = this.#feature
    const environments = pairsOf(feature, 'environments')
    const read =
      environments.length > 0
        ? environments.map(([name, it]) => this.#environmentOf(name, it))
        : [this.#environmentOf(this.#environment, feature)]
    const variants = [...this.#variants.values()]
    return {
      key: this.#key,
      platform: 'growthbook',
      kind: kindOf(variants.map((it) => it.value)),
      variants,
      environments: read,
      archived: fieldOf(feature, 'archived') === true,
      markedStale: fieldOf(feature, 'isStale') === true,
      location: this.#location,
      ...defined({
        purpose:
          fieldOf(feature, 'neverStale') === true
            ? ('permanent' as const)
            : purposeOf(undefined, this.#key, ...itemsOf(feature, 'tags')),
        createdAt: timeOf(feature, 'dateCreated'),
      }),
    }
  }

  #environmentOf(name: string, environment: unknown): FlagEnvironment {
    const feature = this.#feature
    const own = itemsOf(environment, 'rules')
    const shared =
      environment === feature
        ? []
        : itemsOf(feature, 'rules').filter(
            (rule) =>
              fieldOf(rule, 'allEnvironments') === true ||
              itemsOf(rule, 'environments').includes(name),
          )
    const rules = [...own, ...shared]
      .filter((rule) => fieldOf(rule, 'enabled') !== false)
      .map((rule, index) => this.#ruleOf(rule, index))
    const given = fieldOf(environment, 'defaultValue')
    return {
      name,
      on: environment === feature || fieldOf(environment, 'enabled') === true,
      rules,
      fallthrough: this.#served(given === undefined ? fieldOf(feature, 'defaultValue') : given),
      off: { is: 'code-default' },
      prerequisites: itemsOf(feature, 'prerequisites').map((it) => ({
        flag: typeof it === 'string' ? it : (stringOf(it, 'id') ?? ''),
        variants: [],
      })),
      location: this.#location,
      ...defined({ changedAt: timeOf(feature, 'dateUpdated') }),
    }
  }

  #ruleOf(rule: unknown, index: number): FlagRule {
    const said = stringOf(rule, 'description')
    const coverage = Number(fieldOf(rule, 'coverage') ?? 1)
    const split = this.#split(rule)
    const isShared = split !== undefined || coverage < 1
    return {
      name: `rule ${index + 1}${said ? ` (${said.slice(0, 60)})` : ''}`,
      when: conditionOf(rule),
      share: Number.isFinite(coverage) ? Math.min(1, Math.max(0, coverage)) * 100 : 100,
      serve: split ?? this.#served(fieldOf(rule, 'force') ?? fieldOf(rule, 'value')),
      ...(isShared ? { by: stringOf(rule, 'hashAttribute') || 'id' } : {}),
    }
  }

  /** undefined = the rule serves one value. */
  #split(rule: unknown): Outcome | undefined {
    const type = stringOf(rule, 'type') ?? ''
    if (/^(experiment-ref|safe-rollout|contextual-bandit)$/.test(type)) {
      for (const it of itemsOf(rule, 'variations')) this.#nameOf(fieldOf(it, 'value'))
      return { is: 'unknown', why: `the weights of an ${type} are not in the export` }
    }
    const values = itemsOf(rule, 'values').concat(itemsOf(rule, 'value'))
    const variations = itemsOf(rule, 'variations')
    if (values.length === 0 && variations.length === 0) return undefined
    const weights = itemsOf(rule, 'weights')
    const shares =
      values.length > 0
        ? values.map((it) => ({
            variant: this.#nameOf(fieldOf(it, 'value')),
            weight: Math.max(0, Number(fieldOf(it, 'weight') ?? 1) || 0),
          }))
        : variations.map((it, index) => ({
            variant: this.#nameOf(it),
            weight: Math.max(0, Number(weights[index] ?? 1) || 0),
          }))
    return { is: 'split', shares }
  }

  #served(value: unknown): Outcome {
    return value === undefined || value === null
      ? { is: 'code-default' }
      : { is: 'variant', variant: this.#nameOf(value) }
  }

  /** Values are their own names; one that is not of the feature's type becomes no variant. */
  #nameOf(given: unknown): string {
    const type = stringOf(this.#feature, 'valueType')
    const value = typeof given === 'string' && type !== undefined ? parsed(given, type) : given
    const text = isScalar(value) ? String(value) : (JSON.stringify(value) ?? String(given))
    const name =
      value === undefined ? String(given) : text.length > 60 ? `${text.slice(0, 59)}…` : text
    if (value !== undefined) this.#variants.set(name, { name, value })
    return name
  }
}

function parsed(text: string, type: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (type === 'number')
    return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
  return type === 'json' ? parseJson(text)?.value : text
}

function conditionOf(rule: unknown): Condition {
  const parts: Condition[] = []
  const given = fieldOf(rule, 'condition')
  if (typeof given === 'string' && given.trim() !== '') {
    const json = parseJson(given)
    parts.push(
      json === undefined
        ? { is: 'never', why: 'its condition is no valid JSON' }
        : mongoCondition(json.value),
    )
  } else if (given !== null && typeof given === 'object') parts.push(mongoCondition(given))
  for (const list of [
    'savedGroupTargeting',
    'prerequisites',
    'parentConditions',
    'scheduleRules',
  ]) {
    if (itemsOf(rule, list).length > 0) parts.push({ is: 'opaque', text: list })
  }
  if (fieldOf(rule, 'namespace', 'enabled') === true)
    parts.push({ is: 'opaque', text: 'namespace' })
  const real = parts.filter((part) => part.is !== 'always')
  return real.length === 0
    ? { is: 'always' }
    : real.length === 1
      ? real[0]!
      : { is: 'all', of: real }
}
