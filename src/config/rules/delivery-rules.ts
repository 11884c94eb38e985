import type { Binding } from '../binding.ts'
import type { KeyContract } from '../contract/config-contract.ts'
import type { KeyRead } from '../key-read.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from './check-input.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { bindingsOf, sameComponent } from './check-views.ts'
import { givenReason } from './given-names.ts'

/**
 * The chain of a key that the contract declares: declared -> bound in each environment that requires it -> reaches the
 * component, in the phase, that needs it -> read. Each broken link is a finding of its own.
 */
export function checkDeliveryRules(input: CheckInput, outcome: CheckOutcome): void {
  const { contract, reads } = input
  if (contract === undefined) return
  const readers = reads === undefined ? undefined : readersByKey(reads)
  for (const [key, declared] of Object.entries(contract.keys ?? {})) {
    for (const environment of input.environments) {
      checkBound(input, outcome, { key, declared, environment })
    }
    if (readers !== undefined) checkRead(input, outcome, key, declared, readers)
  }
  if (reads !== undefined && contract.keys !== undefined) checkDeclared(input, outcome, reads)
}

interface Subject {
  key: string
  declared: KeyContract
  environment: LoadedEnvironment
}

function checkBound(input: CheckInput, outcome: CheckOutcome, subject: Subject): void {
  const { key, declared, environment } = subject
  const everywhere = bindingsOf(environment, key)
  const here = bindingsOf(environment, key, declared.component)
  const place = input.placeOf?.(['keys', key])
  const find = (
    rule: string,
    severity: 'error' | 'warning',
    found: readonly Binding[],
    message: string,
    hint: string,
  ): void => {
    const component = found[0]?.component ?? declared.component
    outcome.find({
      rule: `delivery/${rule}`,
      severity,
      evidence: 'proved',
      key,
      ...(component === undefined ? {} : { component }),
      environments: [environment.name],
      locations: [
        ...found.map(({ location }) => location),
        ...(place === undefined ? [] : [place]),
      ],
      ...(declared.effect === undefined ? {} : { effect: declared.effect }),
      message,
      hint,
    })
  }
  const required = isRequired(declared.required, environment, input.environments)
  if (required && everywhere.every(({ state }) => state === 'unset' || state === 'empty')) {
    // what could not be read may hold it
    if (environment.unread.length > 0 && everywhere.length === 0) {
      outcome.skip(['not-bound', environment.name, key], {
        kind: 'unread-input',
        location: environment.unread[0]!.location,
        reason: `${key} is required in ${environment.name} and was not found, but not everything of that environment could be read.`,
      })
      return
    }
    const empty = everywhere.some(({ state }) => state === 'empty')
    find(
      'not-bound',
      'error',
      everywhere,
      `${key} is required, but ${empty ? 'empty' : 'not set'} in ${environment.name}.`,
      `Set it in ${environment.name}, or give it a default in the code and in the contract.`,
    )
    return
  }
  if (everywhere.length === 0) return
  if (here.length === 0) {
    find(
      'wrong-component',
      required ? 'error' : 'warning',
      everywhere,
      `${key} is set in ${environment.name}, but does not reach ${declared.component}, which reads it.`,
      `Hand it to ${declared.component}.`,
    )
    return
  }
  const phase = declared.phase
  if ((phase === 'build' || phase === 'run') && !here.some((binding) => reaches(binding, phase))) {
    find(
      'wrong-phase',
      required ? 'error' : 'warning',
      here,
      `${key} is set in ${environment.name} for the ${here[0]!.phase} phase, but it is needed in the ${phase} phase.`,
      phase === 'build'
        ? 'Hand it to the build (build argument).'
        : 'Set it where the process runs, not only where it is built.',
    )
  }
}

/** What a file without phases says reaches both. */
const reaches = ({ phase, source }: Binding, needed: 'build' | 'run'): boolean =>
  phase === needed || (needed === 'build' && ['dotenv', 'shell', 'github-actions'].includes(source))

export function isRequired(
  required: KeyContract['required'],
  { name, kind }: LoadedEnvironment,
  all: readonly LoadedEnvironment[],
): boolean {
  if (required === undefined || typeof required === 'boolean') return required === true
  if (required.includes(name) || required.includes('*')) return true
  return kind !== 'other' && required.includes(kind) && !all.some((it) => it.name === kind)
}

interface Readers {
  exact: ReadonlyMap<string, KeyRead[]>
  templates: readonly { pattern: RegExp; read: KeyRead }[]
}

function readersByKey(reads: readonly KeyRead[]): Readers {
  const exact = new Map<string, KeyRead[]>()
  const templates: { pattern: RegExp; read: KeyRead }[] = []
  for (const read of reads) {
    if (read.template) {
      const parts = read.key.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      if (parts.length < 6) templates.push({ pattern: new RegExp(`^${parts.join('.+')}$`), read })
    } else {
      const list = exact.get(read.key)
      if (list === undefined) exact.set(read.key, [read])
      else list.push(read)
    }
  }
  return { exact, templates }
}

function checkRead(
  input: CheckInput,
  outcome: CheckOutcome,
  key: string,
  declared: KeyContract,
  { exact, templates }: Readers,
): void {
  const found = [
    ...(exact.get(key) ?? []),
    ...templates.filter(({ pattern }) => pattern.test(key)).map(({ read }) => read),
  ]
  const running = found.filter(({ phase }) => phase !== 'test' || declared.phase === 'test')
  const place = input.placeOf?.(['keys', key])
  const rest = {
    key,
    environments: [],
    locations: [
      ...(place === undefined ? [] : [place]),
      ...found.slice(0, 3).map(({ location }) => location),
    ],
    ...(declared.effect === undefined ? {} : { effect: declared.effect }),
  }
  if (running.length === 0) {
    const why = found.length > 0 ? 'only tests read it' : 'no code that was looked at reads it'
    outcome.find({
      ...rest,
      rule: 'delivery/not-read',
      severity: input.readsOpenly === true && found.length === 0 ? 'note' : 'warning',
      evidence: input.readsOpenly === true ? 'inferred' : 'proved',
      message: `${key} is declared in the contract, but ${why}.`,
      hint: 'Remove it, or name the function that reads it under accessors.',
    })
    return
  }
  const { component } = declared
  if (
    component !== undefined &&
    !running.some((read) => read.component === '' || sameComponent(read.component, component))
  ) {
    outcome.find({
      ...rest,
      rule: 'delivery/read-elsewhere',
      severity: 'warning',
      evidence: 'proved',
      component,
      message: `${key} belongs to ${component} by the contract, but only other components read it.`,
      hint: 'Correct the component in the contract.',
    })
  }
}

/** A key that the code cannot do without is to be in the contract. */
function checkDeclared(input: CheckInput, outcome: CheckOutcome, reads: readonly KeyRead[]): void {
  const keys = input.contract?.keys ?? {}
  for (const read of reads) {
    if (read.template || read.required !== true || read.default !== undefined) continue
    if (read.phase === 'test' || Object.hasOwn(keys, read.key)) continue
    if (givenReason(read.key) !== undefined) continue
    outcome.find({
      rule: 'delivery/not-declared',
      severity: 'warning',
      evidence: 'proved',
      key: read.key,
      component: read.component,
      environments: [],
      locations: [read.location],
      message: `The code refuses to go on without ${read.key}, and the contract does not have it.`,
      hint: 'Add it under keys.',
    })
  }
}
