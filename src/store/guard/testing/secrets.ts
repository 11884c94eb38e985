import { passesLuhn } from '../card-numbers.ts'

/** A text with a secret inside. */
export interface SecretText {
  /** What kind of secret it is. */
  readonly kind: string
  readonly text: string
  /** The parts that must not be found anywhere afterwards. */
  readonly secret: string
}

/** One text of every kind that is found by what it looks like, or by the name before it; other secrets for every seed. */
export function secretTexts(seed: number): SecretText[] {
  const random = generator(seed)
  const letters = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]!).join('')
  const word = (length: number): string => `${letters(alphanumeric, length - 1)}7`
  const big = (length: number): string => letters(alphanumeric.slice(26), length)
  const one = (kind: string, secret: string, before = '', after = ''): SecretText => ({
    kind,
    text: before + secret + after,
    secret,
  })
  const card = cardNumber(letters('0123456789', 14))
  const pem = letters(`${alphanumeric}+/`, 64)
  return [
    one('bearer', word(24), 'sent Bearer ', ' to it'),
    one('basic', btoa(`user:${word(12)}`), 'Basic '),
    one('header', word(20), 'Authorization: ApiKey ', '\r\nHost: x'),
    one('cookie', word(20), 'Cookie: theme=dark; sid=', '; b=2'),
    one('jwt', `eyJhbGciOiJIUzI1NiJ9.eyJ${word(30)}.${word(20)}`, 'got '),
    one('private key', pem, '-----BEGIN EC PRIVATE KEY-----\n', '\n-----END EC PRIVATE KEY-----'),
    one('card', card, 'paid with ', ' today'),
    one('card with spaces', card.match(/.{4}/g)!.join(' '), 'card '),
    one('card with dashes', card.match(/.{4}/g)!.join('-')),
    one('aws', `AKIA${big(16)}`, 'key '),
    one('github', `ghp_${word(36)}`),
    one('github fine', `github_pat_${word(40)}`),
    one('slack', `xoxb-${letters('0123456789', 12)}-${word(24)}`),
    one('stripe', `sk_live_${word(24)}`),
    one('google', `AIza${word(35)}`),
    one('npm', `npm_${word(36)}`),
    one('gitlab', `glpat-${word(20)}`),
    one('anthropic', `sk-ant-api03-${word(40)}`),
    one('openai', `sk-${word(48)}`),
    one('url', word(14), 'postgres://app:', '@db.example.com:5432/shop'),
    one('url without user', `${word(9)}@${word(4)}`, 'redis://:', '@cache/0'),
    one('address', word(12), 'app:', '@tcp(db:3306)/shop'),
    one('query', word(16), 'https://shop/cb?access_token=', '&state=1'),
    one('encoded query', word(16), '/login?next=%2Fx%3Fapi_key%3D', '%26a%3D1'),
    one('signature', word(40), '?X-Amz-Signature=', '&x=1'),
    one('connection string', word(12), 'Server=db;User Id=app;Password=', ';Encrypt=true'),
    one('quoted', `${word(6)} ${word(6)}`, 'Server=db;Pwd="', '";Encrypt=true'),
    one('session', word(26), '/cart;jsessionid=', '?a=1'),
    one('json', word(14), '{"user":"jo","password":"', '","n":1}'),
    one('nested json', word(14), '{"a":[{"client_secret":{"v":"', '"}}]}'),
    one('json in text', word(14), 'body {"refreshToken": "', '"} failed'),
    one('escaped json', word(14), 'body {\\"secretKey\\":\\"', '\\"} failed'),
    one('python', word(14), "{'api_key': '", "', 'a': None}"),
    one('credentials', word(14), 'credentials=', ' for x'),
    one('passphrase', word(14), 'passphrase: ', ' for x'),
  ]
}

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

function cardNumber(digits: string): string {
  for (let last = 0; last < 10; last++) {
    const number = `4${digits}${last}`
    if (passesLuhn(number)) return number
  }
  throw new Error('no digit fits')
}

/** Numbers from 0 to below 1: mulberry32. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}
