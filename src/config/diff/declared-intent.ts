import type { Binding } from '../binding.ts'
import type { KeyContract, ValueRule } from '../contract/config-contract.ts'
import { quantityOf } from '../rules/check-shapes.ts'
import { needsValue, valueProblems } from '../rules/check-value.ts'
import type { IntentRule } from './environment-diff.ts'
import type { EnvironmentWords } from './environment-words.ts'

export interface DeclaredIntent {
  rule: IntentRule
  /** `follows`: the difference is meant; `breaks`: it is forbidden; `expired`: it was meant until a day that has passed. */
  how: 'follows' | 'breaks' | 'expired'
  /** One sentence, without values. */
  because: string
}

export type NamedEnvironment = Pick<EnvironmentWords, 'name' | 'kind'>

export interface IntentInput {
  key: string
  contract: KeyContract
  /** In the order of `bindings`. */
  environments: readonly [NamedEnvironment, NamedEnvironment]
  /** Undefined = not set. */
  bindings: readonly [Binding | undefined, Binding | undefined]
  /** `2027-01-31`. */
  today: string
}

/** What the contract says of a key whose values differ; undefined = nothing. A broken rule comes before one that allows. */
export function declaredIntent(input: IntentInput): DeclaredIntent | undefined {
  const { environments, bindings } = input
  const found = [
    ...presenceRules(input),
    sameRule(input),
    ...alongRules(input),
    ...perEnvironmentRules(input),
    acceptance(input),
  ].filter((it) => it !== undefined)
  const bothThere = bindings.every((it) => it !== undefined)
  if (bothThere && asksBoth(input.contract.mustDiffer, environments)) {
    found.push(of(input, 'mustDiffer', 'follows', 'The contract wants different values.'))
  }
  return (
    found.find(({ how }) => how === 'breaks') ??
    found.find(({ how }) => how === 'follows') ??
    found.find(({ how }) => how === 'expired')
  )
}

/** Whether a rule between environments (`mustMatch`, `mustDiffer`) holds for these two. */
export function asksBoth(
  rule: KeyContract['mustMatch'],
  environments: readonly [NamedEnvironment, NamedEnvironment],
): boolean {
  if (rule === true || rule === undefined) return rule === true
  return environments.every((it) => placeIn(rule, it, environments) >= 0)
}

/**
 * Where a list of a rule names an environment, -1 = nowhere: by its name, or by what it is for where neither has that name
 * (a rule for `production` holds for `prod-eu`).
 */
function placeIn(
  list: readonly string[],
  { name, kind }: NamedEnvironment,
  environments: readonly [NamedEnvironment, NamedEnvironment],
): number {
  const own = list.indexOf(name)
  if (own >= 0 || kind === 'other' || environments.some((it) => it.name === kind)) return own
  return list.indexOf(kind)
}

function of(
  { key, contract }: IntentInput,
  rule: string,
  how: DeclaredIntent['how'],
  because: string,
): DeclaredIntent {
  const owner = contract.owner === undefined ? {} : { owner: contract.owner }
  return { rule: { id: `keys.${key}.${rule}`, ...owner }, how, because }
}

function* presenceRules(input: IntentInput): Generator<DeclaredIntent> {
  const { contract, environments, bindings } = input
  const { onlyIn, absentIn, required } = contract
  for (const [index, environment] of environments.entries()) {
    const there = bindings[index] !== undefined
    const isIn = (list: readonly string[]): boolean =>
      list.includes('*') || placeIn(list, environment, environments) >= 0
    const only = onlyIn !== undefined && !isIn(onlyIn)
    const barred = only ? 'onlyIn' : absentIn && isIn(absentIn) ? 'absentIn' : undefined
    const { name } = environment
    if (barred !== undefined) {
      yield there
        ? of(input, barred, 'breaks', `The contract does not allow it in ${name}.`)
        : of(input, barred, 'follows', `The contract wants it absent in ${name}.`)
    }
    const needed = required === true || (Array.isArray(required) && isIn(required))
    if (needed && !there && barred === undefined && contract.default === undefined) {
      yield of(input, 'required', 'breaks', `The contract requires it in ${name}.`)
    }
  }
}

function sameRule(input: IntentInput): DeclaredIntent | undefined {
  if (!asksBoth(input.contract.mustMatch, input.environments)) return undefined
  return of(input, 'mustMatch', 'breaks', 'The contract wants the same value in both.')
}

function* alongRules(input: IntentInput): Generator<DeclaredIntent> {
  const { contract, environments, bindings } = input
  const along = contract.increasesAlong
  const places = environments.map((it) => placeIn(along ?? [], it, environments))
  const values = bindings.map((it) => quantity(it, contract.unit))
  const [one = -1, other = -1] = places
  const [first, second] = values
  if (one < 0 || other < 0 || first === undefined || second === undefined) return
  const rises = one < other ? first <= second : second <= first
  yield of(
    input,
    'increasesAlong',
    rises ? 'follows' : 'breaks',
    rises ? 'It rises as the contract wants.' : 'It falls where the contract wants it to rise.',
  )
}

const quantity = (binding: Binding | undefined, unit: string | undefined): number | undefined =>
  binding?.value === undefined ? undefined : quantityOf(binding.value.reveal(), unit)

function* perEnvironmentRules(input: IntentInput): Generator<DeclaredIntent> {
  const { contract, environments, bindings } = input
  const rules = contract.perEnvironment
  if (rules === undefined) return
  const names = Object.keys(rules)
  const own = environments.map((it) => rules[names[placeIn(names, it, environments)] ?? '*'])
  if (own[0] === own[1]) return
  let allows = bindings.every((it) => it !== undefined)
  for (const [index, rule] of own.entries()) {
    const binding = bindings[index]
    if (rule === undefined || binding === undefined) continue
    const state = holds(binding, rule)
    if (state === 'wrong') {
      const because = `Its value in ${environments[index]!.name} is not what the contract wants there.`
      yield of(input, `perEnvironment.${environments[index]!.name}`, 'breaks', because)
    }
    if (state !== 'right') allows = false
  }
  if (allows) {
    yield of(input, 'perEnvironment', 'follows', 'The contract wants other values in each.')
  }
}

function holds(binding: Binding, rule: ValueRule): 'right' | 'wrong' | 'undecided' {
  if (binding.value === undefined) return needsValue(rule) ? 'undecided' : 'right'
  const { wrong, undecided } = valueProblems(binding.value.reveal(), rule)
  return wrong.length > 0 ? 'wrong' : undecided.length > 0 ? 'undecided' : 'right'
}

function acceptance(input: IntentInput): DeclaredIntent | undefined {
  const grounds = input.contract.mayDiffer
  if (grounds === undefined) return undefined
  const { reason, owner = input.contract.owner, expires } = grounds
  const rule: IntentRule = {
    id: `keys.${input.key}.mayDiffer`,
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
  }
  if (expires !== undefined && expires < input.today) {
    return { rule, how: 'expired', because: `The difference was accepted until ${expires}.` }
  }
  return { rule, how: 'follows', because: `The difference is accepted: ${reason}` }
}
