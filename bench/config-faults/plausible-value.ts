import { createHash } from 'node:crypto'
import type { KeyFacts, Side } from './configuration.ts'
import { looksSecret } from './configuration.ts'

const domain = 'northwind-goods.com'
const dataScheme =
  /^(?:jdbc:)?(postgres|postgresql|mysql|mariadb|mongodb|redis|rediss|amqp|amqps|clickhouse)/i

/** A text of letters and digits that only its name, its side and the seed tell. */
export function opaque(parts: readonly string[], length: number): string {
  let text = ''
  for (let round = 0; text.length < length; round++) {
    const digest = createHash('sha512')
      .update([...parts, String(round)].join('\0'))
      .digest('base64')
    text += digest.replaceAll(/[^A-Za-z0-9]/g, '')
  }
  return text.slice(0, length)
}

/**
 * What an operator would put there: the repository's own example where it fits, a host and a secret of each environment
 * where one is needed; undefined = it would be left out.
 */
export function plausibleValue(facts: KeyFacts, side: Side, salt: string): string | undefined {
  const { key, example, type, values, fallback } = facts
  const zone = side === 'production' ? domain : `staging.${domain}`
  const name = /^(.*?)_?(URL|URI|HOST|ENDPOINT|DOMAIN|ORIGIN)?$/i.exec(key)?.[1] || 'app'
  const label = name
    .toLowerCase()
    .replaceAll('_', '-')
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, '')
  const written = example !== '' && !/[<>{}$\n]/.test(example) ? example : (fallback ?? '')
  if (/^(NODE|APP|RAILS|DJANGO|FLASK|GO|MIX)_ENV$|(^|_)ENVIRONMENT$/.test(key)) {
    if (key === 'NODE_ENV') return 'production'
    return values === undefined || values.includes(side) ? side : values[0]
  }
  if (values !== undefined && values.length > 0) {
    return values.includes(written) ? written : values[0]
  }
  if (type === 'boolean' || /^(true|false)$/i.test(written)) {
    if (/DEBUG|INSECURE|SKIP|UNSAFE/i.test(key)) return 'false'
    if (/VERIFY|SECURE|TLS|SSL|REJECT_UNAUTH/i.test(key)) return 'true'
    return /^(true|false|1|0|on|off|yes|no)$/i.test(written) ? written : 'true'
  }
  if (type === 'integer' || type === 'number' || /^\d{1,9}$/.test(written)) {
    return /^\d+(\.\d+)?$/.test(written)
      ? written
      : String(10 + (Number(`0x${digest(salt, key)}`) % 50))
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written)?.[1]?.toLowerCase()
  if (scheme !== undefined && dataScheme.test(scheme)) {
    const password = opaque([salt, key, side, 'password'], 24)
    const path = /:\/\/[^/]*(\/[\w-]*)/.exec(written)?.[1] ?? ''
    return `${scheme}://svc_app:${password}@${label || 'db'}.${zone}${path}`
  }
  if (scheme !== undefined || type === 'url' || /_(URL|URI|ENDPOINT|ORIGIN)$/.test(key)) {
    const path = /:\/\/[^/]*(\/[\w/-]*)?/.exec(written)?.[1] ?? ''
    if (/DATABASE|POSTGRES|_DB_|^DB_/.test(key))
      return `postgresql://svc_app:${opaque([salt, key, side], 24)}@db.${zone}/app`
    return `https://${label || 'app'}.${zone}${path.replace(/\/$/, '')}`
  }
  if (/^[\w.+-]+@[\w.-]+$/.test(written)) return `${written.split('@')[0]}@${domain}`
  if (looksSecret(key)) return opaque([salt, key, side], 40)
  if (/(^|_)(HOST|DOMAIN|HOSTNAME|SERVER)$/.test(key)) return `${label || 'app'}.${zone}`
  if (/(^|_)PORT$/.test(key)) return '8080'
  if (/^(your|change|replace|xxx|example)/i.test(written)) return opaque([salt, key, side], 20)
  return written === '' ||
    written.length > 200 ||
    /localhost|127\.0\.0\.1|example\.(com|org)/.test(written)
    ? undefined
    : written
}

const digest = (salt: string, key: string): string =>
  createHash('sha256').update(`${salt}\0${key}`).digest('hex').slice(0, 6)

/** Keys of a payment processor, as its documentation shapes them: each environment on its own side. */
export function paymentKeys(
  which: number,
  side: Side,
  salt: string,
): [key: string, value: string][] {
  const live = side === 'production'
  const random = (name: string, length: number): string => opaque([salt, name, side], length)
  const sets: [string, string][][] = [
    [
      ['STRIPE_SECRET_KEY', `sk_${live ? 'live' : 'test'}_${random('sk', 48)}`],
      ['STRIPE_PUBLISHABLE_KEY', `pk_${live ? 'live' : 'test'}_${random('pk', 48)}`],
    ],
    [
      ['PAYPAL_MODE', live ? 'live' : 'sandbox'],
      ['PAYPAL_CLIENT_SECRET', random('paypal', 64)],
    ],
    [
      ['ADYEN_ENVIRONMENT', live ? 'LIVE' : 'TEST'],
      ['ADYEN_API_KEY', random('adyen', 90)],
    ],
    [
      ['BRAINTREE_ENVIRONMENT', live ? 'production' : 'sandbox'],
      ['BRAINTREE_PRIVATE_KEY', random('braintree', 32)],
    ],
    [
      ['RAZORPAY_KEY_ID', `rzp_${live ? 'live' : 'test'}_${random('rzp', 14)}`],
      ['RAZORPAY_KEY_SECRET', random('rzps', 24)],
    ],
    [
      [
        'SQUARE_API_URL',
        live ? 'https://connect.squareup.com' : 'https://connect.squareupsandbox.com',
      ],
      ['SQUARE_ACCESS_TOKEN', `EAAA${random('square', 60)}`],
    ],
    [['MOLLIE_API_KEY', `${live ? 'live' : 'test'}_${random('mollie', 30)}`]],
    [
      ['GOCARDLESS_ENVIRONMENT', live ? 'live' : 'sandbox'],
      ['GOCARDLESS_ACCESS_TOKEN', `${live ? 'live' : 'sandbox'}_${random('gc', 40)}`],
    ],
    [
      ['ACQUIRER_SANDBOX', live ? 'false' : 'true'],
      ['ACQUIRER_MERCHANT_ID', `${live ? 'M71' : 'M04'}${random('merchant', 9).toUpperCase()}`],
    ],
  ]
  return [...sets[which % sets.length]!, ['PAYMENT_PROVIDER', providers[which % providers.length]!]]
}

const providers = [
  'stripe',
  'paypal',
  'adyen',
  'braintree',
  'razorpay',
  'square',
  'mollie',
  'gocardless',
  'acquirer',
]
export const paymentSets = providers.length
