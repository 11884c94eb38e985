/** One key, two meanings: `conflicting-types`, `conflicting-defaults`, `empty-differs`. Pure. */
import type { ConfigFinding } from '../config-finding.ts'
import { findingId } from '../finding-id.ts'
import type { KeyRead, ValueType } from '../key-read.ts'
import { shareableLiteral } from './sensitive-name.ts'

type Shape = 'number' | 'boolean' | 'text'

/** Reads of one key are compared inside a component's code, and inside one file of references (`${KEY:default}`). */
export function defaultFindings(reads: readonly KeyRead[]): ConfigFinding[] {
  const groups = Map.groupBy(
    reads.filter(
      ({ phase, template, language, tier }) =>
        (phase === 'run' || phase === 'build') &&
        !template &&
        !(language === 'shell' && tier === 'reference'),
    ),
    ({ component, key, tier, location, phase }) =>
      [component, key, phase, tier === 'reference' ? location.file : ''].join('\0'),
  )
  return [...groups.values()].flatMap(ofOneKey)
}

function ofOneKey(reads: KeyRead[]): ConfigFinding[] {
  if (reads.length < 2) return []
  const withDefault = reads.filter(
    ({ default: fallback }) => fallback?.literal !== undefined && !isNothing(fallback.literal),
  )
  const clash = firstPair(withDefault, typesClash)
  if (clash !== undefined) return [typeFinding(clash, reads)]
  const other = firstPair(
    withDefault,
    (a, b) => meaningOf(a) !== meaningOf(b) && !asksOnly(a, b) && !asksOnly(b, a),
  )
  if (other !== undefined) return [valueFinding(other, withDefault)]
  const empty = firstPair(withDefault, (a, b) => a.default!.forEmpty !== b.default!.forEmpty)
  return empty === undefined ? [] : [emptyFinding(empty)]
}

/** Defaults that say "not set" in one language or another. */
const isNothing = (literal: string): boolean =>
  /^(null|nil|none|undefined|unset)?$/i.test(plain(literal))

/** `env('SERVERS', false)` only asks whether a text is there. */
const asksOnly = (a: KeyRead, b: KeyRead): boolean =>
  a.type !== 'boolean' && shapeOf(b) === 'text' && /^false$/i.test(plain(a.default!.literal!))

type Pair = readonly [KeyRead, KeyRead]

/** Against the first of each meaning: linear, and what differs from any differs from one of these. */
function firstPair(
  reads: readonly KeyRead[],
  differ: (a: KeyRead, b: KeyRead) => boolean,
): Pair | undefined {
  const kept: KeyRead[] = []
  for (const read of reads) {
    const other = kept.find((one) => differ(one, read))
    if (other !== undefined) return [other, read]
    if (kept.length < 8) kept.push(read)
  }
  return undefined
}

/** A number for one reader and no number, or no boolean, for the other: no value serves both. */
function typesClash(a: KeyRead, b: KeyRead): boolean {
  const [one, two] = [shapeOf(a), shapeOf(b)]
  if (one === two || asksOnly(a, b) || asksOnly(b, a)) return false
  // text holds everything that is typed, unless the text's own default shows what is meant
  const strict = (read: KeyRead): boolean => read.type === 'string' || read.type === undefined
  if (one === 'text' || two === 'text') {
    const [text, typed] = one === 'text' ? [a, b] : [b, a]
    return strict(text) && shapeOfLiteral(typed.default!.literal!) !== 'text' && !isUnitNumber(text)
  }
  return true
}

const isUnitNumber = ({ default: fallback }: KeyRead): boolean =>
  /^-?\d/.test(plain(fallback?.literal ?? ''))

const numbers: ReadonlySet<ValueType> = new Set(['integer', 'number', 'duration'])

function shapeOf({ type, default: fallback }: KeyRead): Shape {
  if (type === 'boolean') return 'boolean'
  if (type !== undefined && numbers.has(type)) return 'number'
  return shapeOfLiteral(fallback?.literal ?? '')
}

function shapeOfLiteral(literal: string): Shape {
  const text = plain(literal)
  if (/^(true|false|yes|no|on|off)$/i.test(text)) return 'boolean'
  return text !== '' && Number.isFinite(Number(text.replaceAll('_', ''))) ? 'number' : 'text'
}

function meaningOf({ default: fallback }: KeyRead): string {
  const text = plain(fallback!.literal!)
  const number = Number(text.replaceAll('_', ''))
  if (text !== '' && Number.isFinite(number)) return String(number)
  if (/^(true|yes|on)$/i.test(text)) return '1'
  if (/^(false|no|off)$/i.test(text)) return '0'
  return text.replace(/\/$/, '')
}

function plain(literal: string): string {
  const text = literal.trim()
  return /^(["'`])(.*)\1$/s.exec(text)?.[2] ?? text
}

function base(rule: string, [a, b]: Pair): Omit<ConfigFinding, 'message' | 'hint' | 'severity'> {
  const body = {
    rule,
    key: a.key,
    component: a.component,
    environments: [],
    locations: [a.location, b.location],
  }
  return { id: findingId(body), ...body, evidence: 'proved' }
}

function typeFinding(pair: Pair, reads: readonly KeyRead[]): ConfigFinding {
  const [a, b] = pair
  return {
    ...base('conflicting-types', pair),
    severity: 'error',
    message: `${a.key} is read as ${shapeWords[shapeOf(a)]}${told(a)} in one place and as ${shapeWords[shapeOf(b)]}${told(b)} in another: whatever it is set to is wrong for one of the ${reads.length} reads.`,
    hint: 'Give one of the readers a name of its own.',
  }
}

function valueFinding(pair: Pair, reads: readonly KeyRead[]): ConfigFinding {
  const [a, b] = pair
  return {
    ...base('conflicting-defaults', pair),
    severity: 'warning',
    message: `${a.key} has different defaults in ${reads.length} places${values(a, b)}: left unset, it means two things at once.`,
    hint: 'Keep one default, in one place that both import.',
  }
}

function emptyFinding(pair: Pair): ConfigFinding {
  const [a] = pair
  return {
    ...base('empty-differs', pair),
    severity: 'note',
    message: `Set to nothing, ${a.key} takes the default in one place and stays empty in another.`,
    hint: 'Treat empty alike in both, best as not set.',
  }
}

const shapeWords: Record<Shape, string> = {
  number: 'a number',
  boolean: 'a yes or no',
  text: 'a text',
}

function told(read: KeyRead): string {
  const text = shown(read)
  return text === undefined ? '' : ` (default ${text})`
}

function values(a: KeyRead, b: KeyRead): string {
  const [one, two] = [shown(a), shown(b)]
  return one === undefined || two === undefined ? '' : ` (${one} and ${two})`
}

/** Defaults stand in the source for everybody to read; what may be a secret is still not repeated. */
function shown({ key, default: fallback }: KeyRead): string | undefined {
  const literal = fallback?.literal
  const text = literal === undefined ? undefined : shareableLiteral(key, plain(literal))
  return text !== undefined && text.length > 40 ? `${text.slice(0, 39)}…` : text
}
