import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCardNumbers, isCardNumber, passesLuhn } from './card-numbers.ts'
import { keyWords, ruleOfWords } from './key-rules.ts'
import { RedactionRules } from './redaction-rules.ts'
import { secretTexts } from './testing/secrets.ts'
import { cpuClock } from '../../../test/cpu-clock.ts'

const rules = new RedactionRules()
const clean = (text: string): string => rules.redactText(text, () => {})

/** Digits with a right check digit. */
function withCheckDigit(digits: string): string {
  for (let last = 0; last < 10; last++) {
    if (passesLuhn(digits + String(last))) return digits + String(last)
  }
  throw new Error('no digit fits')
}

test.each([
  ['Bearer 9f86d081884c7d65', 'Bearer [redacted:authorization]'],
  [
    `curl -H "Authorization: Basic ${btoa('jo:hunter2')}" https://x`,
    'curl -H "Authorization: Basic [redacted:authorization]" https://x',
  ],
  [`sent Basic ${btoa('jo:hunter2')} twice`, 'sent Basic [redacted:authorization] twice'],
  ['Cookie: a=1; sid=abc\nHost: x', 'Cookie: [redacted:cookie]\nHost: x'],
  ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln!', 'got [redacted:jwt]!'],
  [
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nafter',
    '[redacted:private-key]\nafter',
  ],
  ['-----BEGIN PRIVATE KEY-----\\nMIIEcutoff', '[redacted:private-key]'],
  ['paid 4111 1111 1111 1111 today', 'paid [redacted:card-number] today'],
  ['12 4111-1111-1111-1111 123', '12 [redacted:card-number] 123'],
  ['amex 3782 822463 10005.', 'amex [redacted:card-number].'],
  ['AKIAIOSFODNN7EXAMPLE', '[redacted:aws-key]'],
  ['x ghp_012345678901234567890123456789012345', 'x [redacted:github-token]'],
  ['xoxb-123456789012-abcdef', '[redacted:slack-token]'],
  ['sk_live_4eC39HqLyjWDarjtT1zdp7dc', '[redacted:stripe-key]'],
  ['AIzaSyA1234567890abcdefghijklmnopqrstuv', '[redacted:google-key]'],
  ['npm_abcdefghijklmnopqrstuvwxyz0123456789', '[redacted:npm-token]'],
  ['glpat-abcdefghij0123456789', '[redacted:gitlab-token]'],
  ['sk-ant-api03-abcDEF0123456789abcdef', '[redacted:ai-key]'],
  ['postgres://app:s3cr3t@db:5432/x', 'postgres://app:[redacted:url-credentials]@db:5432/x'],
  ['redis://:p@ss@cache/0', 'redis://:[redacted:url-credentials]@cache/0'],
  ['app:s3cr3t@tcp(db:3306)/x', 'app:[redacted:url-credentials]@tcp(db:3306)/x'],
  ['/cb?access_token=abc123&x=1', '/cb?access_token=[redacted:token]&x=1'],
  ['?next=%2Fa%3Fapi_key%3Dabc%26y%3D1', '?next=%2Fa%3Fapi_key%3D[redacted:api-key]%26y%3D1'],
  ['Server=db;Password=s3 ;User=u', 'Server=db;Password=[redacted:password] ;User=u'],
  ['Server=db;Pwd="a b;c";User=u', 'Server=db;Pwd="[redacted:password]";User=u'],
  ['user=jo, password=abc, host=x', 'user=jo, password=[redacted:password], host=x'],
  ['X-Amz-Signature=deadbeef&a', 'X-Amz-Signature=[redacted:signature]&a'],
  ['{"a":1,"password":"x\\"y","b":[2]}', '{"a":1,"password":"[redacted:password]","b":[2]}'],
  ['{"clientSecret":{"v":"x"},"n":1.0}', '{"clientSecret":"[redacted:secret]","n":1.0}'],
  ['{"card":{"number":"x1"}}', '{"card":{"number":"[redacted:card-number]"}}'],
  ['{"pay":4111111111111111}', '{"pay":"[redacted:card-number]"}'],
  ['["Bearer abc123def456"]', '["Bearer [redacted:authorization]"]'],
  ['{"text":"{\\"token\\":\\"t1\\"}"}', '{"text":"{\\"token\\":\\"[redacted:token]\\"}"}'],
  ['body was {"password": "hunter2"} ok', 'body was {"password": "[redacted:password]"} ok'],
  ['body {\\"token\\":\\"hun\\",\\"a\\":1}', 'body {\\"token\\":\\"[redacted:token]\\",\\"a\\":1}'],
  ["{'secret': ['a', 'b'], 'c': 1", "{'secret': [redacted:secret], 'c': 1"],
  ['{"password":"cut of', '{"password":"[redacted:password]"'],
])('%s', (text, expected) => {
  expect(clean(text)).toBe(expected)
  expect(clean(expected)).toBe(expected)
})

test.each([
  'Unexpected token: } in JSON',
  'if (token == null) return',
  'basic information about bearer authentication',
  'GET /password_reset/confirm',
  'token_count=7 tokens=9',
  'span 4bf92f3577b34da6a3ce929d0e0e4736 of 12345678-1234-1234-1234-123456789012',
  'at 1700000000000000000 ns, 1700000000000 ms, 0.4532015112830366',
  'https://registry:4873/@scope/package?user=a@b.c',
  '{"tokens":5,"usage":{"input_tokens":12,"token_count":3},"n":18446744073709551615}',
  'password=null&token=',
  'eyJust a word.',
])('stays as it is: %s', (text) => {
  expect(clean(text)).toBe(text)
})

test.each([
  ['authorization', 'authorization'],
  ['http.request.header.proxy-authorization', 'authorization'],
  ['http.request.header.set-cookie', 'cookie'],
  ['http.request.header.x-api-key', 'api-key'],
  ['apiKey', 'api-key'],
  ['APIKey', 'api-key'],
  ['AWS_SECRET_ACCESS_KEY', 'api-key'],
  ['auth.accessToken', 'token'],
  ['refresh_token', 'token'],
  ['client_secret', 'secret'],
  ['dbPassword', 'password'],
  ['db.user.passwd', 'password'],
  ['password2', 'password'],
  ['password_hash', 'password'],
  ['http.request.header.authorization.0', 'authorization'],
  ['ssh.private_key', 'private-key'],
  ['gcp.credentials', 'credentials'],
  ['payment.cardNumber', 'card-number'],
  ['token_count', undefined],
  ['gen_ai.usage.input_tokens', undefined],
  ['session.id', undefined],
  ['app.card.type', undefined],
  ['password_reset', undefined],
  ['messaging.kafka.message.key', undefined],
  ['k8s.secret.name', undefined],
  ['aws_access_key_id', undefined],
  ['', undefined],
  ['...', undefined],
])('the key %j: %s', (key, rule) => {
  expect(ruleOfWords(keyWords(key))).toBe(rule)
})

const separators = fc.constantFrom('', ' ', '-')

test('every card number is found between other words, and nothing else of the text is lost', () => {
  const number = fc
    .tuple(fc.constantFrom('4', '51', '2221', '6011'), fc.stringMatching(/^[0-9]{14}$/))
    .map(([prefix, rest]) => withCheckDigit((prefix + rest).slice(0, 15)))
  fc.assert(
    fc.property(number, separators, fc.stringMatching(/^[a-z ,;]{0,20}$/), (digits, by, words) => {
      expect(isCardNumber(digits)).toBe(true)
      const shown = digits.match(/.{4}/g)!.join(by)
      const text = `${words} ${shown}, ${words}`
      expect(clean(text)).toBe(`${words} [redacted:card-number], ${words}`)
    }),
  )
})

test('a card number with a wrong digit is none; one inside a longer number is none', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^4[0-9]{14}$/), fc.integer({ min: 1, max: 9 }), (start, by) => {
      const right = withCheckDigit(start)
      const wrong = right.slice(0, 15) + String((Number(right[15]) + by) % 10)
      expect(findCardNumbers(wrong)).toEqual([])
      expect(findCardNumbers(`7777${right}7777`)).toEqual([])
      expect(findCardNumbers(`a${right} ${right}b`)).toEqual([])
    }),
  )
})

test('a JSON text without secrets stays as it is, whatever it holds', () => {
  const json = fc.json({ stringUnit: 'binary' }).filter((text) => !/[0-9]{12}|[=:]\/|@/.test(text))
  fc.assert(
    fc.property(json, (text) => {
      expect(clean(text)).toBe(text)
    }),
  )
})

test('a JSON text stays JSON without its secrets', () => {
  const all = [1, 2, 3].flatMap(secretTexts)
  const secret = fc.constantFrom(...all.map(({ text }) => text))
  const keys = fc.oneof(secret, fc.constantFrom('password', 'a', 'b"', 'token', 'é'))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      secret,
      fc.integer(),
      fc.array(tie('tree')),
      fc.dictionary(keys, tie('tree')),
    ),
  }))
  fc.assert(
    fc.property(fc.array(tree), (value) => {
      const result = JSON.stringify(JSON.parse(clean(JSON.stringify(value))))
      expect(all.filter(({ secret }) => result.includes(secret))).toEqual([])
    }),
  )
})

test('redacting any text ends in good time', () => {
  const parts = [
    'token=',
    '"',
    '\\',
    '-',
    'eyJ',
    '://',
    'u:',
    '@',
    '{',
    '[',
    'sk-',
    '4111 ',
    '-----BEGIN PRIVATE KEY-----',
    ' ',
    'x',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 }), (some) => {
      const text = some.join('').repeat(200_000 / some.join('').length)
      const spent = cpuClock()
      clean(text)
      expect(spent()).toBeLessThan(1500)
    }),
    { numRuns: 20, endOnFailure: true },
  )
})
