/** Keys of which each is right, and both together are wrong. */
import { entryOf } from './configuration.ts'
import type { Operator } from './operator.ts'
import { pick, setting } from './operator.ts'
import { opaque } from './plausible-value.ts'

const mixedKeys: Operator = ({ base, salt }) => {
  const [one, two] = base.sides.production.filter(({ value }) =>
    /^[sp]k_live_|^rzp_live_/.test(value),
  )
  if (one === undefined || two === undefined) return undefined
  const value = `${two.value.slice(0, 3)}test_${opaque([salt, 'mixed'], 48)}`
  return {
    keys: [one.key, two.key],
    what: 'half of the keys of one processor live, half test',
    apply: setting(two.key, ['production'], { value }),
  }
}

const crossed: Operator = ({ random }) => {
  const pair = pick(
    [
      {
        added: [
          ['DB_POOL_MIN', '20'],
          ['DB_POOL_MAX', '5'],
        ],
        what: 'least above most',
      },
      {
        added: [
          ['SMTP_PORT', '465'],
          ['SMTP_SECURE', 'false'],
        ],
        what: 'the port of TLS without TLS',
      },
      {
        added: [
          ['STORAGE_DRIVER', 's3'],
          ['S3_BUCKET', ''],
        ],
        what: 'a storage without its bucket',
      },
      {
        added: [
          ['COOKIE_SECURE', 'true'],
          ['PUBLIC_URL', 'http://shop.northwind-goods.com'],
        ],
        what: 'secure cookies without TLS',
      },
      {
        added: [
          ['REQUEST_TIMEOUT_MS', '5000'],
          ['UPSTREAM_TIMEOUT_MS', '60000'],
        ],
        what: 'a timeout inside a longer one',
      },
    ] as const,
    random,
  )!
  return {
    keys: pair.added.map(([key]) => key),
    what: pair.what,
    apply(it) {
      for (const side of ['staging', 'production'] as const) {
        for (const [key, value] of pair.added) {
          const known = entryOf(it, side, key)
          if (known === undefined) it.sides[side].push({ key, value, secret: false })
          else known.value = value
        }
      }
    },
  }
}

export const contradictions: Record<string, readonly Operator[]> = {
  'keys that contradict each other': [mixedKeys, crossed],
}
