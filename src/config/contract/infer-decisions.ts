import type { Binding } from '../binding.ts'
import type { EffectClass } from '../config-finding.ts'
import type { KeyRead } from '../key-read.ts'
import { isSelector } from '../packs/payment-modes.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import { checkConfiguration } from '../rules/check-configuration.ts'
import { isSensitiveName } from '../rules/sensitive-name.ts'
import type { KeyContract } from './config-contract.ts'

/** Where a value that nobody decided is worse than a key that has to be written down. */
const atStake: ReadonlySet<EffectClass> = new Set(['money', 'auth', 'data-loss'])

export interface DecisionInput {
  environments: readonly LoadedEnvironment[]
  /** By key. */
  reads: ReadonlyMap<string, readonly KeyRead[]>
}

/**
 * What environments have decided, where money, access or data are at stake, and what a value that is well-formed could
 * still undo. Adds to the contracts of the keys, which have their types and effects already:
 *
 * - `required`, where the code has a default and an environment sets something else: without the line the default holds,
 *   and nothing fails;
 * - `perEnvironment`, where the key chooses between ways to go (an enum, a selector of a payment processor): production and
 *   staging keep the choice that they have. What the packs find wrong today is not written down as right.
 *
 * @returns keys that got a choice
 */
export function inferDecisions(
  keys: Record<string, KeyContract>,
  { environments, reads }: DecisionInput,
): string[] {
  const weighty = Object.entries(keys).filter(
    ([, { effect }]) => effect !== undefined && atStake.has(effect),
  )
  for (const [key, contract] of weighty) {
    if (contract.required !== undefined) continue
    const deciding = decidingOver(reads.get(key) ?? [], key, environments)
    if (deciding.length > 0)
      contract.required = deciding.length === environments.length ? true : deciding
  }
  const choices = weighty.flatMap(([key, contract]) => {
    const chosen = choicesOf(key, contract, environments)
    return chosen.length === 0 ? [] : [{ key, contract, chosen }]
  })
  if (choices.length === 0) return []
  const blamed = new Set(
    checkConfiguration({ environments, today: '0000-01-01' })
      .findings.filter(({ severity }) => severity !== 'note')
      .flatMap(({ key, environments: names }) => names.map((name) => `${name}\0${key}`)),
  )
  return choices.flatMap(({ key, contract, chosen }) => {
    const kept = chosen.filter(({ name }) => !blamed.has(`${name}\0${key}`))
    if (kept.length === 0) return []
    contract.perEnvironment = Object.fromEntries(
      kept.map(({ name, value }) => [name, { values: [value] }]),
    )
    return [key]
  })
}

/** Environments that set a key to something else than what all its readers would take without it. */
function decidingOver(
  reads: readonly KeyRead[],
  key: string,
  environments: readonly LoadedEnvironment[],
): string[] {
  if (reads.length === 0 || reads.some((read) => read.default === undefined)) return []
  const defaults = new Set(reads.map((read) => read.default?.literal))
  const [literal] = defaults
  return environments
    .filter(({ bindings }) =>
      bindings.some(
        (binding) =>
          binding.key === key &&
          (binding.state === 'reference' ||
            (binding.state === 'set' &&
              (defaults.size > 1 || binding.value?.reveal().trim() !== literal))),
      ),
    )
    .map(({ name }) => name)
}

const plainWord = /^[\w.-]{1,64}$/

function choicesOf(
  key: string,
  { type, sensitive }: KeyContract,
  environments: readonly LoadedEnvironment[],
): { name: string; value: string }[] {
  if (sensitive === true || isSensitiveName(key)) return []
  return environments.flatMap(({ name, kind, bindings }) => {
    if (kind !== 'production' && kind !== 'staging') return []
    const own = bindings.filter((it) => it.key === key)
    const values = new Set(own.map(textOf))
    const [value] = values
    if (values.size !== 1 || value === undefined || !plainWord.test(value)) return []
    return type === 'enum' || isSelector(key, value) ? [{ name, value }] : []
  })
}

const textOf = ({ state, value }: Binding): string | undefined =>
  state === 'set' ? value?.reveal() : undefined
