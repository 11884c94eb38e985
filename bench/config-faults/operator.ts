import type { ConfigContract } from '../../src/config/contract/config-contract.ts'
import type { Random } from '../../src/stats/random.ts'
import { entryOf } from './configuration.ts'
import type { Configuration, Entry, KeyFacts, Side } from './configuration.ts'

/** One labelled change, made before anything looks at it. */
export interface Change {
  /** A finding about the change names one of these, or a place where one of them stands. */
  keys: string[]
  /** In plain words. */
  what: string
  apply: (it: Configuration) => void
  /** The intent that comes with it: what the author writes into the contract. */
  declares?: NonNullable<ConfigContract['keys']>
}

export interface Occasion {
  base: Configuration
  keys: ReadonlyMap<string, KeyFacts>
  random: Random
  salt: string
}

/** undefined = there is nothing here that could be changed in this way. */
export type Operator = (occasion: Occasion) => Change | undefined

export const pick = <Item>(items: readonly Item[], random: Random): Item | undefined =>
  items[random.integer(items.length)]

/** An entry of both environments that fits. */
export function pickEntry(
  { base, random }: Occasion,
  fits: (entry: Entry, staging: Entry) => boolean,
): Entry | undefined {
  const both = base.sides.production.flatMap((entry) => {
    const staging = entryOf(base, 'staging', entry.key)
    return staging !== undefined && fits(entry, staging) ? [entry] : []
  })
  return pick(both, random)
}

/** Production alone twice in three times, else both: what is wrong everywhere differs nowhere. */
export const someSides = (random: Random): readonly Side[] =>
  random.integer(3) < 2 ? ['production'] : ['staging', 'production']

export function setting(
  key: string,
  sides: readonly Side[],
  change: Partial<Entry>,
): Change['apply'] {
  return (it) => {
    for (const side of sides) Object.assign(entryOf(it, side, key) ?? {}, change)
  }
}

export const isNumber = ({ value }: Entry): boolean => /^\d{1,9}$/.test(value)
export const isTruth = ({ value }: Entry): boolean => /^(true|false)$/i.test(value)
export const isUrl = ({ value }: Entry): boolean => /^https?:\/\//.test(value)
export const isDataUrl = ({ value }: Entry): boolean => /^[a-z][a-z+]*:\/\/[^/]*@/.test(value)

/** A slip of the keyboard in one of the words of a name. */
export function misspelt(key: string, random: Random): string {
  const at = 1 + random.integer(Math.max(1, key.length - 2))
  const [a = '', b = ''] = [key[at], key[at + 1]]
  switch (random.integer(5)) {
    case 0:
      return key.slice(0, at) + key.slice(at + 1)
    case 1:
      return key.slice(0, at) + a + key.slice(at)
    case 2:
      return a === b
        ? key.slice(0, at) + key.slice(at + 1)
        : key.slice(0, at) + b + a + key.slice(at + 2)
    case 3:
      return key.includes('_') ? key.replace('_', random.integer(2) === 0 ? '__' : '') : `${key}S`
    default:
      return key.endsWith('S') ? key.slice(0, -1) : `${key}S`
  }
}
