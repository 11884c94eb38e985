/** Decides what a pair of bindings of one key is: the heart of `config diff`. Pure. */
import type { Binding } from '../binding.ts'
import type { KeyContract } from '../contract/config-contract.ts'
import { hostOf } from '../packs/hosts.ts'
import { isSecretName, keyWords } from '../packs/key-nature.ts'
import { asksBoth, declaredIntent } from './declared-intent.ts'
import { deriveTemplate } from './derive-template.ts'
import type { Intent, IntentRule, KeyDifference } from './environment-diff.ts'
import type { EnvironmentWords } from './environment-words.ts'
import type { HostSubstitution } from './host-substitutions.ts'
import { compareBindings, present, samePlace } from './compare-bindings.ts'
import type { AbsentKey } from './reads-of-keys.ts'
import { secretShape } from './secret-shape.ts'

export interface Classification {
  intent: Intent
  kind: KeyDifference['kind']
  because: string
  rule?: IntentRule
  violated?: boolean
  expired?: boolean
  template?: string
  /** Told, but no failure even where much is at stake: a guess that two environments should not share something. */
  advisory?: boolean
}

export interface PairContext {
  key: string
  words: readonly [EnvironmentWords, EnvironmentWords]
  contract?: KeyContract
  sensitive: boolean
  absent: AbsentKey
  /** Not everything of either environment could be read: what seems to be missing there may be set after all. */
  notRead?: readonly [boolean, boolean]
  substitution: (values: readonly [string, string]) => HostSubstitution | undefined
  today: string
}

/** `equal` and `equal-by-default`: nothing to tell. */
export function classifyPair(
  bindings: readonly [Binding | undefined, Binding | undefined],
  context: PairContext,
): Classification | 'equal' | 'equal-by-default' {
  const there = [present(bindings[0]), present(bindings[1])] as const
  const comparison = compareBindings(there[0], there[1], context.absent)
  const names = [context.words[0].name, context.words[1].name] as const
  const [one, other] = there
  if (comparison === 'equal' && one !== undefined && other !== undefined) {
    return sameWhereItMustDiffer(one, other, context) ?? comparison
  }
  const { key, contract, today, words } = context
  const declared =
    contract === undefined
      ? undefined
      : declaredIntent({ key, contract, environments: words, bindings: there, today })
  // a rule that needs both values says nothing of a value that lies elsewhere
  const needsBoth = /\.(mustMatch|mustDiffer)$/.test(declared?.rule.id ?? '')
  if (comparison === 'equal' || comparison === 'equal-by-default') {
    return declared?.how === 'breaks' && !needsBoth && comparison !== 'equal'
      ? broken(declared, there)
      : comparison
  }
  const kind = one === undefined || other === undefined ? 'missing' : 'value'
  const open = comparison === 'unverifiable' && needsBoth
  if (declared !== undefined && !open && declared.how !== 'expired') {
    const { rule, because, how } = declared
    return how === 'breaks' ? broken(declared, there) : { intent: 'declared', kind, rule, because }
  }
  const expired =
    declared?.how === 'expired' ? { expired: true, rule: declared.rule } : ({} as const)
  if (comparison === 'unverifiable') {
    return { intent: 'unverifiable', kind, because: unverifiable(there, names), ...expired }
  }
  const hidden = there.findIndex((it, index) => it === undefined && context.notRead?.[index])
  if (hidden >= 0) {
    const because = `Not everything of ${names[hidden]} could be read, and what was not may set it.`
    return { intent: 'unverifiable', kind, because, ...expired }
  }
  if (one?.value !== undefined && other?.value !== undefined && expired.expired !== true) {
    const explained = derived(one.value.reveal(), other.value.reveal(), context)
    if (explained !== undefined) return { intent: 'derived', kind, ...explained }
  }
  const because = declared?.because ?? accident([one, other], context)
  return { intent: 'accidental', kind, because, ...expired }
}

function broken(
  { rule, because }: { rule: IntentRule; because: string },
  [one, other]: readonly (Binding | undefined)[],
): Classification {
  const kind = one === undefined || other === undefined ? 'missing' : 'value'
  return { intent: 'accidental', kind, rule, because, violated: true }
}

function unverifiable(
  bindings: readonly (Binding | undefined)[],
  names: readonly [string, string],
): string {
  const why = bindings.flatMap((binding, index) => {
    if (binding?.state === 'reference') return [`lies elsewhere in ${names[index]}`]
    return binding?.state === 'unknown' ? [`is not known in ${names[index]}`] : []
  })
  return `Its value ${why.join(' and ')}, so nobody can tell here whether they differ.`
}

/** Secrets that make something believe who speaks: one that two environments share opens both. */
const signs = new Set([
  'jwt', 'session', 'cookie', 'encryption', 'signing', 'app', 'master', 'base', 'hmac', 'auth', 'nextauth', 'csrf', 'database', 'db',
  'postgres', 'mysql', 'admin', 'root',
]) // prettier-ignore

function sameWhereItMustDiffer(
  one: Binding,
  other: Binding,
  { key, contract, words, sensitive }: PairContext,
): Classification | undefined {
  const base = { intent: 'accidental', kind: 'same' } as const
  if (asksBoth(contract?.mustDiffer, words)) {
    const rule = { id: `keys.${key}.mustDiffer` }
    return { ...base, rule, violated: true, because: 'The contract wants different values.' }
  }
  if (asksBoth(contract?.mustMatch, words) || contract?.mayDiffer !== undefined) return undefined
  const production = words.some(({ kind }) => kind === 'production')
  const mixed = production && words.some(({ kind }) => kind !== 'production')
  if (!mixed) return undefined
  if (one.state === 'reference' && samePlace(one, other) && isSecretName(key)) {
    return {
      ...base,
      because: 'Both take it from the very same secret.',
      advisory: !isSigning(key),
    }
  }
  const value = one.value?.reveal() ?? ''
  const text = value.trim()
  const shape = secretShape(text)
  if (sensitive && shape === 'live') return { ...base, because: 'Both use the same live key.' }
  if (isSecretName(key) && sensitive && text !== '') {
    if (shape === 'placeholder') return { ...base, because: 'Both use the same placeholder.' }
    if (shape === 'opaque' && text.length >= 8) {
      return { ...base, because: 'Both use the same secret.', advisory: !isSigning(key) }
    }
  }
  return sharedHost(value, words, base)
}

const isSigning = (key: string): boolean => keyWords(key).some((word) => signs.has(word))

function sharedHost(
  value: string,
  words: PairContext['words'],
  base: Pick<Classification, 'intent' | 'kind'>,
): Classification | undefined {
  const host = hostOf(value)
  if (host === undefined) return undefined
  const inside = host.split('.').slice(0, -1).join(' ')
  for (const [index, own] of words.entries()) {
    const other = words[1 - index]!
    if (own.isIn(inside) && !other.isIn(inside)) {
      const because = `${other.name} uses a host that names ${own.name}.`
      return { ...base, because }
    }
  }
  return undefined
}

type Explanation = Pick<Classification, 'because' | 'template'>

function derived(one: string, other: string, context: PairContext): Explanation | undefined {
  const { key, words, sensitive } = context
  const whole = byPlace(one, other, context)
  if (whole !== undefined) return whole
  const left = withoutPassword(one)
  const right = withoutPassword(other)
  if (left !== undefined && right !== undefined) {
    const passwords = [left.password, right.password] as const
    const own =
      passwords[0] === passwords[1]
        ? undefined
        : ownSecrets([secretShape(passwords[0]), secretShape(passwords[1])], passwords, words)
    if (own === undefined || left.rest === right.rest) return own
    const rest = byPlace(left.rest, right.rest, { ...context, sensitive: true })
    if (rest !== undefined) return { ...rest, because: `${rest.because} And ${own.template}.` }
    return undefined
  }
  if (!isSecretName(key) || !sensitive) return undefined
  return ownSecrets([secretShape(one), secretShape(other)], [one, other], words)
}

/** By the environment's name inside the values, or by domains that differ in the same way elsewhere. */
function byPlace(
  one: string,
  other: string,
  { words, sensitive, substitution }: PairContext,
): Explanation | undefined {
  const template = deriveTemplate([one, other], words)?.template
  if (template !== undefined) {
    const shown = showTemplate(template, sensitive)
    const because = `Guess: the environment's name stands inside the value (${shown}).`
    return { because, template: shown }
  }
  const pair = substitution([one, other])
  if (pair === undefined) return undefined
  const shown = `${pair.from} in ${words[0].name} is ${pair.to} in ${words[1].name}`
  return { because: `Guess: ${shown}, in ${pair.keys} keys.`, template: shown }
}

/** An address with a password, and the same without it; undefined where there is none. */
function withoutPassword(text: string): { rest: string; password: string } | undefined {
  const [, scheme, user, password, rest] =
    /^([a-z][a-z0-9+.-]{0,40}:\/\/)([^:@/?#\s]{0,200}):([^@/?#\s]{1,500})@(.*)$/is.exec(
      text.slice(0, 10_000),
    ) ?? []
  if (password === undefined) return undefined
  return { rest: `${scheme}${user}:@${rest}`, password }
}

/** Each environment has a secret of its own, unless one is no secret, or the live one is in the wrong place. */
function ownSecrets(
  shapes: readonly [string, string],
  values: readonly [string, string],
  words: PairContext['words'],
): { because: string; template: string } | undefined {
  if (shapes.includes('placeholder') || values.some((it) => it.trim().length < 8)) return undefined
  const wrong = shapes.some((shape, index) => {
    const production = words[index]!.kind === 'production'
    return (shape === 'live' && !production) || (shape === 'test' && production)
  })
  if (wrong) return undefined
  const template = 'a secret of its own in each environment'
  return { because: `Guess: ${template}.`, template }
}

function showTemplate(template: string, sensitive: boolean): string {
  if (sensitive) return 'not shown'
  if (template === '{environment}') return template
  const marked = template.replaceAll('{environment}', 'environment--name')
  const host = hostOf(marked.replaceAll(/[[\]]/g, ''))
  if (host === undefined || marked.includes('@')) return 'a longer text'
  return host.replaceAll('environment--name', '{environment}')
}

function accident(
  [one, other]: readonly (Binding | undefined)[],
  { words, absent, sensitive, key }: PairContext,
): string {
  const names = [words[0].name, words[1].name] as const
  if (one === undefined || other === undefined) {
    const without = one === undefined ? names[0] : names[1]
    const within = one === undefined ? names[1] : names[0]
    if (absent.default !== undefined)
      return `Only ${within} sets it; ${without} runs on the code's default.`
    return absent.required
      ? `Only ${within} sets it, and the code needs it: ${without} does not start or fails when it is read.`
      : `Only ${within} sets it.`
  }
  const values = [one.value?.reveal() ?? '', other.value?.reveal() ?? ''] as const
  for (const [index, value] of values.entries()) {
    if (words[1 - index]!.isIn(value) && !words[index]!.isIn(value)) {
      return `The value in ${names[index]} names ${names[1 - index]}.`
    }
    const shape = sensitive || isSecretName(key) ? secretShape(value) : 'opaque'
    const production = words[index]!.kind === 'production'
    if (shape === 'live' && !production)
      return `The value in ${names[index]} looks like a live key.`
    if (shape === 'test' && production) return `The value in ${names[index]} looks like a test key.`
    if (shape === 'placeholder') return `The value in ${names[index]} looks like a placeholder.`
  }
  if (values[0].trim() === values[1].trim()) return 'They differ in white space alone.'
  if (values[0].toLowerCase() === values[1].toLowerCase())
    return 'They differ in upper and lower case alone.'
  return 'Nothing explains the difference.'
}
