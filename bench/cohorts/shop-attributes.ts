import type { PromotedType } from '../../src/store/tables/attribute-columns.ts'

export interface ShopAttribute {
  key: string
  type: PromotedType
  /** Values rarely repeat. */
  plain?: boolean
  /** Of an event with the number `n` of the user `u`; both are UInt64. */
  sql: string
}

/** A number from 0 to 1, by the hash of a number. @param of `n` or `u` */
export const uniform = (of: string, salt: number): string =>
  `(bitShiftRight(cityHash64(${of}, seed, ${salt}), 11) / 9007199254740992)`

/** Box and Muller, from two hashes. */
export const normal = (of: string, salt: number): string =>
  `(sqrt(-2 * log(${uniform(of, salt)} + 1e-17)) * cos(2 * pi() * ${uniform(of, salt + 1)}))`

/** 1 to `size`, k about as often as 1 / k. */
const zipf = (of: string, salt: number, size: number): string =>
  `least(toUInt32(pow(${size + 1}, ${uniform(of, salt)})), ${size})`

const word = (name: string, number: string): string => `concat('${name}-', toString(${number}))`

const sometimes = (of: string, salt: number, absent: number, value: string): string =>
  `if(${uniform(of, salt)} < ${absent}, NULL, ${value})`

/** Follows `other` in `share` of the rows, else anything. */
const following = (of: string, salt: number, other: string, share: number, size: number): string =>
  `1 + if(${uniform(of, salt)} < ${share}, ${other} % ${size}, toUInt32(${size} * ${uniform(of, salt + 1)}))`

export const country = zipf('u', 10, 30)
export const device = zipf('u', 20, 6)
/** 0 = absent. */
export const provider = `if(${uniform('n', 30)} < 0.3, 0, ${zipf('n', 31, 4)})`
export const cartTotal = `if(${uniform('n', 40)} < 0.2, NULL, round(exp(3.5 + ${normal('n', 41)}), 2))`
export const accountAge = `toInt64(exp(4.2 + 1.1 * ${normal('u', 50)}))`

/** Those of planted cohorts first, so that each is among the first ten. */
const named: readonly ShopAttribute[] = [
  { key: 'app.country', type: 'string', sql: word('country', country) },
  {
    key: 'app.payment.provider',
    type: 'string',
    sql: `if(${provider} = 0, NULL, ${word('provider', provider)})`,
  },
  { key: 'app.device', type: 'string', sql: word('device', device) },
  { key: 'app.cart.total', type: 'double', sql: cartTotal },
  { key: 'app.account.age_days', type: 'int', sql: accountAge },
  { key: 'user.id', type: 'string', plain: true, sql: word('user', 'u') },
  { key: 'app.region', type: 'string', sql: word('region', `${country} % 6`) },
  {
    key: 'app.locale',
    type: 'string',
    sql: word('locale', following('u', 60, country, 0.9, 20)),
  },
  { key: 'app.store', type: 'string', sql: word('store', zipf('n', 70, 80)) },
  { key: 'app.flag.search', type: 'bool', sql: `${uniform('u', 80)} < 0.5` },
  {
    key: 'app.currency',
    type: 'string',
    sql: word('currency', following('u', 90, country, 0.8, 12)),
  },
  {
    key: 'app.browser',
    type: 'string',
    sql: word('browser', following('u', 100, device, 0.85, 9)),
  },
  { key: 'app.os', type: 'string', sql: word('os', following('u', 110, device, 0.7, 25)) },
  { key: 'app.tenant', type: 'string', sql: word('tenant', zipf('u', 120, 2000)) },
  {
    key: 'app.card.type',
    type: 'string',
    sql: `if(${provider} = 0, NULL, ${word('card', `toUInt32(5 * ${uniform('n', 130)})`)})`,
  },
  {
    key: 'app.referrer',
    type: 'string',
    sql: sometimes('n', 140, 0.4, word('referrer', zipf('n', 141, 15))),
  },
  { key: 'app.product', type: 'string', sql: word('product', zipf('n', 150, 5000)) },
  {
    key: 'app.cart.size',
    type: 'int',
    sql: `1 + toInt64(-3 * log(1 - ${uniform('n', 160)} + 1e-17))`,
  },
  { key: 'network.protocol.version', type: 'string', sql: `toString(${zipf('n', 170, 3)})` },
  { key: 'host.name', type: 'string', sql: word('host', `toUInt32(40 * ${uniform('n', 180)})`) },
]

const sizes = [3, 8, 20, 60, 150, 400, 1000, 3000] as const

/** A third follow the country, some are numbers or yes and no, some are often absent. */
function further(index: number): ShopAttribute {
  const salt = 1000 + 10 * index
  const key = `app.more.a${index}`
  const of = index % 2 === 0 ? 'u' : 'n'
  const size = sizes[index % sizes.length] ?? 3
  if (index % 10 === 3) return { key, type: 'bool', sql: `${uniform(of, salt)} < 0.3` }
  if (index % 10 === 6) return { key, type: 'double', sql: `round(10 * ${normal(of, salt)}, 3)` }
  if (index % 10 === 8) {
    return {
      key,
      type: 'int',
      sql: sometimes(of, salt, 0.3, `toInt64(50 * ${uniform(of, salt + 1)})`),
    }
  }
  const value = index % 3 === 0 ? following(of, salt, country, 0.9, size) : zipf(of, salt, size)
  const text = word(`a${index}`, value)
  return { key, type: 'string', sql: index % 4 === 1 ? sometimes(of, salt + 2, 0.5, text) : text }
}

/** Attributes as in a real shop: skewed, dependent on one another, often absent, with 2 to millions of values. */
export function shopAttributes(count: number): ShopAttribute[] {
  const more = Math.max(0, count - named.length)
  return [...named.slice(0, count), ...Array.from({ length: more }, (_, index) => further(index))]
}
