import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import type { ConfigSnapshot } from '../src/config/snapshot/config-snapshot.ts'
import { deploymentOf, makeShop, secret } from './config-drift/shop.ts'

const shop = makeShop()
const { root, run } = shop

afterAll(() => shop.end())

describe('config snapshot', () => {
  it('tells what changed, and what of it a canary could have shown', async () => {
    const manifest = (provider: string, pool: string, banner: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
data: {POOL_SIZE: "${pool}"}
---
${deploymentOf(
  'env:',
  `  - {name: PAYMENT_PROVIDER, value: ${provider}}`,
  `  - {name: BANNER, value: "${banner}"}`,
  '  - name: API_TOKEN',
  '    valueFrom: {secretKeyRef: {name: tokens, key: api}}',
  'envFrom: [{configMapRef: {name: shared}}]',
)}`
    const file = join(root, 'production.yaml')
    const [before, after] = [join(root, 'before.json'), join(root, 'after.json')]
    const args = ['snapshot', '--environment', `production=${file}`, '--no-code']
    writeFileSync(file, manifest('kanarieone', '1', 'kanariesame'))
    await run([...args, '--out', before])
    writeFileSync(file, manifest('kanarietwo', '2', 'kanariesame'))
    const { out, code } = await run([
      ...args,
      '--release',
      'rel_2',
      '--out',
      after,
      '--against',
      before,
    ])
    expect(code).toBe(0)
    expect(out).toContain('1 of 2 changed inputs was canary-visible.')
    expect(out).toMatch(/common-mode {5}POOL_SIZE/)
    expect(out).toMatch(/canary-visible {2}PAYMENT_PROVIDER/)
    expect(out).toContain('Of 1 input it is not known')
    const taken = JSON.parse(readFileSync(after, 'utf8')) as ConfigSnapshot
    expect(taken).toMatchObject({ release: 'rel_2', environment: 'production' })
    expect(JSON.stringify(taken)).not.toContain('kanarie')
  })

  it('is not compared with one of another environment, of another secret, or with something else', async () => {
    const file = join(root, 'some.env')
    const before = join(root, 'staging.json')
    writeFileSync(file, 'A=kanarieone\n')
    await run(['snapshot', '--environment', `staging=${file}`, '--no-code', '--out', before])
    const args = ['--no-code', '--against', before]
    const other = await run(['snapshot', '--environment', `production=${file}`, ...args])
    expect(other).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringContaining('two environments'),
    })
    const foreign = await run(['snapshot', '--environment', `staging=${file}`, ...args], {
      AFTERGREEN_CONFIG_KEY: `${secret}!`,
    })
    expect(foreign).toMatchObject({ code: 64, err: expect.stringContaining('two secrets') })
    writeFileSync(before, readFileSync(before, 'utf8').replace('"set"', '"kanarie"'))
    const broken = await run(['snapshot', '--environment', `staging=${file}`, ...args])
    expect(broken).toMatchObject({ code: 64, err: expect.stringContaining('inputs.0.state') })
    expect(broken.err).not.toContain('kanarie')
  })

  it('of an environment that could not be read whole says so', async () => {
    const { code, out, err } = await run([
      'snapshot',
      '--environment',
      'production=nowhere.env',
      '--no-code',
    ])
    expect(code).toBe(2)
    expect((JSON.parse(out) as ConfigSnapshot).unread).toHaveLength(1)
    expect(err).toContain('nowhere.env')
  })
})
