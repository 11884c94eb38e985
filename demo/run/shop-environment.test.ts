import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checkoutEnvironment, shopFolder } from './shop-environment.ts'
import { demoFile } from './start-shop.ts'

const environment = checkoutEnvironment(shopFolder)
const start = (changes: NodeJS.ProcessEnv) => {
  const env = { PATH: process.env['PATH'], ...environment, ...changes }
  const args = ['--disable-warning=ExperimentalWarning', demoFile('shop/checkout/boot-check')]
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' })
}

test('production has the right processor, and checkout starts with it', () => {
  expect(environment).toMatchObject({ PAYMENT_PROCESSOR: 'clearline', PAYMENT_TIMEOUT_MS: '10000' })
  expect(start({}).status).toBe(0)
})

test('checkout does not start with what cannot be right, says which variable, and no value', () => {
  const { status, stderr } = start({ PAYMENT_PROCESSOR: 'clearlin', PAYMENT_API_KEY: 'short' })
  expect(status).toBe(1)
  expect(stderr).toContain('not configured: PAYMENT_PROCESSOR, PAYMENT_API_KEY')
  expect(stderr).not.toContain('clearlin')
})

test('nothing but a look at the other environments tells that the sandbox is wrong', () => {
  expect(start({ PAYMENT_PROCESSOR: 'sandbox' }).status).toBe(0)
  expect(start({ PAYMENT_PROCESSOR: undefined }).status).toBe(0)
})
