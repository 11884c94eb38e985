import { inferEffect } from '../blast-radius/infer-effect.ts'
import type { Declaration } from '../declarations/declaration.ts'
import type { KeyRead, ValueType } from '../key-read.ts'
import { isHiddenKey, maySensitive } from '../packs/key-nature.ts'
import { urlOf } from '../packs/hosts.ts'
import { packs } from '../packs/packs.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { EnvironmentPlan } from '../repository/load-environments.ts'
import { checkConfiguration } from '../rules/check-configuration.ts'
import { isOfType } from '../rules/check-value.ts'
import { givenReason } from '../rules/given-names.ts'
import { fileFormats } from './config-contract.ts'
import type { ConfigContract, KeyContract } from './config-contract.ts'
import { inferDecisions } from './infer-decisions.ts'

export interface InferredContract {
  contract: ConfigContract
  /** What a person should know of a key that is not data: by key, a sentence each. */
  notes: Map<string, string[]>
  /** Why its effect was taken for what it is. */
  because: Map<string, string>
}

export interface InferenceInput {
  reads: readonly KeyRead[]
  declarations: readonly Declaration[]
  environments: readonly LoadedEnvironment[]
  plans: readonly EnvironmentPlan[]
}

/**
 * A contract from what the code reads, samples and schemas say, and environments hold; to be edited. A value of a key that
 * may be sensitive is never in it. What would contradict the environments as they are is left out, and noted: the check of
 * the result finds nothing that the contract brought.
 */
export function inferContract(input: InferenceInput): InferredContract {
  const notes = new Map<string, string[]>()
  const because = new Map<string, string>()
  const declared = Map.groupBy(input.declarations, ({ key }) => key)
  const bound = new Set(
    input.environments.flatMap(({ bindings }) => bindings.map(({ key }) => key)),
  )
  const promised = (key: string): boolean =>
    bound.has(key) ||
    (declared.get(key) ?? []).some(({ kind }) => kind === 'sample' || kind === 'schema')
  // what the system or the platform gives is left out, unless somebody here gives it too
  const reads = Map.groupBy(
    input.reads.filter(
      ({ template, phase, key }) =>
        !template && phase !== 'test' && (givenReason(key) === undefined || promised(key)),
    ),
    ({ key }) => key,
  )
  const keys: Record<string, KeyContract> = {}
  for (const key of [...reads.keys()].toSorted()) {
    if (key.length > 256 || key === '__proto__') continue
    const all = reads.get(key)!
    const { effect, because: why } = inferEffect(key, all)
    const about = declared.get(key) ?? []
    const contract: KeyContract = { ...described(key, about), ...valued(key, all, about) }
    const required = requiredIn(all, about, key, input.environments)
    if (required === 'nowhere') {
      notes.set(key, [
        'The code refuses to go on without it, and no environment that was found sets it.',
      ])
    } else if (required !== undefined) contract.required = required
    if (maySensitive(key)) contract.sensitive = true
    if (effect !== undefined) {
      contract.effect = effect
      because.set(key, why)
    }
    const [phase, ...others] = new Set(all.map((read) => read.phase))
    if (others.length === 0 && (phase === 'build' || phase === 'deploy')) contract.phase = phase
    keys[key] = contract
  }
  const contract: ConfigContract = { version: 1 }
  const isRead = (name: string, path: string): boolean =>
    input.environments.some((it) => it.name === name && it.files.some((file) => file.path === path))
  if (input.plans.length > 0) {
    contract.environments = Object.fromEntries(
      input.plans.map(({ name, files }) => [
        name,
        {
          files: files
            .filter(({ path, base }) => base !== true || isRead(name, path))
            .map(({ path, as }) => (as === undefined ? path : withFormat(path, as))),
        },
      ]),
    )
  }
  for (const key of inferDecisions(keys, { environments: input.environments, reads })) {
    notes.set(key, [
      ...(notes.get(key) ?? []),
      'As production and staging have it today: another choice has to be made here, too.',
    ])
  }
  contract.keys = keys
  settle(contract, input, notes)
  return { contract, notes, because }
}

type FileOf = NonNullable<ConfigContract['environments']>[string]['files'][number]

const withFormat = (path: string, told: string): FileOf => {
  const as = fileFormats.find((format) => format === told)
  return as === undefined ? path : { path, as }
}

function described(
  key: string,
  declarations: readonly Declaration[],
): Pick<KeyContract, 'description'> {
  if (isHiddenKey(key)) return {}
  const comment = declarations
    .find(({ comment = '' }) => comment !== '')
    ?.comment?.replaceAll(/\s+/g, ' ')
    .trim()
  // a comment may hold an example that is none
  if (comment === undefined || comment.length < 8 || /[\w+/=-]{24,}|:\/\/[^/]*@|=/.test(comment))
    return {}
  const text = comment
    .replaceAll(/@\w+\S*\s*/g, '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 160)
    .trim()
  return text === '' ? {} : { description: text }
}

function valued(
  key: string,
  reads: readonly KeyRead[],
  declarations: readonly Declaration[],
): KeyContract {
  const contract: KeyContract = {}
  const types = new Set<ValueType>()
  for (const { type } of [...reads, ...declarations])
    if (type !== undefined && type !== 'string') types.add(type)
  const hidden = isHiddenKey(key)
  const values = [...new Set(reads.flatMap((read) => read.values ?? []))]
  const [type] = types
  if (types.size === 1 && type !== undefined) {
    if (type !== 'enum') contract.type = type
    else if (values.length > 0 && values.length <= 200 && !hidden) {
      contract.type = 'enum'
      contract.values = values
    }
  }
  if (contract.type === 'integer' || contract.type === 'number') {
    const ranges = reads.flatMap(({ range }) => range ?? [])
    // several schemas: what all of them take
    const least = ranges.flatMap(({ min }) => min ?? [])
    const most = ranges.flatMap(({ max }) => max ?? [])
    if (least.length > 0) contract.min = Math.max(...least)
    if (most.length > 0) contract.max = Math.min(...most)
  }
  const literals = new Set(
    reads.flatMap((read) => (read.default?.literal === undefined ? [] : [read.default.literal])),
  )
  const [literal] = literals
  if (
    literals.size === 1 &&
    literal !== undefined &&
    literal !== '' &&
    literal.length <= 200 &&
    !hidden
  ) {
    const url = urlOf(literal)
    const fits = contract.type === undefined || isOfType(literal, contract.type)
    if (fits && (url === undefined || (url.user === '' && url.password === '')))
      contract.default = literal
  }
  return contract
}

/** `nowhere`: the code needs it and nobody sets it. */
function requiredIn(
  reads: readonly KeyRead[],
  declarations: readonly Declaration[],
  key: string,
  environments: readonly LoadedEnvironment[],
): KeyContract['required'] | 'nowhere' {
  if (reads.some((read) => read.default !== undefined)) return undefined
  const asked =
    reads.some((read) => read.required === true) ||
    declarations.some(({ kind, required }) => kind === 'schema' && required === true)
  if (!asked) return undefined
  const bound = environments.filter(({ bindings }) =>
    bindings.some((it) => it.key === key && it.state !== 'unset' && it.state !== 'empty'),
  )
  if (environments.length > 0 && bound.length === 0) return 'nowhere'
  return bound.length === environments.length ? true : bound.map(({ name }) => name)
}

/** Fields that a finding speaks against. */
const fieldsOf: Record<string, readonly (keyof KeyContract)[]> = {
  value: ['type', 'values', 'min', 'max'],
  'contract/default': ['default'],
  'reference-value': ['type', 'values', 'min', 'max'],
  'unknown-value': ['type', 'values', 'min', 'max'],
  'delivery/not-bound': ['required'],
  'delivery/wrong-phase': ['phase'],
}

/** Leaves out what the environments as they are contradict, or what cannot be decided in them. */
function settle(
  contract: ConfigContract,
  input: InferenceInput,
  notes: Map<string, string[]>,
): void {
  const keys = contract.keys ?? {}
  const withoutPacks = Object.fromEntries(packs.map(({ name }) => [name, 'not now']))
  const { environments, reads } = input
  const places = new Map(
    environments
      .flatMap(({ bindings }) => bindings)
      .map((binding) => [`${binding.location.file}:${binding.location.line}`, binding.key]),
  )
  const { findings, notAnalysed } = checkConfiguration({
    environments,
    reads,
    contract: { ...contract, withoutPacks },
    today: '0000-01-01',
  })
  let again = false
  const drop = (key: string | undefined, rule: string, why: string): void => {
    const own = key === undefined || !Object.hasOwn(keys, key) ? undefined : keys[key]
    if (rule === 'value' && own !== undefined && (own.min ?? own.max) !== undefined) {
      const { min, max } = own
      const ends = [
        ...(min === undefined ? [] : [`from ${min}`]),
        ...(max === undefined ? [] : [`up to ${max}`]),
      ]
      const note = `The code takes numbers ${ends.join(' ')}; ${why}.`
      notes.set(key!, [...(notes.get(key!) ?? []), note])
      delete own.min
      delete own.max
      again = true
      return
    }
    for (const field of fieldsOf[rule] ?? []) {
      if (own === undefined || own[field] === undefined) continue
      if (field === 'type')
        notes.set(key!, [...(notes.get(key!) ?? []), `The code takes it for ${own.type}; ${why}.`])
      delete own[field]
    }
  }
  for (const { key, rule, environments: names } of findings)
    drop(key, rule, `in ${names.join(', ')} it is none`)
  for (const { kind, location } of notAnalysed) {
    if (location !== undefined)
      drop(places.get(`${location.file}:${location.line}`), kind, 'a value is not there to be read')
  }
  // a value outside of its range may be of the wrong type, too
  if (again) settle(contract, input, notes)
}
