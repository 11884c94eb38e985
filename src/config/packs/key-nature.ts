/** What a key is about, by its name: inferred, and always told as such. */
import { isSensitiveName } from '../rules/sensitive-name.ts'
import type { EffectClass } from '../config-finding.ts'

/** Words of a name: `STRIPE_SECRET_KEY`, `stripeSecretKey` and `stripe.secret-key` are the same three. */
export function keyWords(key: string): string[] {
  const known = wordsOf.get(key)
  if (known !== undefined) return known
  const words = key
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  if (wordsOf.size >= mostWords) wordsOf.clear()
  if (key.length <= 256) wordsOf.set(key, words)
  return words
}

/** Every rule asks for the words of every name. */
const wordsOf = new Map<string, string[]>()
const mostWords = 20_000

const secretWords = new Set([
  'secret', 'secrets', 'password', 'passwd', 'passphrase', 'pass', 'pwd', 'token', 'tokens', 'credential', 'credentials',
  'apikey', 'privatekey', 'salt', 'pepper', 'dsn', 'cookie', 'signature', 'hmac', 'jwt', 'auth', 'pat', 'cert', 'pem',
  'license', 'licence', 'pin', 'otp', 'cvv', 'cvc', 'seed', 'mnemonic', 'bearer', 'passcode', 'pw',
]) // prettier-ignore
const keyBefore = new Set([
  'api', 'private', 'secret', 'access', 'encryption', 'signing', 'master', 'app', 'auth', 'session', 'service', 'account',
  'client', 'shared', 'license', 'admin', 'root', 'server', 'write', 'restricted', 'crypto', 'jwt', 'data', 'storage',
]) // prettier-ignore
const plainEnd = new Set([
  'ttl', 'expiry', 'expires', 'expiration', 'lifetime', 'enabled', 'enable', 'disabled', 'disable', 'name', 'names', 'path', 'file', 'dir', 'type', 'provider',
  'algorithm', 'alg', 'length', 'min', 'max', 'timeout', 'ms', 'seconds', 'minutes', 'hours', 'days', 'limit', 'size',
  'rounds', 'host', 'port', 'method', 'mode', 'count', 'interval', 'required', 'header', 'issuer', 'audience', 'domain',
  'secure', 'samesite', 'age', 'policy', 'reset', 'region', 'version', 'prefix', 'scope', 'scopes', 'level',
]) // prettier-ignore

/** Whether a value of this key may be a secret; where in doubt, yes. */
export function maySensitive(key: string): boolean {
  const words = keyWords(key)
  if (words.length === 0) return true
  if (plainEnd.has(words.at(-1)!)) return false
  if (words.some((word) => secretWords.has(word) || /(password|secret|token|apikey)$/.test(word)))
    return true
  const last = words.at(-1)
  if (last === 'key' || last === 'keys' || last === 'keyid') {
    return !(words.includes('public') || words.includes('publishable')) || words.includes('private')
  }
  if (words.some((word, at) => word === 'key' && keyBefore.has(words[at - 1] ?? ''))) return true
  // an address may hold a password, a hook is one
  if (/^(webhook|hook)/.test(last ?? '') || (words.includes('webhook') && last === 'url'))
    return true
  return (
    (last === 'url' ||
      last === 'uri' ||
      last === 'connection' ||
      last === 'connectionstring' ||
      last === 'string' ||
      last === 'urls') &&
    words.some(
      (word) => dataWords.has(word) || ['smtp', 'proxy', 'connection', 'sentry'].includes(word),
    )
  )
}

/** Whether a value of this key is never shown: by its words, or by a part of its name. */
export const isHiddenKey = (key: string): boolean => maySensitive(key) || isSensitiveName(key)

/** Narrower than `maySensitive`: a value that is wrong when it is short, known or shared. */
export function isSecretName(key: string): boolean {
  const words = keyWords(key)
  const last = words.at(-1) ?? ''
  if (plainEnd.has(last) || words.includes('public') || words.includes('publishable')) return false
  if (last === 'id' || last === 'url' || last === 'uri' || last === 'dsn') return false
  return (
    /^(secret|secrets|password|passwd|passphrase|pwd|token|pepper|salt|apikey)$/.test(last) ||
    /(password|secret|apikey)$/.test(last) ||
    (last === 'pass' && words.length > 1) ||
    ((last === 'key' || last === 'base') &&
      (words.some((word) => word === 'secret') || keyBefore.has(words.at(-2) ?? '')))
  )
}

export const paymentProcessors = new Set([
  'stripe', 'paypal', 'adyen', 'braintree', 'square', 'squareup', 'razorpay', 'mollie', 'worldpay', 'checkoutcom', 'klarna',
  'gocardless', 'paddle', 'recurly', 'chargebee', 'authorizenet', 'cybersource', 'flutterwave', 'paystack', 'midtrans',
  'xendit', 'mercadopago', 'payu', 'iyzico', 'omise', 'cashfree', 'dlocal', 'nuvei', 'bluesnap', 'payfast', 'paytm',
  'phonepe', 'alipay', 'wechatpay', 'afterpay', 'affirm', 'lemonsqueezy', 'fastspring', 'plaid', 'dwolla', 'wise', 'sumup',
  'twocheckout', 'verifone', 'elavon', 'globalpayments', 'ebanx', 'payoneer', 'skrill', 'coinbase', 'bitpay', 'sagepay', 'opayo', 'multisafepay', 'paymongo', 'tap', 'moyasar',
]) // prettier-ignore
const moneyWords = new Set([
  'payment', 'payments', 'pay', 'billing', 'checkout', 'transaction', 'transactions', 'payout', 'payouts', 'charge',
  'charges', 'settlement', 'settlements', 'psp', 'acquirer', 'acquiring', 'merchant', 'invoice', 'invoicing', 'refund',
  'refunds', 'card', 'cards', 'price', 'pricing', 'tax', 'subscription', 'subscriptions', 'wallet',
]) // prettier-ignore
const dataWords = new Set([
  'database', 'db', 'postgres', 'postgresql', 'pg', 'mysql', 'mariadb', 'mongo', 'mongodb', 'redis', 'valkey', 'sqlite', 'mssql', 'clickhouse', 'cassandra', 'dynamodb', 'elasticsearch', 'opensearch', 'datasource',
]) // prettier-ignore

export const isMoney = (words: readonly string[]): boolean =>
  words.some((word) => moneyWords.has(word) || paymentProcessors.has(word))
export const isDatabase = (words: readonly string[]): boolean =>
  words.some((word) => dataWords.has(word))

const moreEffects: readonly [EffectClass, RegExp][] = [
  ['auth', /^(auth|oauth|oauth2|oidc|saml|sso|ldap|jwt|session|cookie|secret|password|token|login|signup|cors|csrf|tls|ssl|cert|encryption|signing|permission|permissions|role|admin|captcha|turnstile|recaptcha)$/],
  ['data-loss', /^(backup|backups|retention|purge|delete|migrate|migration|migrations|bucket|s3|storage|volume|persistence)$/],
  ['privacy', /^(mail|smtp|email|mailer|sendgrid|mailgun|postmark|sms|twilio|analytics|tracking|posthog|telemetry|pii|gdpr|consent)$/],
  ['availability', /^(url|uri|host|port|endpoint|timeout|pool|queue|kafka|rabbitmq|amqp|nats|workers|concurrency|memory|limit|retry|retries|rate|max|min|size|replicas|interval|listen|address|addr|proxy|dns)$/],
] // prettier-ignore

/** What a wrong value may do; undefined where the name does not tell. */
export function effectOf(key: string): EffectClass | undefined {
  const words = keyWords(key)
  if (isMoney(words)) return 'money'
  if (isSecretName(key)) return 'auth'
  if (isDatabase(words)) return 'data-loss'
  for (const [effect, pattern] of moreEffects)
    if (words.some((word) => pattern.test(word))) return effect
  return undefined
}
