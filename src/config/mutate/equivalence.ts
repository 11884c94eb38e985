import type { Binding } from '../binding.ts'
import { absentKey } from '../diff/reads-of-keys.ts'
import type { KeyRead } from '../key-read.ts'
import { readerReason } from '../rules/given-names.ts'
import type { Mutant } from './mutant.ts'
import { typeOfReads } from './mutation-subject.ts'

/** What is known of a mutant's key. */
export interface EquivalenceFacts {
  /** What the target environment gives to it (`targetBindings`). */
  binding?: Binding
  /** Of the key, tests left out (`readsOfKeys`). */
  reads: readonly KeyRead[]
  /** The code also reads keys that cannot be told from its text: a key without a read may be read after all. */
  readsOpenly: boolean
  /** The traced run read it. */
  traced: boolean
}

/**
 * Why nobody could notice a mutant, as a sentence: nothing reads the key, or what is read is the identical value.
 * Undefined wherever that is not certain. Pure.
 */
export function equivalentReason(mutant: Mutant, facts: EquivalenceFacts): string | undefined {
  const { key } = mutant
  if (isDead(key, facts)) return 'Nothing reads the key: it is dead.'
  const before = readTexts(facts.binding?.state ?? 'unset', facts.binding?.value?.reveal(), facts)
  const after = readTexts(mutant.state, mutant.value?.reveal(), facts)
  if (before === undefined || after === undefined) return undefined
  if (before === after) {
    return mutant.state === 'set' && mutant.value?.reveal() === facts.binding?.value?.reveal()
      ? 'The file takes it away: the same value is read.'
      : 'What the code reads is the same value.'
  }
  if (before.startsWith(setTo) && after.startsWith(setTo)) {
    return sameParsed(before.slice(setTo.length), after.slice(setTo.length), facts)
  }
  return undefined
}

const setTo = 'set:'

/** Names that frameworks and runtimes read by themselves are never dead, nor is what may be read by another name. */
const isDead = (key: string, { reads, readsOpenly, traced }: EquivalenceFacts): boolean =>
  reads.length === 0 && !readsOpenly && !traced && readerReason(key) === undefined

/** What all readers get, in a form that can be compared; undefined where nobody can tell. */
function readTexts(
  state: Binding['state'],
  text: string | undefined,
  { reads }: EquivalenceFacts,
): string | undefined {
  if (state === 'reference' || state === 'unknown') return undefined
  const absent = absentKey(reads)
  // a read through a template may have another default
  const isPlain = reads.length > 0 && reads.every(({ template }) => !template)
  const fallsBack = state === 'unset' || (state === 'empty' && isPlain && absent.emptyIsUnset)
  if (!fallsBack) return state === 'empty' ? setTo : `${setTo}${text ?? ''}`
  if (isPlain && absent.default !== undefined) return `${setTo}${absent.default.literal}`
  return 'unset'
}

/** Two texts that the declared type of every reader parses to one value. */
function sameParsed(
  before: string,
  after: string,
  { reads }: EquivalenceFacts,
): string | undefined {
  if (reads.length === 0 || reads.some(({ type }) => type === undefined)) return undefined
  const type = typeOfReads(reads)
  if (type === 'integer' || type === 'number') {
    // Number(), parseInt(), int() and float() pass over white space at both ends
    const lenient = reads.every(({ language }) =>
      ['javascript', 'typescript', 'python'].includes(language),
    )
    const number = before.trim()
    return lenient && number === after.trim() && /^[+-]?\d+(\.\d+)?$/.test(number)
      ? 'White space at the end of a number changes nothing.'
      : undefined
  }
  if (type !== 'boolean') return undefined
  // settings classes of Python and binding of Spring take all of these words
  const understood = reads.every(
    ({ language, tier }) =>
      (language === 'python' && tier === 'schema') ||
      ((language === 'java' || language === 'kotlin') && tier === 'binding'),
  )
  const [one, other] = [truthOf(before), truthOf(after)]
  return understood && one !== undefined && one === other
    ? 'The type that the code declares takes both for the same truth value.'
    : undefined
}

function truthOf(text: string): boolean | undefined {
  if (/^(true|yes|on|1)$/i.test(text)) return true
  return /^(false|no|off|0)$/i.test(text) ? false : undefined
}
