/** A key as the operators see it: what it is now, what it may be, and what it was or is elsewhere. Pure. */
import type { Binding, Dialect } from '../binding.ts'
import type { KeyContract } from '../contract/config-contract.ts'
import { absentKey } from '../diff/reads-of-keys.ts'
import { secretShape } from '../diff/secret-shape.ts'
import type { KeyRead, ValueType } from '../key-read.ts'
import { isHiddenKey, isMoney, keyWords, paymentProcessors } from '../packs/key-nature.ts'
import { isOfType } from '../rules/check-value.ts'
import type { SealedValue } from '../sealed-value.ts'
import { isQuantity, isTruthWord } from './change-number.ts'

export interface MutationSubject {
  key: string
  /** `empty` has the text ''; with `hidden` it has a value that is not known here. */
  before: 'set' | 'empty' | 'unset' | 'hidden'
  text: string
  /** Of the dotenv file that sets it. */
  dialect?: Dialect
  type: ValueType | undefined
  /** That it can have, as contract, code or a common family of words say. */
  values: readonly string[]
  /** An opaque token: nothing in it is taken for a number, a word or a truth value. */
  isSecret: boolean
  contract?: KeyContract
  /** What holds without the key. */
  fallback?: string
  elsewhere?: { environment: string; value: SealedValue }
  previous?: SealedValue
  /** Of a second line that sets the key. */
  second?: { file: string; value: SealedValue }
  isTaken: (name: string) => boolean
  /** For texts that are made up. */
  seed: Uint8Array
}

export type SubjectFacts = Pick<
  MutationSubject,
  'key' | 'elsewhere' | 'previous' | 'second' | 'isTaken' | 'seed'
> & { binding?: Binding; reads: readonly KeyRead[]; contract?: KeyContract }

export function mutationSubject({
  binding,
  reads,
  contract,
  ...rest
}: SubjectFacts): MutationSubject {
  const { key } = rest
  const state = binding?.state ?? 'unset'
  const text = state === 'set' ? (binding?.value?.reveal() ?? '') : ''
  const fallback = absentKey(reads).default?.literal ?? contract?.default
  const isSecret = contract?.sensitive ?? (isHiddenKey(key) || isTokenShaped(text))
  const type = contract?.type ?? typeOfReads(reads) ?? typeOfText(key, text, isSecret)
  return {
    ...rest,
    before: state === 'reference' || state === 'unknown' ? 'hidden' : state,
    text,
    ...(binding?.dialect === undefined ? {} : { dialect: binding.dialect }),
    type,
    values: valuesOf(key, text, reads, contract),
    isSecret,
    ...(contract === undefined ? {} : { contract }),
    ...(fallback === undefined ? {} : { fallback }),
  }
}

const isTokenShaped = (text: string): boolean => {
  const shape = secretShape(text)
  return shape === 'live' || shape === 'test' || text.startsWith('-----BEGIN')
}

/** The one that all readers agree on, as far as they tell. */
export function typeOfReads(reads: readonly KeyRead[]): ValueType | undefined {
  const told = new Set(reads.flatMap(({ type }) => (type === undefined ? [] : [type])))
  return told.size === 1 ? [...told][0] : undefined
}

function typeOfText(key: string, text: string, isSecret: boolean): ValueType | undefined {
  if (isOfType(text, 'url') && text.includes('://')) return 'url'
  if (isSecret) return undefined
  if (isTruthWord(text)) return 'boolean'
  if (isQuantity(key, text)) return /^[+-]?\d+$/.test(text) ? 'integer' : 'duration'
  return /^\s*[{[]/.test(text) && isOfType(text, 'json') ? 'json' : undefined
}

/** Words that stand for each other, from one end to the other. */
const families: readonly (readonly string[])[] = [
  ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  ['production', 'staging', 'development', 'test'],
  ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'],
  ['strict', 'lax', 'none'],
  ['live', 'sandbox'],
]

function valuesOf(
  key: string,
  text: string,
  reads: readonly KeyRead[],
  contract: KeyContract | undefined,
): readonly string[] {
  const told = contract?.values ?? [...new Set(reads.flatMap(({ values }) => values ?? []))]
  if (told.length > 0) return told
  const word = text.toLowerCase()
  if (paymentProcessors.has(word) && isMoney(keyWords(key))) {
    return word === 'stripe' ? ['stripe', 'paypal'] : [word, 'stripe']
  }
  return families.find((family) => family.includes(word)) ?? []
}
