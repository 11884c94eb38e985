import { blastRadius } from '../blast-radius/blast-radius.ts'
import type { BlastRadius } from '../blast-radius/blast-radius.ts'
import { exposureOf } from '../blast-radius/exposure-of.ts'
import { inferEffect } from '../blast-radius/infer-effect.ts'
import type { Binding, UnreadInput } from '../binding.ts'
import type { EffectClass } from '../config-finding.ts'
import type { ConfigContract } from '../contract/config-contract.ts'
import type { KeyRead, Phase } from '../key-read.ts'
import { maySensitive } from '../packs/key-nature.ts'
import type { EnvironmentKind } from '../repository/environment-kind.ts'
import { classifyPair } from './classify-difference.ts'
import type { Classification, PairContext } from './classify-difference.ts'
import { present } from './compare-bindings.ts'
import type { DiffSide, EnvironmentDiff, Intent, KeyDifference } from './environment-diff.ts'
import { environmentWords } from './environment-words.ts'
import { hostSubstitutions } from './host-substitutions.ts'
import { matchBindings } from './match-bindings.ts'
import type { MatchedPair } from './match-bindings.ts'
import { absentKey, readsOfKeys } from './reads-of-keys.ts'
import { shownValue } from './shown-value.ts'

export interface DiffEnvironment {
  name: string
  kind: EnvironmentKind
  /** Those that count: one a component, key and phase (`effectiveBindings`). */
  bindings: readonly Binding[]
  /** What could not be read; left out = everything was. */
  unread?: readonly UnreadInput[]
}

export interface DiffInput {
  environments: readonly [DiffEnvironment, DiffEnvironment]
  contract?: ConfigContract
  /** What the code reads; left out = the code was not looked at. */
  reads?: readonly KeyRead[]
  /** `2027-01-31`. */
  today: string
}

/** Where an accidental difference fails the command. */
export const blockingEffects: ReadonlySet<EffectClass | undefined> = new Set<EffectClass>([
  'money',
  'auth',
  'data-loss',
])

const intentWeight: Record<Intent, number> = {
  accidental: 1,
  unverifiable: 0.7,
  derived: 0.3,
  declared: 0.2,
}

/** Compares two environments key by key: pure, the same input gives the same answer, and no value is in it. */
export function diffEnvironments(input: DiffInput): EnvironmentDiff {
  const { environments, contract, reads = [], today } = input
  const words = [
    environmentWords(environments[0].name, environments[0].kind),
    environmentWords(environments[1].name, environments[1].kind),
  ] as const
  const matched = matchBindings(environments[0].bindings, environments[1].bindings, words)
  const substitution = hostSubstitutions(
    matched.pairs.flatMap(({ key, bindings: [one, other] }) => {
      if (one?.value === undefined || other?.value === undefined) return []
      return [{ key, values: [one.value.reveal(), other.value.reveal()] as const }]
    }),
  )
  const readsOf = readsOfKeys(reads)
  const notRead = [hidesKeys(environments[0]), hidesKeys(environments[1])] as const
  const differences = new Map<string, KeyDifference>()
  let equal = 0
  let equalByDefault = 0
  for (const [key, pairs] of Map.groupBy(matched.pairs, (pair) => pair.key)) {
    const ofKey = readsOf(key)
    const keys = contract?.keys ?? {}
    const rules = Object.hasOwn(keys, key) ? keys[key] : undefined
    const sensitive = rules?.sensitive ?? maySensitive(key)
    const context: PairContext = {
      key,
      words,
      ...(rules === undefined ? {} : { contract: rules }),
      sensitive,
      absent: absentKey(ofKey),
      substitution,
      notRead,
      today,
    }
    const effect = inferEffect(key, ofKey, rules?.effect)
    const reach = reachOf(pairs, ofKey)
    for (const pair of pairs) {
      const said = classifyPair(pair.bindings, context)
      if (typeof said === 'string') {
        if (present(pair.bindings[0]) === undefined && present(pair.bindings[1]) === undefined)
          continue
        equal += 1
        if (said === 'equal-by-default') equalByDefault += 1
        continue
      }
      const values = rules?.values ?? ofKey.find((read) => read.values !== undefined)?.values
      const shown = (binding: Binding | undefined, index: number): DiffSide =>
        sideOf(binding, pair.components[index] ?? '', context, values)
      const sides: [DiffSide, DiffSide] = [shown(pair.bindings[0], 0), shown(pair.bindings[1], 1)]
      const component = pair.components[1] || pair.components[0]
      const id = identity(said, pair)
      const known = differences.get(id)
      if (known !== undefined) {
        known.components.push(component)
        continue
      }
      differences.set(id, {
        key,
        phase: pair.phase,
        components: [component],
        intent: said.intent,
        kind: said.kind,
        sides,
        ...(said.rule === undefined ? {} : { rule: said.rule }),
        violated: said.violated === true,
        expired: said.expired === true,
        ...(said.template === undefined ? {} : { template: said.template }),
        because: said.because,
        sensitive,
        blast: blastOf(effect, reach, ofKey, pair.phase, said),
        blocking: isBlocking(said, effect.effect),
      })
    }
  }
  const ranked = [...differences.values()].toSorted(
    (a, b) =>
      Number(b.blocking) - Number(a.blocking) ||
      weightOf(b) - weightOf(a) ||
      compareTexts(a.key, b.key) ||
      compareTexts(a.phase, b.phase) ||
      compareTexts(a.components.join(), b.components.join()),
  )
  const counts: Record<Intent, number> = { accidental: 0, unverifiable: 0, derived: 0, declared: 0 }
  for (const { intent } of ranked) counts[intent] += 1
  return {
    environments: [environments[0].name, environments[1].name],
    target: targetOf(environments),
    counts,
    equal,
    equalByDefault,
    differences: ranked,
    oneSided: matched.oneSided.map(({ side, component }) => ({
      environment: environments[side].name,
      component,
    })),
    phasesLeftOut: matched.phasesLeftOut,
    flags: null,
  }
}

/** What could not be read may set keys; a reference that leads nowhere stands where its own key does, and hides none. */
function hidesKeys({ bindings, unread = [] }: DiffEnvironment): boolean {
  const places = new Set(bindings.map(({ location }) => `${location.file}\0${location.line}`))
  return unread.some(({ location }) => !places.has(`${location.file}\0${location.line}`))
}

/** A run in the one is to predict the other: production if one of them is, else the second. */
function targetOf([one, other]: DiffInput['environments']): string {
  return one.kind === 'production' && other.kind !== 'production' ? one.name : other.name
}

function isBlocking(said: Classification, effect: EffectClass | undefined): boolean {
  if (said.violated === true) return true
  return said.intent === 'accidental' && said.advisory !== true && blockingEffects.has(effect)
}

const weightOf = ({ blast, intent, violated }: KeyDifference): number =>
  blast.score * intentWeight[intent] * (violated ? 1.5 : 1)

/** Components that get the key, or whose code reads it: whichever are more. */
function reachOf(pairs: readonly MatchedPair[], reads: readonly KeyRead[]): number {
  const bound = new Set(pairs.map(({ components }) => components[1] || components[0]))
  return Math.max(bound.size, new Set(reads.map(({ component }) => component)).size)
}

function blastOf(
  effect: ReturnType<typeof inferEffect>,
  reach: number,
  reads: readonly KeyRead[],
  phase: Phase,
  { kind }: Classification,
): BlastRadius {
  // a process that does not start is noticed
  const stops = kind === 'missing' && reads.some(({ required }) => required === true)
  return blastRadius(effect, {
    reach,
    exposure: exposureOf(reads, phase),
    earliestKiller: stops ? 'boot-check' : 'not-measured',
  })
}

/** Differences of several components are one where both values are the same in all of them. */
function identity(said: Classification, { key, phase, bindings }: MatchedPair): string {
  const parts = bindings.map((binding) =>
    binding === undefined
      ? '-'
      : `${binding.state}:${binding.value?.reveal() ?? binding.detail ?? ''}`,
  )
  return [key, phase, said.intent, said.kind, said.because, ...parts].join('\0')
}

function sideOf(
  binding: Binding | undefined,
  component: string,
  { key, sensitive, absent }: PairContext,
  values: readonly string[] | undefined,
): DiffSide {
  const showing = values === undefined ? { sensitive } : { sensitive, values }
  if (binding === undefined || binding.state === 'unset') {
    const given = absent.default
    const location = binding === undefined ? {} : { location: binding.location }
    return {
      state: binding === undefined ? 'missing' : 'unset',
      shown: 'not set',
      component,
      ...location,
      ...(given === undefined
        ? {}
        : {
            readersDefault: {
              shown: shownValue(key, given.literal, showing),
              location: given.read.location,
            },
          }),
      ...(absent.required ? { required: true } : {}),
    }
  }
  const { state, value, location } = binding
  const words = { set: '', empty: 'empty', reference: 'lies elsewhere', unknown: 'not known' }[
    state
  ]
  return {
    state,
    shown: value === undefined ? words : shownValue(key, value.reveal(), showing),
    component,
    location,
  }
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
