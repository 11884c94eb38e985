import type { Binding } from '../binding.ts'
import type { ConfigFinding, EffectClass, EvidenceClass, Severity } from '../config-finding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { effectOf } from './key-nature.ts'

/** Rules that work with no contract: data and pure predicates. */
export interface Pack {
  /** What a contract names it by under `withoutPacks`. */
  name: string
  description: string
  check(input: CheckInput, outcome: CheckOutcome): void
}

export interface PackFinding {
  /** Without `pack/`. */
  rule: string
  binding: Binding
  /** Other bindings that belong to it. */
  others?: readonly Binding[]
  message: string
  hint: string
  effect?: EffectClass
  severity?: Severity
  evidence?: EvidenceClass
}

/** Tells what a pack found about a binding. */
export function findInPack(outcome: CheckOutcome, found: PackFinding): void {
  const {
    rule,
    binding,
    others = [],
    message,
    hint,
    severity = 'error',
    evidence = 'inferred',
  } = found
  const effect = found.effect ?? effectOf(binding.key)
  const finding: Omit<ConfigFinding, 'id'> = {
    rule: `pack/${rule}`,
    severity,
    evidence,
    key: binding.key,
    component: binding.component,
    environments: [...new Set([binding, ...others].map(({ environment }) => environment))],
    locations: [binding, ...others].map(({ location }) => location),
    ...(effect === undefined ? {} : { effect }),
    message,
    hint,
  }
  outcome.find(finding)
}

/** Every effective binding with a known value that is not empty, trimmed. */
export function* valuesOf(
  environment: LoadedEnvironment,
): Generator<{ binding: Binding; key: string; text: string }> {
  for (const binding of environment.bindings) {
    if (binding.state !== 'set' || binding.value === undefined || binding.value.length > 20_000)
      continue
    const text = binding.value.reveal().trim()
    if (text !== '') yield { binding, key: binding.key, text }
  }
}

export const isOff = (text: string): boolean =>
  /^(false|0|no|off|disabled?|none|never)$/i.test(text)
export const isOn = (text: string): boolean => /^(true|1|yes|on|enabled?|always)$/i.test(text)
