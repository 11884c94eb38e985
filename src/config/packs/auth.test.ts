import { expect, test } from 'vitest'
import type { Declaration } from '../declarations/declaration.ts'
import { checkTexts } from '../rules/check-input.fixture.ts'
import { SealedValue } from '../sealed-value.ts'

/** What is told of a key in production that has the value of the sample. */
function told(key: string, value: string): string[] {
  const sample: Declaration = {
    key,
    kind: 'sample',
    location: { file: '.env.example', line: 1 },
    component: '',
    example: new SealedValue(value),
  }
  const { findings } = checkTexts({ production: `${key}=${value}` }, undefined, {
    declarations: [sample],
  })
  return findings.map(({ rule }) => rule)
}

test.each([
  ['SESSION_COOKIE', 'shop_session'],
  ['SESSION_CONNECTION', 'default'],
  ['DB_CONNECTION', 'mysql'],
])('%s of the sample is no secret by its look', (key, value) => {
  expect(told(key, value)).not.toContain('pack/sample-secret')
})

test.each([
  ['SESSION_COOKIE', 'b81f2c9d7e6a4503b81f2c9d7e6a4503'],
  ['QUEUE_CONNECTION', 'amqp://shop:b81f2c9d7e@queue.shop.io'],
  ['UPLOAD_ACCESS_KEY_ID', 'documenso'],
  ['SESSION_SECRET', 'a long sentence that is a secret'],
])('%s of the sample is one', (key, value) => {
  expect(told(key, value)).toContain('pack/sample-secret')
})
