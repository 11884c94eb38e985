/** Which attributes of a service's requests are searched. */
import { type AttributeKey, attributeKeys, promotedKeys } from '../../store/attribute-keys.ts'
import type { Store } from '../../store/store.ts'
import { attributeTypes } from '../../otlp/attribute-type.ts'
import { deniedAttributes, matchesAny } from '../denied-attributes.ts'
import type { SqlAttribute } from './sql-population.ts'

export interface ChooseOptions {
  /** Left out: all of them, and it is an attribute. */
  environment?: string
  /** Patterns of attributes to leave out, and of those to take although they look like outcomes. */
  ignore?: readonly string[]
  include?: readonly string[]
  /** At most so many attributes, the most frequent first; default 60. */
  maxAttributes?: number
}

/** Who made a request; the first that most rows carry is the unit. */
export const unitKeys = ['session.id', 'user.id', 'enduser.id']
/** Columns of their own, which `attributeKeys` does not list. */
const ownKeys: readonly AttributeKey[] = [
  'service.version',
  'service.instance.id',
  'deployment.environment.name',
].map((key) => ({ key, type: 'string', rows: Infinity }))

const mostAttributes = 60

export interface PossibleKeys {
  keys: AttributeKey[]
  /** What was counted in the same scan: SQL -> its value. */
  counted: ReadonlyMap<string, number>
}

/**
 * All attributes that requests may carry, whether any does or not, where these are no more than are searched anyway: those
 * with a column of their own, which costs no look at the rows, and those in maps. Null where it takes a count to choose.
 * @param beside aggregates over the requests that are wanted, too, given the attributes with a column of their own
 */
export async function possibleKeys(
  store: Store,
  condition: string,
  parameters: Record<string, unknown>,
  options: ChooseOptions,
  beside: (keys: readonly AttributeKey[]) => readonly string[],
): Promise<PossibleKeys | null> {
  if (store.relations.schema !== 'own') return null
  const columns = await promotedKeys(store)
  const byName = columns
    .map(({ key, type }): AttributeKey => ({ key, type, rows: 0 }))
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)) || (a.type < b.type ? -1 : 1))
  const isFew = (keys: readonly AttributeKey[]): boolean => {
    const wanted = wantedKeys(keys, null, options)
    const names = new Set(wanted.map(({ key }) => key))
    // two types of one key are told apart by name: only where both are there
    return (
      wanted.length <= (options.maxAttributes ?? mostAttributes) && names.size === wanted.length
    )
  }
  if (!isFew(byName)) return null
  const maps = attributeTypes
    .filter((type) => type !== 'json')
    .map((type) => `countIf(notEmpty(attributes_${type}))`)
  const wanted = [maps.join(' + '), ...beside(byName)]
  const [inMaps = 0, ...counts] = await countedTogether(store, wanted, condition, parameters)
  const counted = new Map(wanted.slice(1).map((sql, i) => [sql, counts[i]!]))
  if (inMaps === 0) return { keys: byName, counted }
  const others = await attributeKeys(store, condition, parameters, 1000, { isOnlyMaps: true })
  const all = [...byName, ...others]
  return isFew(all) ? { keys: all, counted } : null
}

/** Aggregates over the requests, in one scan. */
export async function countedTogether(
  store: Store,
  wanted: readonly string[],
  condition: string,
  parameters: Record<string, unknown>,
): Promise<number[]> {
  const [row] = await store.query<Record<string, number | string>>(
    `SELECT ${wanted.map((sql, i) => `${sql} AS c${i}`).join(', ')} FROM ${store.relation('traces')} WHERE ${condition}`,
    parameters,
    { isScan: true },
  )
  return wanted.map((_, i) => Number(row?.[`c${i}`] ?? 0))
}

/**
 * Attributes of requests that are searched, at most so many.
 * @param found what they carry, the most frequent first
 */
export function chooseAttributes(
  store: Store,
  found: readonly AttributeKey[],
  unit: string,
  options: ChooseOptions,
): { attributes: SqlAttribute[]; notes: string[]; cut: string[] } {
  const { ignore = [], include = [], maxAttributes = mostAttributes } = options
  const wanted = wantedKeys(found, unit, options)
  const taken = wanted.slice(0, maxAttributes)
  const cut = wanted.slice(maxAttributes)
  const attributes = taken.map(({ key, type }): SqlAttribute => {
    // a key with values of two types keeps both, told apart by the type
    const twice = taken.filter((other) => other.key === key).length > 1
    return {
      name: twice ? `${key} (${type})` : key,
      sql: store.attribute('traces', key, type),
      type: type === 'int' || type === 'double' ? 'number' : type,
    }
  })
  const notes =
    unitKeys.includes(unit) && !matchesAny(unit, [...ignore, ...include])
      ? [`Not searched, as it says which requests belong together: ${unit}.`]
      : []
  if (cut.length === 0) return { attributes, notes, cut: [] }
  const named = cut
    .slice(0, 10)
    .map(({ key }) => key)
    .join(', ')
  const more = cut.length > 10 ? ` and ${cut.length - 10} more` : ''
  const sentence = `Of ${wanted.length} attributes the ${taken.length} that most requests carry were searched; left out: ${named}${more}.`
  return { attributes, notes, cut: [sentence] }
}

/** @param unit null = not known yet */
function wantedKeys(
  found: readonly AttributeKey[],
  unit: string | null,
  { environment, ignore = [], include = [] }: ChooseOptions,
): AttributeKey[] {
  // one person or session is no cohort, and their many names cost the search more than all else
  const isLeftOut = (key: string): boolean => key === unit && unitKeys.includes(key)
  return [...(environment === undefined ? ownKeys : ownKeys.slice(0, 2)), ...found].filter(
    ({ key }) =>
      key !== 'operation' &&
      !matchesAny(key, ignore) &&
      (matchesAny(key, include) || !(matchesAny(key, deniedAttributes) || isLeftOut(key))),
  )
}
