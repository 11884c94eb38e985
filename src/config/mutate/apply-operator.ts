/** What each operator makes of a key (config.md §7.5). Pure. */
import type { Dialect } from '../binding.ts'
import { readDotenv } from '../dialects/read-dotenv.ts'
import type { ValueType } from '../key-read.ts'
import {
  booleanSynonym,
  inCaseOf,
  isTruthWord,
  opposite,
  outOfRange,
  thousandfold,
} from './change-number.ts'
import { misspelt, otherHost, otherPort, otherScheme, rotated, truncated } from './change-text.ts'
import type { MutationSubject } from './mutation-subject.ts'
import type { MutationOperator } from './operators.ts'
import { operatorWords } from './operators.ts'

export interface Change {
  state: 'set' | 'empty' | 'unset'
  /** With `set`. */
  text?: string
  /** A name that gets the right value instead. */
  also?: string
  /** Without any value. */
  words: string
}

/** Undefined where the operator does not fit the key. */
export function applyOperator(
  operator: MutationOperator,
  subject: MutationSubject,
): Change | undefined {
  const change = changes[operator](subject)
  if (change === undefined) return undefined
  const {
    state = 'set',
    text,
    also,
    words = operatorWords[operator],
  } = typeof change === 'string' ? { text: change } : change
  // an operator may say what the key is already; what is equal for its readers only is told later
  if (also === undefined && state !== 'set' && state === subject.before) return undefined
  if (state === 'set' && text === '') {
    return subject.before === 'empty' ? undefined : { state: 'empty', words }
  }
  return {
    state,
    ...(text === undefined ? {} : { text }),
    ...(also === undefined ? {} : { also }),
    words,
  }
}

type Made = string | (Partial<Change> & { text?: string }) | undefined

const changes: Record<MutationOperator, (subject: MutationSubject) => Made> = {
  unset: () => ({ state: 'unset' }),
  empty: ({ before }) => (before === 'unset' ? undefined : { state: 'empty' }),
  'other-environment': ({ elsewhere, text, before }) => {
    if (elsewhere === undefined || (before === 'set' && elsewhere.value.reveal() === text))
      return undefined
    return { text: elsewhere.value.reveal(), words: `the value of ${elsewhere.environment}` }
  },
  'previous-value': ({ previous, text, before }) =>
    before === 'set' && previous?.reveal() === text ? undefined : previous?.reveal(),
  'duplicate-key': ({ second, text, before }) => {
    if (second === undefined || before === 'unset' || second.value.reveal() === text)
      return undefined
    return { text: second.value.reveal(), words: `set twice: the line of ${second.file} wins` }
  },
  'default-value': ({ fallback, before }) => (before === 'set' ? fallback : undefined),
  'near-miss-name': ({ key, before, isTaken }) => {
    const also = before === 'set' ? misspelt(key, isTaken) : undefined
    return also === undefined ? undefined : { state: 'unset', also }
  },
  'rotated-secret': (subject) =>
    subject.isSecret ? when(subject, (text) => rotated(text, subject.seed)) : undefined,
  'truncated-secret': (subject) => (subject.isSecret ? when(subject, truncated) : undefined),
  scheme: (subject) => when(subject, otherScheme),
  host: (subject) =>
    subject.isSecret && !subject.text.includes('://')
      ? undefined
      : when(subject, (text) => otherHost(subject.key, text)),
  port: (subject) => when(subject, (text) => otherPort(subject.key, text)),
  'enum-sibling': (subject) =>
    plain(subject, (text) => {
      const { values } = subject
      if (isTruthWord(text) || values.length < 2) return undefined
      const at = values.findIndex((value) => value.toLowerCase() === text.toLowerCase())
      const next = values[(at + 1) % values.length]!
      return next === text ? undefined : values.includes(text) ? next : inCaseOf(text, next)
    }),
  'flag-flipped': (subject) => (isTruth(subject) ? plain(subject, opposite) : undefined),
  'boolean-synonym': (subject) => (isTruth(subject) ? plain(subject, booleanSynonym) : undefined),
  'unit-thousandfold': (subject) =>
    isTruth(subject) ? undefined : plain(subject, (text) => thousandfold(subject.key, text)),
  'out-of-range': (subject) =>
    isTruth(subject)
      ? undefined
      : plain(subject, (text) => outOfRange(subject.key, text, subject.contract ?? {})),
  'wrong-type': ({ type, before, text, isSecret, values }) => {
    if (before !== 'set' || (isSecret && type !== 'url')) return undefined
    const wrong =
      type === undefined && values.length > 0 ? wrongTexts.enum : wrongTexts[type ?? 'string']
    return wrong === text ? undefined : wrong
  },
  newline: (subject) => when(subject, (text) => `${text}\n`),
  quoted: (subject) => when(subject, (text) => asRead(subject, `"${text}"`)),
  'trailing-space': (subject) => when(subject, (text) => asRead(subject, `${text} `)),
}

const wrongTexts: Partial<Record<ValueType, string>> = {
  boolean: 'maybe',
  integer: 'many',
  number: 'many',
  duration: 'a while',
  url: 'not an address',
  enum: 'none-of-these',
  json: '{',
}

/** Only where the value is known. */
const when = (
  { before, text }: MutationSubject,
  change: (text: string) => string | undefined,
): string | undefined => (before === 'set' ? change(text) : undefined)

const plain = (
  subject: MutationSubject,
  change: (text: string) => string | undefined,
): string | undefined => (subject.isSecret ? undefined : when(subject, change))

const isTruth = ({ type, text }: MutationSubject): boolean =>
  type === 'boolean' || isTruthWord(text)

/**
 * What comes of a text in the file that sets the key, since most dialects take spaces and quotation marks away: the value is
 * then the right one. Whatever is written in another way reaches the process as it is.
 */
function asRead({ text, dialect }: MutationSubject, written: string): string {
  if (dialect === undefined || text.length > 10_000) return written
  return valueIn(text, dialect) === text ? (valueIn(written, dialect) ?? written) : written
}

function valueIn(written: string, dialect: Dialect): string | undefined {
  const { entries } = readDotenv(`KEY=${written}\n`, dialect)
  const [entry] = entries
  return entries.length === 1 && entry?.key === 'KEY' ? entry.value?.reveal() : undefined
}
