import type { ContractPath } from '../contract/parse-contract.ts'
import { parseContract } from '../contract/parse-contract.ts'
import { effectiveBindings } from '../readers/effective-bindings.ts'
import { readEnvironment } from '../readers/read-environment.ts'
import { environmentKind } from '../repository/environment-kind.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import { checkConfiguration } from './check-configuration.ts'
import type { CheckInput } from './check-input.ts'
import type { CheckOutcome } from './check-outcome.ts'

type Texts = Record<string, string | Record<string, string>>

/** Environments from texts: a dotenv text, or files by path. */
export function environmentsOf(texts: Texts): LoadedEnvironment[] {
  return Object.entries(texts).map(([name, given]) => {
    const files = Object.entries(typeof given === 'string' ? { [`.env.${name}`]: given } : given)
    const { bindings, unread } = readEnvironment(
      files.map(([path, text]) => ({ path, text })),
      name,
      () => undefined,
    )
    return {
      name,
      kind: environmentKind(name),
      bindings: effectiveBindings(bindings),
      allBindings: bindings,
      unread,
      files: files.map(([path, text]) => ({ path, text, readers: [] })),
    }
  })
}

/** What a check says of texts, with a contract (YAML) or without. */
export function checkTexts(
  texts: Texts,
  contractText?: string,
  more: Partial<CheckInput> = {},
): CheckOutcome {
  const input: CheckInput = { environments: environmentsOf(texts), today: '2027-01-31', ...more }
  if (contractText !== undefined) {
    const { contract, problems, placeOf } = parseContract(contractText, 'config.contract.yaml')
    if (contract === undefined) throw new Error(problems.map(({ message }) => message).join('\n'))
    input.contract = contract
    input.placeOf = (path: ContractPath) => placeOf(path)
  }
  return checkConfiguration(input)
}

/** `rule KEY`, in order. */
export function toldBy({ findings }: CheckOutcome): string[] {
  return findings.map(({ rule, key }) => `${rule} ${key ?? ''}`.trim()).toSorted()
}
