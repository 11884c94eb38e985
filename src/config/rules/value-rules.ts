import type { Binding } from '../binding.ts'
import type { KeyContract, ValueRule } from '../contract/config-contract.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from './check-input.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { needsValue, valueProblems } from './check-value.ts'
import { bindingsOf } from './check-views.ts'

/** Rules of single values: type, enum, range, shape, scheme, host, length, and those for some environments only. */
export function checkValueRules(input: CheckInput, outcome: CheckOutcome): void {
  for (const [key, contract] of Object.entries(input.contract?.keys ?? {})) {
    for (const environment of input.environments) {
      const rules: [ValueRule, string][] = [[contract, 'value']]
      const special = ruleFor(contract, environment.name, input)
      if (special !== undefined) rules.push([special, 'value-per-environment'])
      for (const [rule, name] of rules) {
        if (!needsValue(rule)) continue
        for (const binding of bindingsOf(environment, key, contract.component)) {
          checkOne(input, outcome, { key, contract, rule, name, environment, binding })
        }
      }
    }
    const { default: byDefault } = contract
    if (byDefault === undefined || input.placeOf === undefined || !needsValue(contract)) continue
    const { wrong } = valueProblems(byDefault, contract)
    if (wrong.length === 0 || byDefault === '') continue
    outcome.find({
      rule: 'contract/default',
      severity: 'error',
      evidence: 'proved',
      key,
      environments: [],
      locations: [input.placeOf(['keys', key, 'default'])],
      message: `The default of ${key} in the contract ${wrong.join(', and ')}.`,
      hint: 'Correct the default or the rule.',
    })
  }
}

/** The rule of an environment: that of its name, of its kind (`production`), else `*`. */
function ruleFor(
  { perEnvironment = {} }: KeyContract,
  name: string,
  { environments }: CheckInput,
): ValueRule | undefined {
  const own = Object.hasOwn(perEnvironment, name) ? perEnvironment[name] : undefined
  if (own !== undefined) return own
  const kind = environments.find((it) => it.name === name)?.kind
  const named = environments.some((it) => it.name === kind)
  if (kind !== undefined && !named && Object.hasOwn(perEnvironment, kind))
    return perEnvironment[kind]
  return perEnvironment['*']
}

interface Subject {
  key: string
  contract: KeyContract
  rule: ValueRule
  name: string
  environment: LoadedEnvironment
  binding: Binding
}

function checkOne(input: CheckInput, outcome: CheckOutcome, subject: Subject): void {
  const { key, contract, rule, name, environment, binding } = subject
  const { component, location, state } = binding
  const subjects = [name, environment.name, component, key]
  if (state === 'unknown' || state === 'reference') {
    const reason =
      state === 'unknown'
        ? `${key} in ${environment.name} is not known: ${binding.detail ?? 'it depends on something that was not there.'}`
        : `${key} in ${environment.name} lies elsewhere, so the contract's rule cannot be applied to its value.`
    outcome.skip(subjects, { kind: `${state}-value`, location, reason })
    return
  }
  // nothing is as good as absent: whether that may be is said by `required`
  if (state !== 'set') return
  const { wrong, undecided } = valueProblems(binding.value!.reveal(), rule)
  for (const reason of undecided) {
    outcome.skip(subjects, {
      kind: 'pattern',
      location: input.placeOf?.(['keys', key]) ?? location,
      reason: `The rule of ${key} was not applied: ${reason}.`,
    })
  }
  if (wrong.length === 0) return
  outcome.find({
    rule: name,
    severity: 'error',
    evidence: 'proved',
    key,
    component,
    environments: [environment.name],
    locations: [location, ...(input.placeOf === undefined ? [] : [input.placeOf(['keys', key])])],
    ...(contract.effect === undefined ? {} : { effect: contract.effect }),
    message: `${key} in ${environment.name} ${wrong.join(', and ')}.`,
    hint: 'Correct the value, or the rule in the contract.',
  })
}
