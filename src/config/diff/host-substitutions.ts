import { hostClass, hostOf } from '../packs/hosts.ts'

/** Keys that one pair of domains must explain before it is taken for a rule. */
const enough = 3

/** `staging.shop.dev` here is `shop.com` there, in so many keys. */
export interface HostSubstitution {
  from: string
  to: string
  keys: number
}

/**
 * Pairs of domains that explain the difference of several keys: everything but the domain is equal. Gives the pair for
 * two values; undefined where it explains fewer than three keys.
 */
export function hostSubstitutions(
  pairs: readonly { key: string; values: readonly [string, string] }[],
): (values: readonly [string, string]) => HostSubstitution | undefined {
  const keysBy = new Map<string, Set<string>>()
  for (const { key, values } of pairs) {
    const pair = domainPair(values)
    if (pair === undefined) continue
    const id = pair.join('\0')
    const keys = keysBy.get(id) ?? new Set()
    keys.add(key)
    keysBy.set(id, keys)
  }
  return (values) => {
    const pair = domainPair(values)
    const keys = pair === undefined ? 0 : (keysBy.get(pair.join('\0'))?.size ?? 0)
    return pair === undefined || keys < enough ? undefined : { from: pair[0], to: pair[1], keys }
  }
}

function domainPair([one, other]: readonly [string, string]): [string, string] | undefined {
  if (one === other || one.length > 2000 || other.length > 2000) return undefined
  const from = hostOf(one)
  const to = hostOf(other)
  if (from === undefined || to === undefined || from === to) return undefined
  if (hostClass(from) !== 'public' || hostClass(to) !== 'public') return undefined
  if (one.toLowerCase().replace(from, '\0') !== other.toLowerCase().replace(to, '\0')) {
    return undefined
  }
  const left = from.split('.')
  const right = to.split('.')
  while (left.length > 2 && right.length > 2 && left[0] === right[0]) {
    left.shift()
    right.shift()
  }
  return [left.join('.'), right.join('.')]
}
