import type { Binding } from '../binding.ts'
import type { KeyContract } from '../contract/config-contract.ts'
import { nearestName } from '../contract/nearest-name.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from './check-input.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { quantityOf } from './check-shapes.ts'
import { bindingsOf, textOf } from './check-views.ts'

/** Rules between environments: `mustMatch`, `mustDiffer`, `onlyIn`, `absentIn`, `increasesAlong`. */
export function checkEnvironmentRules(input: CheckInput, outcome: CheckOutcome): void {
  for (const [key, contract] of Object.entries(input.contract?.keys ?? {})) {
    const rules = new EnvironmentRules(input, outcome, key, contract)
    rules.checkNames()
    rules.checkWhere()
    if (contract.mustMatch !== undefined) rules.checkPairs('must-match', contract.mustMatch)
    if (contract.mustDiffer !== undefined) rules.checkPairs('must-differ', contract.mustDiffer)
    if (contract.increasesAlong !== undefined) rules.checkIncrease(contract.increasesAlong)
  }
}

class EnvironmentRules {
  readonly #input: CheckInput
  readonly #outcome: CheckOutcome
  readonly #key: string
  readonly #contract: KeyContract

  constructor(input: CheckInput, outcome: CheckOutcome, key: string, contract: KeyContract) {
    this.#input = input
    this.#outcome = outcome
    this.#key = key
    this.#contract = contract
  }

  /** An environment that is named and does not exist guards nothing. */
  checkNames(): void {
    const declared = Object.keys(this.#input.contract?.environments ?? {})
    if (declared.length === 0) return
    const { mustMatch, mustDiffer, onlyIn, absentIn, increasesAlong, perEnvironment, required } =
      this.#contract
    const lists = {
      mustMatch,
      mustDiffer,
      onlyIn,
      absentIn,
      increasesAlong,
      required,
      perEnvironment: Object.keys(perEnvironment ?? {}),
    }
    const known = new Set([...declared, '*', 'production', 'staging', 'development', 'test'])
    for (const [field, list] of Object.entries(lists)) {
      for (const name of Array.isArray(list) ? list : []) {
        if (known.has(name)) continue
        const near = nearestName(name, declared)
        this.#find(
          'contract/unknown-environment',
          'error',
          [name],
          [],
          `The rule ${field} of ${this.#key} names the environment "${name}", which the contract does not have.`,
          near === undefined
            ? 'Add it under environments, or correct the name.'
            : `Is "${near}" meant?`,
          field,
        )
      }
    }
  }

  checkWhere(): void {
    const { onlyIn, absentIn } = this.#contract
    for (const environment of this.#input.environments) {
      const bound = this.#bindings(environment).filter(({ state }) => state !== 'unset')
      if (bound.length === 0) continue
      const named = (list: readonly string[]): boolean =>
        list.some((name) => this.#isNamed(environment, name))
      if (onlyIn !== undefined && !named(onlyIn)) {
        this.#find(
          'only-in',
          'error',
          [environment.name],
          bound,
          `${this.#key} is set in ${environment.name}, but only belongs into ${onlyIn.join(', ')}.`,
          'Remove it there.',
          'onlyIn',
        )
      }
      if (absentIn !== undefined && named(absentIn)) {
        this.#find(
          'absent-in',
          'error',
          [environment.name],
          bound,
          `${this.#key} is set in ${environment.name}, where it must be absent.`,
          'Remove it there.',
          'absentIn',
        )
      }
    }
  }

  checkPairs(rule: 'must-match' | 'must-differ', among: true | readonly string[]): void {
    const all = this.#input.environments.filter(
      (it) => among === true || among.some((name) => this.#isNamed(it, name)),
    )
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) this.#checkPair(rule, one, other)
    }
  }

  #checkPair(
    rule: 'must-match' | 'must-differ',
    one: LoadedEnvironment,
    other: LoadedEnvironment,
  ): void {
    const key = this.#key
    const names = [one.name, other.name]
    const [left, right] = [this.#bindings(one), this.#bindings(other)]
    const field = rule === 'must-match' ? 'mustMatch' : 'mustDiffer'
    if (left.length === 0 || right.length === 0) {
      // absent on one side: the default of the code holds there
      if (rule === 'must-match' && left.length + right.length > 0) {
        const [set, unset] = left.length > 0 ? [one, other] : [other, one]
        this.#find(
          rule,
          'error',
          names,
          [...left, ...right],
          `${key} must be the same in all environments, but is set in ${set.name} and not in ${unset.name}.`,
          'Set it to the same value, or remove it from both.',
          field,
        )
      }
      return
    }
    for (const [a, b] of pairsOf(left, right)) {
      const same = areSame(a, b, rule)
      if (same === undefined) {
        this.#outcome.skip([rule, ...names, a.component, key], {
          kind: 'unknown-value',
          location: a.location,
          reason: `Whether ${key} is the same in ${one.name} and ${other.name} cannot be told: a value is not there to be read.`,
        })
      } else if (same && rule === 'must-differ') {
        this.#find(
          rule,
          'error',
          names,
          [a, b],
          `${key} is the same in ${one.name} and ${other.name}, and must not be.`,
          'Give each environment a value of its own.',
          field,
        )
      } else if (!same && rule === 'must-match') {
        this.#find(
          rule,
          'error',
          names,
          [a, b],
          `${key} differs between ${one.name} and ${other.name}, and must not.`,
          'Make the values the same.',
          field,
        )
      }
    }
  }

  checkIncrease(along: readonly string[]): void {
    let before: { quantity: number; environment: LoadedEnvironment; binding: Binding } | undefined
    for (const name of along) {
      for (const environment of this.#input.environments.filter((it) => this.#isNamed(it, name))) {
        const binding = this.#bindings(environment)[0]
        if (binding === undefined) continue
        const text = textOf(binding)
        if (text === undefined) {
          if (binding.state === 'unset' || binding.state === 'empty') continue
          this.#outcome.skip(['increases-along', environment.name, binding.component, this.#key], {
            kind: 'unknown-value',
            location: binding.location,
            reason: `${this.#key} in ${environment.name} is not there to be read, so its order cannot be told.`,
          })
          continue
        }
        const quantity = quantityOf(text, this.#contract.unit) ?? quantityOf(text, 's')
        if (quantity === undefined) {
          this.#find(
            'increases-along',
            'error',
            [environment.name],
            [binding],
            `${this.#key} in ${environment.name} is no number, so it cannot be compared.`,
            'Correct the value.',
            'increasesAlong',
          )
          continue
        }
        if (before !== undefined && quantity < before.quantity) {
          this.#find(
            'increases-along',
            'error',
            [before.environment.name, environment.name],
            [binding, before.binding],
            `${this.#key} is smaller in ${environment.name} than in ${before.environment.name}.`,
            'Raise it there, or lower it before.',
            'increasesAlong',
          )
        }
        before = { quantity, environment, binding }
      }
    }
  }

  /** By its name, or by what it is for where none has that name: a rule for `production` holds for `prod-eu`. */
  #isNamed({ name, kind }: LoadedEnvironment, said: string): boolean {
    if (said === name || said === '*') return true
    return (
      said === kind && kind !== 'other' && !this.#input.environments.some((it) => it.name === said)
    )
  }

  #bindings(environment: LoadedEnvironment): Binding[] {
    return bindingsOf(environment, this.#key, this.#contract.component)
  }

  #find(
    rule: string,
    severity: 'error' | 'warning',
    environments: readonly string[],
    bindings: readonly Binding[],
    message: string,
    hint: string,
    field: string,
  ): void {
    const place = this.#input.placeOf?.(['keys', this.#key, field])
    const component = bindings[0]?.component
    const { effect } = this.#contract
    this.#outcome.find({
      rule,
      severity,
      evidence: 'proved',
      key: this.#key,
      ...(component === undefined ? {} : { component }),
      environments,
      locations: [
        ...bindings.map(({ location }) => location),
        ...(place === undefined ? [] : [place]),
      ],
      ...(effect === undefined ? {} : { effect }),
      message,
      hint,
    })
  }
}

/** Those of the same component; all with all where no component is on both sides. */
function pairsOf(left: readonly Binding[], right: readonly Binding[]): [Binding, Binding][] {
  const pairs = left.flatMap((a) => right.map((b): [Binding, Binding] => [a, b])).slice(0, 1000)
  const together = pairs.filter(([a, b]) => a.component === b.component)
  return together.length > 0 ? together : pairs
}

/** Undefined where nobody can tell; different places are taken for different values. */
function areSame(a: Binding, b: Binding, rule: 'must-match' | 'must-differ'): boolean | undefined {
  if (a.state === 'unknown' || b.state === 'unknown') return undefined
  if (a.state === 'reference' && b.state === 'reference') {
    return rule === 'must-differ' && a.detail !== b.detail ? false : undefined
  }
  if (a.state === 'reference' || b.state === 'reference') return undefined
  return (textOf(a) ?? '') === (textOf(b) ?? '')
}
