import type { UnreadInput } from '../../binding.ts'
import { fieldOf } from '../../readers/json-text.ts'
import type { Flag, FlagPurpose } from '../flag.ts'
import type { Scalar } from '../condition.ts'

/** What one export says. */
export interface FlagsRead {
  flags: Flag[]
  /** What was to be read and was not; the flags beside it stay. */
  unread: UnreadInput[]
}

/** One export, parsed. */
export interface FlagDocument {
  file: string
  value: unknown
  /** Line on which a text first stands. */
  lineOf: (text: string) => number
  /** Name for what the export calls nothing. */
  environment: string
  /** The name was given, and wins over the export's own. */
  named: boolean
}

/** Conditions within one another; no platform's editor makes as many. */
export const deepestCondition = 60

export const isScalar = (value: unknown): value is Scalar =>
  ['string', 'number', 'boolean'].includes(typeof value)

export const scalarsOf = (values: readonly unknown[]): Scalar[] => values.filter(isScalar)

/** Milliseconds since 1970, from a number of them or a date as text. */
export function timeOf(value: unknown, ...keys: string[]): number | undefined {
  const found = fieldOf(value, ...keys)
  const time = typeof found === 'string' ? Date.parse(found) : found
  return typeof time === 'number' && Number.isFinite(time) && Math.abs(time) < 8e15
    ? time
    : undefined
}

/** By what the platform calls the type, or by a tag or name that says it. */
export function purposeOf(type: unknown, ...hints: readonly unknown[]): FlagPurpose | undefined {
  const known: Record<string, FlagPurpose> = {
    release: 'release',
    experiment: 'experiment',
    operational: 'operational',
    ops: 'operational',
    'kill-switch': 'kill-switch',
    permission: 'permission',
    permanent: 'permanent',
  }
  const text = typeof type === 'string' ? type.toLowerCase().replaceAll(/[ _]+/g, '-') : ''
  if (/^kill-?switch$/.test(text)) return 'kill-switch'
  if (Object.hasOwn(known, text)) return known[text]
  const isSwitch = hints.some((it) => typeof it === 'string' && /kill[-_. ]?switch/i.test(it))
  return isSwitch ? 'kill-switch' : undefined
}

export function kindOf(values: readonly unknown[]): Flag['kind'] {
  const types = new Set(values.map((value) => typeof value))
  const [type] = types
  return types.size === 1 && (type === 'boolean' || type === 'string' || type === 'number')
    ? type
    : 'json'
}
