import type { Binding } from '../binding.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { urlOf } from './hosts.ts'
import { isMoney, isSecretName, keyWords, maySensitive } from './key-nature.ts'
import { findInPack, type Pack, valuesOf } from './pack.ts'
import { isPlaceholder } from './placeholders.ts'

/** Bytes: what 128 bits of a random text take at least. */
const shortest = 16

/** Secrets that everybody knows, that are short, or that two environments share; signatures that are none. */
export const authPack: Pack = {
  name: 'auth',
  description: 'sample, short and shared secrets, JWT without signature',
  check(input, outcome) {
    const samples = samplesOf(input)
    for (const environment of input.environments) {
      if (environment.kind === 'production' || environment.kind === 'staging') {
        checkSecrets(environment, samples, outcome)
      }
      checkSignatures(environment, outcome)
    }
    checkShared(input, outcome)
  },
}

function samplesOf({ declarations = [] }: CheckInput): Map<string, Set<string>> {
  const samples = new Map<string, Set<string>>()
  for (const { key, kind, example } of declarations) {
    if (
      example === undefined ||
      (kind !== 'sample' && kind !== 'schema' && kind !== 'documentation')
    )
      continue
    const text = example.reveal().trim()
    if (text.length < 4) continue
    const list = samples.get(key) ?? new Set()
    list.add(text)
    samples.set(key, list)
  }
  return samples
}

function checkSecrets(
  environment: LoadedEnvironment,
  samples: ReadonlyMap<string, ReadonlySet<string>>,
  outcome: CheckOutcome,
): void {
  const { name, kind } = environment
  for (const { binding, key, text } of valuesOf(environment)) {
    if (!maySensitive(key) || /^(true|false)$/i.test(text)) continue
    const secret = isSecretName(key)
    const known = samples.get(key)?.has(text) === true
    if (known && (secret || (kind === 'production' && (!mayBeName(key) || carriesSecret(text))))) {
      findInPack(outcome, {
        rule: 'sample-secret',
        severity: kind === 'production' ? 'error' : 'warning',
        binding,
        effect: isMoney(keyWords(key)) ? 'money' : 'auth',
        evidence: 'proved',
        message: `${key} in ${name} is what the sample file says: everybody who reads the repository knows it.`,
        hint: 'Make a new secret and put it into the secret store.',
      })
    } else if (isPlaceholder(text) && secret && !isMoney(keyWords(key))) {
      findInPack(outcome, {
        rule: 'known-secret',
        severity: kind === 'production' ? 'error' : 'warning',
        binding,
        effect: 'auth',
        message: `${key} in ${name} looks like a placeholder or a text that everybody tries first.`,
        hint: 'Make a new secret and put it into the secret store.',
      })
    } else if (kind === 'production' && isSigning(key) && Buffer.byteLength(text) < shortest) {
      findInPack(outcome, {
        rule: 'short-secret',
        severity: 'warning',
        binding,
        effect: 'auth',
        evidence: 'proved',
        message: `${key} in ${name} is shorter than ${shortest} bytes: it can be guessed.`,
        hint: 'Make one of 32 random bytes (openssl rand -base64 32).',
      })
    }
  }
}

/** `SESSION_COOKIE`, `DB_CONNECTION`: what a cookie or a connection is called, as often as what it holds. */
const mayBeName = (key: string): boolean => /^(cookie|connection)$/.test(keyWords(key).at(-1) ?? '')

/** By its look: credentials in an address, a long token. */
function carriesSecret(text: string): boolean {
  const url = urlOf(text)
  if (url !== undefined) return url.password !== '' || text.length > 60
  return text.length >= shortest && /\d/.test(text) && /[A-Za-z]/.test(text) && !/\s/.test(text)
}

/** A secret that signs or encrypts, rather than one that somebody else gave out. */
function isSigning(key: string): boolean {
  const words = keyWords(key)
  if (
    !isSecretName(key) ||
    words.some((word) => /^(client|bot|api|access|webhook|password|captcha)$/.test(word))
  )
    return false
  return words.some((word) =>
    /^(jwt|session|cookie|encryption|signing|secret|hash|csrf|nextauth|hmac|crypto)$/.test(word),
  )
}

function checkSignatures(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    const names =
      words.some((word) => /^(jwt|jws|token|idtoken|oidc)$/.test(word)) &&
      words.some((word) => /^(alg|algo|algorithm|algorithms)$/.test(word))
    if (!names || !/(^|[\s,"'[])none($|[\s,"'\]])/i.test(text)) continue
    findInPack(outcome, {
      rule: 'jwt-none',
      binding,
      effect: 'auth',
      evidence: 'proved',
      message: `${key} in ${environment.name} lets tokens in that nobody signed.`,
      hint: 'Name the algorithm that signs them (RS256, EdDSA).',
    })
  }
}

/** A secret of production that opens another environment as well. */
function checkShared({ environments, contract }: CheckInput, outcome: CheckOutcome): void {
  const production = environments.filter(({ kind }) => kind === 'production')
  const others = environments.filter(({ kind }) => kind !== 'production' && kind !== 'other')
  for (const real of production) {
    const secrets = new Map<string, Binding[]>()
    for (const { binding, key, text } of valuesOf(real)) {
      if (!isSecretName(key) || text.length < 8 || isPlaceholder(text)) continue
      if (
        contract?.keys?.[key]?.mustMatch !== undefined ||
        contract?.keys?.[key]?.mayDiffer !== undefined
      )
        continue
      secrets.set(key, [...(secrets.get(key) ?? []), binding])
    }
    for (const other of others) {
      for (const { binding, key, text } of valuesOf(other)) {
        const same = secrets.get(key)?.find((it) => it.value?.reveal().trim() === text)
        if (same === undefined) continue
        findInPack(outcome, {
          rule: 'shared-secret',
          severity: isSigning(key) || isMoney(keyWords(key)) ? 'error' : 'warning',
          binding,
          others: [same],
          effect: isMoney(keyWords(key)) ? 'money' : 'auth',
          evidence: 'proved',
          message: `${key} is the same secret in ${real.name} and ${other.name}: whoever can read ${other.name} can enter ${real.name}.`,
          hint: 'Give each environment a secret of its own.',
        })
      }
    }
  }
}
