/**
 * Rules by the names of things: the value of an attribute with such a key is secret as a whole, and so is what follows
 * such a name and `=` or `:` inside a text. Endings of keys, as words.
 */
export const keyRules = {
  authorization: ['authorization', 'authorisation'],
  cookie: [
    'cookie',
    'cookies',
    'session cookie',
    'jsessionid',
    'phpsessid',
    'sessionid',
    'connect sid',
  ],
  'api-key': ['api key', 'apikey', 'access key', 'accesskey', 'account key', 'accountkey'],
  token: ['token', 'jwt', 'bearer'],
  secret: ['secret', 'secrets', 'secret key', 'secretkey', 'signing key', 'encryption key'],
  password: ['password', 'passwords', 'passwd', 'pwd', 'passphrase', 'passcode'],
  'private-key': ['private key', 'privatekey'],
  credentials: ['credential', 'credentials', 'creds'],
  'card-number': [
    'card number',
    'cardnumber',
    'card no',
    'credit card',
    'creditcard',
    'cvv',
    'cvc',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type KeyRule = keyof typeof keyRules

export const keyRuleNames = Object.keys(keyRules) as readonly KeyRule[]

/**
 * The words of a key in lower case: `http.request.header.x-api-key` and `xApiKey` both end in "api", "key". Of a long key
 * the last 128 characters.
 */
export function keyWords(key: string): string[] {
  return (
    key
      .slice(-128)
      // what was taken out says nothing about what is left
      .replace(/\[redacted:[a-z0-9-]*\]/g, ' redacted ')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== '')
  )
}

/** The rule for a key, decided by its last words: `db.password` and `password_hash` are secret, `password_reset` is not. */
export function ruleOfWords(words: readonly string[]): KeyRule | undefined {
  let end = words.length
  while (end > 1 && saysNothing.test(words[end - 1]!)) end--
  if (end === 0) return undefined
  const last = words[end - 1]!.replace(/[0-9]+$/, '')
  const two = end > 1 ? endings.get(`${words[end - 2]!} ${last}`) : undefined
  return two ?? endings.get(last)
}

/** Last words that do not change what a value is. */
const saysNothing =
  /^(?:value|values|header|headers|raw|text|string|plain|plaintext|hash|base64|encoded|[0-9]+)$/

const endings: ReadonlyMap<string, KeyRule> = new Map(
  keyRuleNames.flatMap((rule) => keyRules[rule].map((ending) => [ending, rule] as const)),
)
