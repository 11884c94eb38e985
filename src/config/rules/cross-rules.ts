import type { Binding } from '../binding.ts'
import type { ConfigContract, CrossRule } from '../contract/config-contract.ts'
import { hostOf } from '../packs/hosts.ts'
import { modeOf } from '../packs/payment-modes.ts'
import type { CheckInput } from './check-input.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { hasShape, quantityOf } from './check-shapes.ts'
import { type ComponentView, componentViews, isPresent } from './check-views.ts'

type Verdict =
  | { wrong: string; key: string }
  /** A rule that needs a value that is not there to be read is never passed. */
  | { unknown: string; why: string }
  | undefined

/** Rules between keys of one environment and component, and `onlyIf`. */
export function checkCrossRules(input: CheckInput, outcome: CheckOutcome): void {
  const { contract } = input
  if (contract === undefined) return
  const rules = contract.rules ?? []
  for (const environment of input.environments) {
    for (const view of componentViews(environment)) {
      const context = { input, outcome, view, contract }
      for (const [index, rule] of rules.entries()) {
        const name = rule.id ?? `rule-${index + 1}`
        if (keysOf(rule).some((key) => view.bindings.has(key))) {
          tell(context, verdictOf(rule, view, contract), rule, name, index)
        }
      }
      for (const [key, { onlyIf }] of Object.entries(contract.keys ?? {})) {
        if (onlyIf !== undefined && isPresent(view.bindings.get(key)))
          checkEffect(context, key, onlyIf)
      }
    }
    // exactly one: none anywhere is also wrong
    for (const [index, rule] of rules.entries()) {
      const none = rule.oneOf?.every((key) => !environment.bindings.some((it) => it.key === key))
      if (none !== true || environment.bindings.length === 0) continue
      const view = {
        environment: environment.name,
        component: '',
        bindings: new Map<string, Binding>(),
      }
      const wrong = `none of ${rule.oneOf!.join(', ')} is set`
      const verdict = { wrong, key: rule.oneOf![0]! }
      tell({ input, outcome, view, contract }, verdict, rule, rule.id ?? `rule-${index + 1}`, index)
    }
  }
}

interface Context {
  input: CheckInput
  outcome: CheckOutcome
  view: ComponentView
  contract: ConfigContract
}

function tell(
  { input, outcome, view, contract }: Context,
  verdict: Verdict,
  rule: CrossRule,
  name: string,
  index: number,
): void {
  if (verdict === undefined) return
  const place = input.placeOf?.(['rules', index])
  const { environment, component } = view
  if ('unknown' in verdict) {
    const location = view.bindings.get(verdict.unknown)?.location ?? place
    outcome.skip([name, environment, component, verdict.unknown], {
      kind: 'unknown-value',
      ...(location === undefined ? {} : { location }),
      reason: `Rule "${name}" was not decided in ${environment}: ${verdict.why}.`,
    })
    return
  }
  const { wrong, key } = verdict
  const location = view.bindings.get(key)?.location
  const effect = contract.keys?.[key]?.effect
  outcome.find({
    rule: `cross/${kindOf(rule)}`,
    severity: rule.severity ?? 'error',
    evidence: 'proved',
    key,
    // two rules of one kind about one key are two findings
    component: component === '' ? name : `${component}/${name}`,
    environments: [environment],
    locations: [location, place].filter((it) => it !== undefined),
    ...(effect === undefined ? {} : { effect }),
    message: `In ${environment}, ${wrong}.`,
    hint: rule.reason ?? `Rule "${name}" of the contract says so: correct the values, or the rule.`,
  })
}

const kindOf = (rule: CrossRule): string =>
  (['requires', 'excludes', 'oneOf', 'order', 'sameMode', 'sameHost'] as const).find(
    (kind) => rule[kind] !== undefined,
  ) ?? 'rule'

const keysOf = ({ requires, excludes, oneOf, order, sameMode, sameHost }: CrossRule): string[] => [
  ...(requires === undefined ? [] : [requires.if, ...requires.keys]),
  ...[excludes, oneOf, order, sameMode, sameHost].flatMap((keys) => keys ?? []),
]

function verdictOf(rule: CrossRule, view: ComponentView, contract: ConfigContract): Verdict {
  const get = (key: string): Binding | undefined => view.bindings.get(key)
  const unknown = (keys: readonly string[]): string | undefined =>
    keys.find((key) => get(key)?.state === 'unknown')
  const undecided = (key: string): Verdict => ({ unknown: key, why: `${key} is not known` })
  if (rule.requires !== undefined) {
    const { if: first, matches, keys } = rule.requires
    const holds = conditionHolds(get(first), contract.keys?.[first]?.default, matches)
    if (holds === undefined) return undecided(first)
    if (!holds) return undefined
    const absent = keys
      .filter((key) => !isPresent(get(key)) && get(key)?.state !== 'unknown')
      .filter((key) => contract.keys?.[key]?.default === undefined)
    if (absent.length > 0) {
      const when = matches === undefined ? 'is set' : 'has the value that asks for it'
      return { wrong: `${first} ${when}, but not ${absent.join(', ')}`, key: absent[0]! }
    }
    const open = unknown(keys)
    return open === undefined ? undefined : undecided(open)
  }
  for (const [keys, exactly] of [
    [rule.excludes, false],
    [rule.oneOf, true],
  ] as const) {
    if (keys === undefined) continue
    const set = keys.filter((key) => isPresent(get(key)))
    if (set.length > 1)
      return { wrong: `${set.join(' and ')} are set, and at most one of them may be`, key: set[1]! }
    const open = unknown(keys)
    if (open !== undefined) return undecided(open)
    if (exactly && set.length === 0)
      return { wrong: `none of ${keys.join(', ')} is set`, key: keys[0]! }
    return undefined
  }
  if (rule.order !== undefined) return orderOf(rule.order, view, contract)
  if (rule.sameMode !== undefined) {
    const modes = rule.sameMode.flatMap((key) => {
      const binding = get(key)
      return binding === undefined || !isPresent(binding)
        ? []
        : [{ key, mode: modeOf(binding)?.mode }]
    })
    const first = modes.find(({ mode }) => mode !== undefined)
    const other = modes.find(({ mode }) => mode !== undefined && mode !== first?.mode)
    if (first !== undefined && other !== undefined) {
      return {
        wrong: `${first.key} is of ${first.mode} shape and ${other.key} of ${other.mode} shape`,
        key: other.key,
      }
    }
    const open = unknown(rule.sameMode) ?? modes.find(({ mode }) => mode === undefined)?.key
    if (open === undefined || modes.length < 2) return undefined
    return {
      unknown: open,
      why: `nobody can tell from ${open} whether it is of test or live shape`,
    }
  }
  if (rule.sameHost !== undefined) {
    const hosts = rule.sameHost.flatMap((key) => {
      const text = valueOf(get(key), contract.keys?.[key]?.default)
      return text === undefined ? [] : [{ key, host: hostOf(text) ?? text.trim().toLowerCase() }]
    })
    const other = hosts.find(({ host }) => host !== hosts[0]!.host)
    if (other !== undefined)
      return { wrong: `${hosts[0]!.key} and ${other.key} name different hosts`, key: other.key }
    const open = rule.sameHost.find((key) =>
      ['unknown', 'reference'].includes(get(key)?.state ?? ''),
    )
    return open === undefined ? undefined : undecided(open)
  }
  return undefined
}

function orderOf(keys: readonly string[], view: ComponentView, contract: ConfigContract): Verdict {
  let before: { key: string; quantity: number } | undefined
  let open: string | undefined
  for (const key of keys) {
    const binding = view.bindings.get(key)
    if (binding?.state === 'unknown' || binding?.state === 'reference') open ??= key
    const text = valueOf(binding, contract.keys?.[key]?.default)
    if (text === undefined) continue
    const quantity = quantityOf(text, contract.keys?.[key]?.unit) ?? quantityOf(text, 's')
    if (quantity === undefined)
      return { wrong: `${key} is no number, so it cannot be compared`, key }
    if (before !== undefined && quantity < before.quantity) {
      return { wrong: `${key} is smaller than ${before.key}`, key }
    }
    before = { key, quantity }
  }
  return open === undefined ? undefined : { unknown: open, why: `${open} is not known` }
}

/** Undefined where nobody can tell. */
function conditionHolds(
  binding: Binding | undefined,
  byDefault: string | undefined,
  matches: string | undefined,
): boolean | undefined {
  if (binding?.state === 'unknown') return undefined
  if (binding?.state === 'reference') return matches === undefined ? true : undefined
  const text = valueOf(binding, byDefault)
  if (text === undefined) return false
  return matches === undefined ? text !== '' : hasShape(text, matches)
}

const valueOf = (binding: Binding | undefined, byDefault: string | undefined): string | undefined =>
  binding?.state === 'set' ? binding.value?.reveal() : binding === undefined ? byDefault : undefined

function checkEffect(
  { input, outcome, view, contract }: Context,
  key: string,
  { key: other, matches }: { key: string; matches: string },
): void {
  const { environment, component } = view
  const { location } = view.bindings.get(key)!
  const holds = conditionHolds(view.bindings.get(other), contract.keys?.[other]?.default, matches)
  if (holds === undefined) {
    outcome.skip(['only-if', environment, component, key], {
      kind: 'unknown-value',
      location,
      reason: `Whether ${key} has an effect in ${environment} depends on ${other}, which is not known.`,
    })
  } else if (!holds) {
    const effect = contract.keys?.[key]?.effect
    outcome.find({
      rule: 'set-without-effect',
      severity: 'warning',
      evidence: 'proved',
      key,
      component,
      environments: [environment],
      locations: [
        location,
        ...(input.placeOf === undefined ? [] : [input.placeOf(['keys', key, 'onlyIf'])]),
      ],
      ...(effect === undefined ? {} : { effect }),
      message: `${key} is set in ${environment}, but has no effect while ${other} is what it is.`,
      hint: `Set ${other} so that it has an effect, or remove ${key}.`,
    })
  }
}
