import { expect, it } from 'vitest'
import { maySensitive } from '../packs/key-nature.ts'
import { shownValue } from './shown-value.ts'

const shown = (key: string, text: string): string =>
  shownValue(key, text, { sensitive: maySensitive(key) })

it.each([
  ['POOL_SIZE', '20', '20'],
  ['REQUEST_TIMEOUT', '30s', '30s'],
  ['FEATURE_X', 'TRUE', 'TRUE'],
  ['LOG_LEVEL', 'debug', 'debug'],
  ['PAYMENT_PROVIDER', 'adyen', 'adyen'],
  ['API_URL', 'https://api.shop.com:8443/hooks/T0/B0?sig=abc', 'https://api.shop.com:8443/…'],
  ['DB_HOST', 'db.shop.com', 'db.shop.com'],
])('shows %s=%s as %s', (key, text, expected) => {
  expect(shown(key, text)).toBe(expected)
})

it.each([
  ['DB_PASSWORD', 'true'],
  ['DOOR_PIN', '4711'],
  ['API_KEY', '12345'],
  ['DOOR_PASSCODE', '123'],
  ['MIRROR', 'https://me:hunter22@shop.com/x'],
  ['DATABASE_URL', 'postgres://me:hunter22@db/x'],
  ['GREETING', 'hunter22'],
  ['SLACK_WEBHOOK_URL', 'https://hooks.slack.com/services/T0/B0/xyz'],
  ['ANYTHING', '123456789012345678'],
  ['OPTIONS', '{"password":"hunter22"}'],
])('hides the value of %s', (key, text) => {
  const told = shown(key, text)
  expect(told).not.toContain(text)
  expect(told).not.toContain('hunter22')
  expect(told).toMatch(/\d+ characters$/)
})
