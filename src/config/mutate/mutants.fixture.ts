import { parseContract } from '../contract/parse-contract.ts'
import type { KeyRead } from '../key-read.ts'
import type { CheckInput } from '../rules/check-input.ts'
import { environmentsOf } from '../rules/check-input.fixture.ts'
import type { Mutant } from './mutant.ts'
import type { PlanInput } from './plan-mutants.ts'
import { planMutants } from './plan-mutants.ts'

/** A read in a file of TypeScript. */
export function readOf(key: string, more: Partial<KeyRead> = {}): KeyRead {
  return {
    key,
    template: false,
    tier: 'direct',
    language: 'typescript',
    location: { file: 'src/config.ts', line: 7 },
    component: '',
    phase: 'run',
    ...more,
  }
}

export interface Planned {
  plan: PlanInput
  check: CheckInput
  mutants: Mutant[]
  /** In clear, as only a test may have it: `set x`, `empty`, `unset`. */
  of: (key: string, operator: Mutant['operator']) => string | undefined
}

/** Environments from dotenv texts: the first is the target. Every key that is set is read, unless reads are given. */
export function planned(
  texts: Record<string, string>,
  more: Partial<PlanInput> & { contractText?: string } = {},
): Planned {
  const [environment, ...others] = environmentsOf(texts)
  if (environment === undefined) throw new Error('an environment is needed')
  const { contractText, ...given } = more
  const parsed =
    contractText === undefined ? undefined : parseContract(contractText, 'config.contract.yaml')
  if (parsed !== undefined && parsed.contract === undefined) {
    throw new Error(parsed.problems.map(({ message }) => message).join('\n'))
  }
  const plan: PlanInput = {
    environment,
    others,
    reads: environment.bindings.map(({ key }) => readOf(key)),
    secret: new Uint8Array(32).fill(7),
    ...(parsed?.contract === undefined ? {} : { contract: parsed.contract }),
    ...given,
  }
  const mutants = planMutants(plan)
  return {
    plan,
    mutants,
    check: {
      environments: [environment, ...others],
      reads: plan.reads,
      today: '2027-01-31',
      ...(plan.contract === undefined ? {} : { contract: plan.contract }),
      ...(plan.declarations === undefined ? {} : { declarations: plan.declarations }),
    },
    of: (key, operator) => {
      const mutant = mutants.find((it) => it.key === key && it.operator === operator)
      if (mutant === undefined) return undefined
      const { state, value, also } = mutant
      return [state, value?.reveal(), also && `${also.key}=${also.value.reveal()}`]
        .filter((it) => it !== undefined)
        .join(' ')
    },
  }
}
