import { createHash } from 'node:crypto'
import type { Binding } from '../binding.ts'
import { blastRadius } from '../blast-radius/blast-radius.ts'
import { exposureOf } from '../blast-radius/exposure-of.ts'
import { inferEffect } from '../blast-radius/infer-effect.ts'
import type { ConfigContract } from '../contract/config-contract.ts'
import type { Declaration } from '../declarations/declaration.ts'
import { readsOfKeys } from '../diff/reads-of-keys.ts'
import type { KeyRead } from '../key-read.ts'
import type { EnvironmentKind } from '../repository/environment-kind.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import { SealedValue } from '../sealed-value.ts'
import type { Change } from './apply-operator.ts'
import { applyOperator } from './apply-operator.ts'
import type { Mutant } from './mutant.ts'
import { defined } from '../defined.ts'
import { mutationSubject } from './mutation-subject.ts'
import type { SubjectFacts } from './mutation-subject.ts'
import type { MutationOperator } from './operators.ts'
import { mutationOperators } from './operators.ts'
import { isMachineKey } from './run-environment.ts'
import { targetBindings } from './target-bindings.ts'

export interface PlanInput {
  /** The one whose values are made wrong; a process gets its `targetBindings`. */
  environment: LoadedEnvironment
  /** All others: their values are the likeliest wrong ones. */
  others: readonly LoadedEnvironment[]
  /** By key: the value that it had before the one of today, from history. */
  previous?: ReadonlyMap<string, SealedValue>
  contract?: ConfigContract
  reads: readonly KeyRead[]
  declarations?: readonly Declaration[]
  /** Of the fingerprints in the ids: the same for as long as ids are to be the same. */
  secret: Uint8Array
  /** Only these. */
  operators?: readonly MutationOperator[]
  /** Only these. */
  keys?: readonly string[]
}

/**
 * The wrong values to try: one a key and operator, none twice. First one of every key, the keys by blast radius; then the
 * second of every key, and so on. Keys that the environment does not set get the values that it had or that others have.
 * Pure: the same input gives the same answer.
 */
export function planMutants(input: PlanInput): Mutant[] {
  const { environment, others, previous, contract, secret } = input
  const bound = targetBindings(environment)
  const elsewhere = othersByKey(others)
  const readsOf = readsOfKeys(input.reads)
  const seconds = secondLines(input, bound)
  const components = Map.groupBy(environment.bindings, ({ key }) => key)
  const taken = new Set([
    ...bound.keys(),
    ...elsewhere.keys(),
    ...input.reads.map(({ key }) => key),
  ])
  const wanted = input.keys === undefined ? undefined : new Set(input.keys)
  const operators = mutationOperators.filter((it) => input.operators?.includes(it) ?? true)
  const lists: Mutant[][] = []
  for (const key of new Set([...bound.keys(), ...elsewhere.keys(), ...(previous?.keys() ?? [])])) {
    if (isMachineKey(key) || wanted?.has(key) === false) continue
    const binding = bound.get(key)
    const reads = readsOf(key)
    // of a key that nobody here sets or reads nothing is to be learnt
    if (binding === undefined && reads.length === 0) continue
    const declared = contract?.keys?.[key]
    const facts: SubjectFacts = {
      key,
      reads,
      isTaken: (name) => taken.has(name),
      seed: secret,
      ...defined({
        binding,
        contract: declared,
        elsewhere: elsewhere.get(key)?.find(({ value }) => binding?.value?.equals(value) !== true),
        previous: previous?.get(key),
        second: seconds.get(key),
      }),
    }
    const reach = new Set([
      ...reads.map(({ component }) => component),
      ...(components.get(key) ?? []).map(({ component }) => component),
    ])
    const radius = blastRadius(inferEffect(key, reads, declared?.effect), {
      reach: Math.max(1, reach.size),
      exposure: exposureOf(reads, binding?.phase),
      earliestKiller: 'not-measured',
    })
    const places = [binding, ...reads].flatMap((it) => (it === undefined ? [] : [it.location]))
    const about = {
      key,
      component: reads[0]?.component ?? binding?.component ?? '',
      effectClass: radius.effect ?? null,
      blastRadius: radius.score,
      radius,
      locations: places.slice(0, 4),
      ...(isHidden(binding) ? { unknownBefore: true as const } : {}),
    }
    const mutants = mutantsOf(facts, operators, about)
    if (mutants.length > 0) lists.push(mutants)
  }
  lists.sort(
    ([one], [other]) => other!.blastRadius - one!.blastRadius || (one!.key < other!.key ? -1 : 1),
  )
  return inRounds(lists)
}

type About = Omit<Mutant, 'id' | 'operator' | 'state' | 'value' | 'also' | 'change'>

function mutantsOf(
  facts: SubjectFacts,
  operators: readonly MutationOperator[],
  about: About,
): Mutant[] {
  const subject = mutationSubject(facts)
  const seen = new Set<string>()
  return operators.flatMap((operator): Mutant[] => {
    const change = applyOperator(operator, subject)
    if (change === undefined) return []
    const { state, text, also, words } = change
    const same = JSON.stringify([state, text, also])
    if (seen.has(same)) return []
    seen.add(same)
    return [
      {
        id: idOf(about, operator, change, facts.seed),
        ...about,
        operator,
        state,
        ...(text === undefined ? {} : { value: new SealedValue(text) }),
        ...(also === undefined
          ? {}
          : { also: { key: also, value: new SealedValue(subject.text) } }),
        change: words,
      },
    ]
  })
}

function idOf(
  { component, key }: About,
  operator: MutationOperator,
  { state, text, also = '' }: Change,
  secret: Uint8Array,
): string {
  const print = text === undefined ? state : new SealedValue(text).fingerprint(secret, key)
  const parts = [component, key, operator, print, also]
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12)
}

/** The first of each list, then the second of each. */
function inRounds(lists: readonly (readonly Mutant[])[]): Mutant[] {
  const most = lists.reduce((longest, { length }) => Math.max(longest, length), 0)
  return Array.from({ length: most }, (_, round) =>
    lists.flatMap((list) => list[round] ?? []),
  ).flat()
}

const kinds: readonly EnvironmentKind[] = ['staging', 'test', 'development', 'production', 'other']

/** Values of the other environments, first of that which is likeliest to be taken for the target. */
function othersByKey(
  others: readonly LoadedEnvironment[],
): Map<string, { environment: string; value: SealedValue }[]> {
  const values = new Map<string, { environment: string; value: SealedValue }[]>()
  const sorted = others.toSorted(
    (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1),
  )
  for (const other of sorted) {
    for (const [key, { state, value }] of targetBindings(other)) {
      if (state !== 'set' || value === undefined) continue
      const list = values.get(key) ?? []
      list.push({ environment: other.name, value })
      values.set(key, list)
    }
  }
  return values
}

/** A line that is overridden today; else that of a sample, which is easily appended. */
function secondLines(
  { environment, declarations = [] }: PlanInput,
  bound: ReadonlyMap<string, Binding>,
): Map<string, { file: string; value: SealedValue }> {
  const lines = [
    ...environment.allBindings.filter(({ state }) => state === 'set'),
    ...declarations
      .filter(({ kind }) => kind === 'sample')
      .map(({ key, location, example }) => ({ key, location, value: example })),
  ]
  const found = new Map<string, { file: string; value: SealedValue }>()
  for (const { key, location, value } of lines) {
    const now = bound.get(key)?.value
    if (value === undefined || value.length === 0 || found.has(key)) continue
    if (now?.equals(value) !== true) found.set(key, { file: location.file, value })
  }
  return found
}

const isHidden = (binding: Binding | undefined): boolean =>
  binding?.state === 'reference' || binding?.state === 'unknown'
