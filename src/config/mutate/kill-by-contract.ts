import type { Binding } from '../binding.ts'
import type { ConfigFinding } from '../config-finding.ts'
import type { ConfigContract, KeyContract } from '../contract/config-contract.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import { checkConfiguration } from '../rules/check-configuration.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { Mutant } from './mutant.ts'
import { targetBindings } from './target-bindings.ts'

/**
 * The first of the killers: `config check` on the environment with the mutant in it. Gives a function that names the rule
 * of a new finding (error or warning) as a sentence; undefined = the contract and the packs see nothing new. What the
 * environment is found guilty of already kills nothing. Pure.
 *
 * @param input with all environments, the target among them
 * @param environment name of the target
 */
export function contractKiller(
  input: CheckInput,
  environment: string,
): (mutant: Mutant) => string | undefined {
  const target = input.environments.find(({ name }) => name === environment)
  if (target === undefined) return () => undefined
  const bound = targetBindings(target)
  const narrow = narrower(input, environment)
  const found = new Map<string, ReadonlySet<string>>()
  return (mutant) => {
    const about = narrow(mutant)
    const name = `${mutant.state}\0${mutant.key}\0${mutant.also?.key ?? ''}`
    const known = found.get(name) ?? new Set(guiltOf(about).map(({ id }) => id))
    found.set(name, known)
    const mutated = withMutated(about, environment, mutant, bound.get(mutant.key))
    const finding = guiltOf(mutated).find(({ id }) => !known.has(id))
    return finding === undefined ? undefined : sentenceOf(finding, mutant)
  }
}

const guiltOf = (input: CheckInput): ConfigFinding[] =>
  checkConfiguration(input).findings.filter(({ severity }) => severity !== 'note')

/** The rule, and of whom it speaks where that is another key: messages may name parts of a value. */
function sentenceOf({ rule, key }: ConfigFinding, mutant: Mutant): string {
  const about = key === undefined || key === mutant.key ? '' : ` about ${key}`
  return `config check finds ${rule}${about}.`
}

/**
 * The part of the input that a mutant can make a difference in, since thousands are checked. It changes one binding of the
 * target and no text of a file; the other environments are asked what they have for the key, and which addresses.
 */
function narrower(input: CheckInput, environment: string): (mutant: Mutant) => CheckInput {
  const { environments, contract, reads, declarations } = input
  const readsOf = Map.groupBy(reads ?? [], ({ key }) => key)
  const declarationsOf = Map.groupBy(declarations ?? [], ({ key }) => key)
  const known = environments.map(({ bindings, allBindings }) => ({
    byKey: Map.groupBy(bindings, ({ key }) => key),
    allByKey: Map.groupBy(allBindings, ({ key }) => key),
    addresses: bindings.filter(({ value }) => value?.reveal().includes('://') === true),
  }))
  return ({ key, also, state }) => {
    // an absent key may be taken for one that is set and not read: only then all names matter
    const wide = state === 'unset'
    const of = <T>(byKey: ReadonlyMap<string, readonly T[]>): T[] =>
      [key, ...(also === undefined ? [] : [also.key])].flatMap((name) => byKey.get(name) ?? [])
    return {
      ...input,
      ...contractFor(contract, key),
      ...(reads === undefined ? {} : { reads: wide ? reads : of(readsOf) }),
      ...(declarations === undefined
        ? {}
        : { declarations: wide ? declarations : of(declarationsOf) }),
      environments: environments.map((it, at) => {
        const { byKey, allByKey, addresses } = known[at]!
        const isTarget = it.name === environment
        return {
          ...it,
          files: [],
          unread: [],
          bindings: isTarget ? it.bindings : [...new Set([...of(byKey), ...addresses])],
          allBindings: isTarget ? of(allByKey) : [],
        }
      }),
    }
  }
}

/** Rules of single values are held against the mutant's key alone; of other keys stays what rules between keys ask for. */
function contractFor(
  contract: ConfigContract | undefined,
  key: string,
): { contract?: ConfigContract } {
  if (contract?.keys === undefined) return contract === undefined ? {} : { contract }
  const keys = Object.fromEntries(
    Object.entries(contract.keys).map(([name, told]) => [name, name === key ? told : slim(told)]),
  )
  return { contract: { ...contract, keys } }
}

const slimmed = new WeakMap<KeyContract, KeyContract>()

/** What the rules between keys and environments, and the packs, ask of a key. */
const kept = [
  'default',
  'unit',
  'sensitive',
  'effect',
  'component',
  'mustMatch',
  'mayDiffer',
  'onlyIf',
  'increasesAlong',
] as const satisfies readonly (keyof KeyContract)[]

function slim(told: KeyContract): KeyContract {
  const known = slimmed.get(told)
  if (known !== undefined) return known
  const { perEnvironment } = told
  const slim: KeyContract = {
    ...Object.fromEntries(kept.flatMap((name) => (name in told ? [[name, told[name]]] : []))),
    // that there are some is asked
    ...(perEnvironment === undefined
      ? {}
      : { perEnvironment: Object.fromEntries(Object.keys(perEnvironment).map((it) => [it, {}])) }),
  }
  slimmed.set(told, slim)
  return slim
}

function withMutated(
  input: CheckInput,
  environment: string,
  mutant: Mutant,
  binding: Binding | undefined,
): CheckInput {
  return {
    ...input,
    environments: input.environments.map((it) =>
      it.name === environment ? mutatedEnvironment(it, mutant, binding) : it,
    ),
  }
}

function mutatedEnvironment(
  environment: LoadedEnvironment,
  { key, state, value, also, operator }: Mutant,
  binding: Binding | undefined,
): LoadedEnvironment {
  const { detail: _detail, value: _value, ...base } = binding ?? newBinding(environment, key)
  const given =
    state === 'unset' ? [] : [{ ...base, state, ...(value === undefined ? {} : { value }) }]
  const beside =
    also === undefined ? [] : [{ ...base, key: also.key, state: 'set' as const, value: also.value }]
  const added: Binding[] = [...given, ...beside]
  const rest = (all: readonly Binding[]): Binding[] => all.filter((it) => it !== binding)
  const second = operator === 'duplicate-key' && binding !== undefined ? [binding] : []
  const line = { ...base.location, line: base.location.line + 1 }
  return {
    ...environment,
    bindings: [...rest(environment.bindings), ...added],
    allBindings: [
      ...rest(environment.allBindings),
      ...second,
      ...(second.length > 0 ? added.map((it) => ({ ...it, location: line })) : added),
    ],
  }
}

const newBinding = ({ name, files, bindings }: LoadedEnvironment, key: string): Binding => ({
  environment: name,
  key,
  state: 'set',
  source: bindings[0]?.source ?? 'dotenv',
  location: { file: files[0]?.path ?? bindings[0]?.location.file ?? '', line: 1 },
  component: '',
  phase: 'run',
  precedence: 0,
})
